package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/sql"
)

func newExplain(w *world, _ *common) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "what a code means; without one, all codes",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text := everyCode()
			if len(args) == 1 {
				var err error
				if text, err = explainCode(strings.ToUpper(args[0])); err != nil {
					return err
				}
			}
			_, err := fmt.Fprint(w.stdout, text)
			return err
		},
	}
}

// rules lists everything that the tool may find in someone's files, by code.
func rules() []*diag.Rule {
	all := append([]*diag.Rule(nil), compiler.Rules()...)
	all = append(all, plan.Rules...)
	all = append(all, run.Rules...)
	all = append(all, local.Rules...)
	all = append(all, postgres.Rules...)
	all = append(all, sql.Rules...)
	sort.Slice(all, func(i, j int) bool { return all[i].Code < all[j].Code })
	return all
}

func everyCode() string {
	var b strings.Builder
	for _, r := range rules() {
		fmt.Fprintf(&b, "%s  %s\n", r.Code, r.Summary)
	}
	return b.String()
}

func explainCode(code string) (string, error) {
	for _, archive := range []func(string) (string, bool){codes.Archive, check.Archive} {
		if text, there := archive(code); there {
			return text, nil
		}
	}
	var known []string
	for _, r := range rules() {
		known = append(known, r.Code)
	}
	if near := diag.Nearest(code, known); near != "" {
		return "", fmt.Errorf("there is no code %s; there is %s", code, near)
	}
	return "", fmt.Errorf("there is no code %s; trayecto explain lists them all", code)
}
