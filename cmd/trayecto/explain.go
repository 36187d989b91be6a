package main

import (
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/hubspot"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/mautic"
	"github.com/trayecto/trayecto/targets/merge"
	"github.com/trayecto/trayecto/targets/narrow"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/segment"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// explainFlags is what explain understands.
type explainFlags struct {
	person string
	format string
}

func newExplain(w *world, c *common) *cobra.Command {
	f := &explainFlags{}
	cmd := &cobra.Command{
		Use:   "explain [CODE | TERM | OBJECT]",
		Short: "a code, a term, an object or a person",
		Long: "Says what a code means (CON001), what a function or a block type is (did, segment), what an object is and who\n" +
			"uses it (segment.x), and with --person why somebody is in a segment or would get a touchpoint. Without anything it\n" +
			"lists all codes.",
		Args: atMost(1),
		RunE: func(_ *cobra.Command, args []string) error { return runExplain(w, c, f, args) },
	}
	cmd.Flags().StringVar(&f.person, "person", "", "the first key of somebody in history, for a segment or a touchpoint")
	cmd.Flags().StringVar(&f.format, "format", "text", "what is printed of an object: text or json")
	return cmd
}

func runExplain(w *world, c *common, f *explainFlags, args []string) error {
	if f.format != "text" && f.format != "json" {
		return fmt.Errorf("--format %q: write text or json", f.format)
	}
	text, err := explanation(w, c, f, args)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w.stdout, text)
	return err
}

var isCode = regexp.MustCompile(`^[A-Za-z]{3}[0-9]{3}$`)

// explanation tells by its form what is asked about.
func explanation(w *world, c *common, f *explainFlags, args []string) (string, error) {
	if len(args) == 1 && strings.Contains(args[0], ".") {
		return explainObject(w, c, f, args[0])
	}
	switch {
	case f.person != "":
		return "", errors.New("--person needs an object: trayecto explain segment.x --person ID")
	case f.format != "text":
		return "", errors.New("--format json is for objects: trayecto explain segment.x --format json")
	case len(args) == 0:
		return everyCode(), nil
	case isCode.MatchString(args[0]):
		return explainCode(strings.ToUpper(args[0]))
	}
	return explainTerm(args[0])
}

// rules lists everything that the tool may find in someone's files, by code.
func rules() []*diag.Rule {
	all := append([]*diag.Rule(nil), compiler.Rules()...)
	all = append(all, plan.Rules...)
	all = append(all, targets.Rules...)
	all = append(all, rehearse.Rules...)
	all = append(all, run.Rules...)
	all = append(all, local.Rules...)
	all = append(all, listmonk.Rules...)
	all = append(all, host.Rules...)
	all = append(all, mapping.Rules...)
	all = append(all, merge.Rules...)
	all = append(all, narrow.Rules...)
	all = append(all, notifuse.Rules...)
	all = append(all, warehouse.Rules...)
	all = append(all, segment.Rules...)
	all = append(all, sql.Rules...)
	all = append(all, klaviyo.Rules...)
	all = append(all, hubspot.Rules...)
	all = append(all, mautic.Rules...)
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
	if r, was := codes.RetiredNamed(code); was {
		return fmt.Sprintf("%s %s\n\nThis code is retired: nothing is found under it any more. %s\n", r.Code, r.Summary, r.Since), nil
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
