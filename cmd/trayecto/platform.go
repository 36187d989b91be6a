package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/run"
)

func newPlatform(w *world, c *common) *cobra.Command {
	cmd := groupOf(&cobra.Command{Use: "platform", Short: "add an account somewhere, and see what it has"})
	cmd.AddCommand(newPlatformAdd(w, c), newPlatformCheck(w, c), newPlatformScopes(w, c))
	return cmd
}

func newPlatformAdd(w *world, c *common) *cobra.Command {
	return &cobra.Command{
		Use:   "add TARGET NAME",
		Short: "write a platform block",
		Long: "Writes the block of a new platform at the end of the file that holds the project block. Nothing goes there until\n" +
			"the project, an environment or an object names it.",
		Args: exactly(2),
		RunE: func(_ *cobra.Command, args []string) error { return runPlatformAdd(w, c, args[0], args[1]) },
	}
}

func runPlatformAdd(w *world, c *common, target, name string) error {
	o, err := c.options(w)
	if err != nil {
		return err
	}
	d, err := o.Described(target)
	if err != nil {
		return err
	}
	file, err := run.AddPlatform(o, d, name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "Wrote platform %q %q to %s. It is not a default platform: nothing goes there until you say so.\n%s", target, name, file, needed(d))
	w.hint("Next: trayecto platform check %s      (reads only; says which of your fields and events the platform has)", name)
	return err
}

// needed says which variables and rights a platform asks for.
func needed(d targets.Description) string {
	var b strings.Builder
	if variables := run.Variables(d); len(variables) > 0 {
		fmt.Fprintf(&b, "It will need %s in the environment.\n", strings.Join(variables, " and "))
	}
	if len(d.Rights) > 0 {
		b.WriteString("Rights needed:  " + view.RightsLine(d) + "\n")
	}
	return b.String()
}

func newPlatformCheck(w *world, c *common) *cobra.Command {
	return &cobra.Command{
		Use:   "check NAME",
		Short: "which of your fields, events and lists the platform has",
		Long:  "Reads only, and asks one platform: whose account it is, what the project names and the platform has or lacks, and how\nmuch it holds. Exit 3 when something is lacking.",
		Args:  exactly(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return runPlatformCheck(cmd.Context(), w, c, args[0]) },
	}
}

func runPlatformCheck(ctx context.Context, w *world, c *common, name string) error {
	loaded, o, err := c.load(w)
	if err != nil {
		return err
	}
	survey, found, err := run.Look(ctx, loaded, o, name)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(w.stdout, view.Survey(survey)); err != nil {
		return err
	}
	if err := tell(w.stderr, loaded, found); err != nil {
		return err
	}
	if !survey.Ready() {
		return &exit{code: exitWorld}
	}
	return nil
}

func newPlatformScopes(w *world, c *common) *cobra.Command {
	return &cobra.Command{
		Use:   "scopes NAME",
		Short: "which rights plan, apply and switching on need",
		Long:  "Says which rights credentials need on a platform: to plan, to write, and to switch on what reaches people. Give each\njob no more than its own. NAME is a platform of the project, or a kind of platform.",
		Args:  exactly(1),
		RunE:  func(_ *cobra.Command, args []string) error { return runPlatformScopes(w, c, args[0]) },
	}
}

func runPlatformScopes(w *world, c *common, name string) error {
	o, err := c.options(w)
	if err != nil {
		return err
	}
	d, err := o.Described(kindOf(o, name))
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w.stdout, view.Rights(name, d))
	return err
}

// kindOf is the target of a platform of the project; a name that is not one is
// a target's own. A project is not needed for that.
func kindOf(o run.Options, name string) string {
	loaded, err := run.Load(o)
	if err != nil || loaded.Program == nil {
		return name
	}
	if platform, there := ir.Find(loaded.Program.Platforms, "platform."+strings.TrimPrefix(name, "platform.")); there {
		return platform.Target
	}
	return name
}
