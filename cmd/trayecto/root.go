package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/lang/types"
)

// common is the flags that every command understands.
type common struct {
	dir  string
	env  string
	now  string
	vars []string
	// uncached: compile everything, keep nothing.
	uncached bool
	offline  bool // platforms are not read: of one command, plan
	retell   bool // people whom gates stop are wanted as tests
	locked   bool // the lock file is read and never written
}

// group is a heading of the help text and the commands under it.
type group struct {
	title    string
	commands []func(*world, *common) *cobra.Command
	// first names those of the commands that are shown without --all.
	first []string
}

// groups lists every command once, in the order of the help text.
var groups = []group{
	{title: "Start", first: []string{"new"}, commands: []func(*world, *common) *cobra.Command{newNew}},
	{title: "Every day", first: []string{"validate", "fmt", "plan", "apply", "test", "explain"}, commands: []func(*world, *common) *cobra.Command{newValidate, newFmt, newPlan, newApply, newTest, newExplain}},
	{title: "When it burns", first: []string{"pause"}, commands: []func(*world, *common) *cobra.Command{newPause, newResume}},
	{title: "Look", commands: []func(*world, *common) *cobra.Command{newShow, newState, newPreview}},
	{title: "Undo", commands: []func(*world, *common) *cobra.Command{newDestroy}},
	{title: "More", commands: []func(*world, *common) *cobra.Command{
		newCheckEvents,
		newDigest,
		newDocs,
		newGraph,
		newImport,
		newPlatform,
		newTargets,
		newVersion,
	}},
}

func newRoot(w *world) *cobra.Command {
	c := &common{}
	root := &cobra.Command{
		Use:           "trayecto",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version, // --version, as other tools have it
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if f := cmd.Flags().Lookup("env"); f != nil && f.Changed && c.env == "" {
				return errors.New(`--env "": name an environment, or leave --env out`) // a script whose variable is empty
			}
			return nil
		},
	}
	groupOf(root)
	flags := root.PersistentFlags()
	flags.StringVarP(&c.dir, "chdir", "C", ".", "work in another folder")
	flags.StringVar(&c.env, "env", "", "the environment: env/NAME.hcl")
	flags.StringVar(&c.now, "now", "", "the present, for demonstrations and scripts: 2026-12-01T08:00:00Z")
	flags.StringArrayVar(&c.vars, "var", nil, "a variable's value: NAME=VALUE")
	flags.BoolVar(&c.uncached, "no-cache", false, "compile everything again and keep nothing in .trayecto/cache")
	flags.BoolVar(&c.locked, "locked", false, "use only plugins that .trayecto.lock.hcl knows; also TRAYECTO_LOCKED=1")
	for _, g := range groups {
		for _, command := range g.commands {
			root.AddCommand(command(w, c))
		}
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(newHelp(w))
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { fmt.Fprint(w.stdout, help(cmd, false)) })
	root.SetFlagErrorFunc(wrongFlag)
	root.SetVersionTemplate("trayecto {{.Version}}\n")
	return root
}

// present is the instant of the run: --now or the clock.
func (c *common) present(w *world) (time.Time, error) {
	if c.now == "" {
		return w.clock().UTC().Truncate(time.Second), nil
	}
	at, err := types.ParseInstant(c.now, time.UTC)
	if err != nil {
		return time.Time{}, fmt.Errorf("--now %q: %w", c.now, err)
	}
	return at.Time(), nil
}

// variables are the values given by --var.
func (c *common) variables() (map[string]string, error) {
	out := map[string]string{}
	for _, pair := range c.vars {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--var %q: write NAME=VALUE", pair)
		}
		out[name] = value
	}
	return out, nil
}
