package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/run"
)

// planFlags is what plan understands.
type planFlags struct {
	out      []string
	format   string
	detailed bool
	destroy  bool
	refresh  bool
	asTest   bool
	sign     string
	choices
}

func newPlan(w *world, c *common) *cobra.Command {
	f := &planFlags{}
	cmd := &cobra.Command{
		Use:        "plan",
		SuggestFor: []string{"diff", "refresh"},
		Short:      "what would change, for whom?",
		Long: "Compares the files with what was applied and with what the platforms hold, and counts people. It changes nothing.\n" +
			"--out may be given several times; the ending decides: .tplan (for apply), .md, .json, .txt.",
		Args: whole,
		RunE: func(cmd *cobra.Command, _ []string) error { return runPlan(cmd.Context(), w, c, f) },
	}
	cmd.Flags().StringArrayVar(&f.out, "out", nil, "write the plan to a file: FILE.tplan, FILE.md, FILE.json or FILE.txt")
	cmd.Flags().StringVar(&f.format, "format", "text", "what is printed: text, json or markdown")
	cmd.Flags().BoolVar(&f.detailed, "detailed-exitcode", false, "exit 2 when there are changes")
	cmd.Flags().BoolVar(&f.destroy, "destroy", false, "plan the removal of everything that was applied")
	cmd.Flags().BoolVar(&f.refresh, "refresh", true, "read the platforms; --refresh=false needs no credentials and sees no changes made there")
	cmd.Flags().StringVar(&f.sign, "sign", "", "sign the saved plan with an SSH key: a private key, or a public one whose private half an agent has")
	cmd.Flags().BoolVar(&f.asTest, "as-test", false, asTestDoc)
	f.declare(cmd)
	return cmd
}

func runPlan(ctx context.Context, w *world, c *common, f *planFlags) error {
	if err := f.known(); err != nil {
		return err
	}
	key, done, err := f.signer(w)
	if err != nil {
		return err
	}
	defer done()
	options, err := f.options(f.destroy)
	if err != nil {
		return err
	}
	c.offline = !f.refresh
	c.retell = f.asTest || f.format == "json" || slices.ContainsFunc(f.out, func(path string) bool { return formatOf(path) == "json" })
	options.Shown = len(f.out) == 0 && f.format != "json"
	made, err := makePlan(ctx, w, c, options)
	if err != nil {
		return f.refused(w, c, err)
	}
	if err := savePlan(made, f.out); err != nil {
		return err
	}
	if err := f.signed(key); err != nil {
		return err
	}
	if err := f.print(w, made); err != nil {
		return err
	}
	if err := refusedPlan(made); err != nil {
		return err
	}
	if made.Empty() {
		return nil
	}
	if saved := savedIn(f.out); saved != "" {
		w.hint("Next: trayecto apply %s", saved)
	} else {
		w.hint("Next: trayecto apply")
	}
	if f.detailed {
		return &exit{code: exitChanges}
	}
	return nil
}

// known refuses formats that there are not.
func (f *planFlags) known() error {
	if _, known := formats[f.format]; !known {
		return fmt.Errorf("--format %q: write text, json or markdown", f.format)
	}
	for _, path := range f.out {
		if formatOf(path) == "" {
			return fmt.Errorf("--out %q: the ending decides what is written; use .tplan, .md, .json or .txt", path)
		}
	}
	return nil
}

// print writes the plan to stdout, or the people in it as tests.
func (f *planFlags) print(w *world, made *plan.Plan) error {
	text, err := formats[f.format](made, savedIn(f.out))
	if err != nil {
		return err
	}
	if !f.asTest {
		_, err = fmt.Fprint(w.stdout, string(text))
		return err
	}
	if _, err := fmt.Fprint(w.stderr, string(text)); err != nil {
		return err
	}
	return w.asTests(made.Consent, made.Audience)
}

// refused is what becomes of a plan that could not be made. Whom the proof of
// consent shows is still wanted as a test.
func (f *planFlags) refused(w *world, c *common, why error) error {
	var stopped *exit
	if !f.asTest || !errors.As(why, &stopped) || stopped.code != exitFiles {
		return why
	}
	v, err := validate(w, c)
	if err != nil {
		return err
	}
	if v.proofs == nil {
		return why
	}
	if err := w.asTests(v.proofs, nil); err != nil {
		return err
	}
	return why
}

// makePlan runs the line up to the plan.
func makePlan(ctx context.Context, w *world, c *common, o run.PlanOptions) (*plan.Plan, error) {
	loaded, line, err := c.open(ctx, w)
	if err != nil {
		return nil, err
	}
	defer line.Close()
	made, diags, err := line.PlanWith(ctx, o)
	if err != nil {
		return nil, err
	}
	return made, tell(w.stderr, loaded, diags)
}

// formats turns a plan into bytes. Saved is the plan file written beside, or "".
var formats = map[string]func(p *plan.Plan, saved string) ([]byte, error){
	"text":     func(p *plan.Plan, saved string) ([]byte, error) { return []byte(view.Plan(p, saved)), nil },
	"markdown": func(p *plan.Plan, _ string) ([]byte, error) { return []byte(view.Markdown(p)), nil },
	"json":     func(p *plan.Plan, _ string) ([]byte, error) { return p.JSON() },
	"tplan":    func(p *plan.Plan, _ string) ([]byte, error) { return p.Save() },
}

// formatOf is the format that a file's ending asks for, or "".
func formatOf(path string) string {
	endings := []struct{ ending, format string }{{".tplan", "tplan"}, {".md", "markdown"}, {".json", "json"}, {".txt", "text"}}
	for _, e := range endings {
		if strings.HasSuffix(path, e.ending) {
			return e.format
		}
	}
	return ""
}

// savedIn is the plan file among the outputs, or "".
func savedIn(out []string) string {
	for _, path := range out {
		if formatOf(path) == "tplan" {
			return path
		}
	}
	return ""
}

// signer is the key that the saved plan is signed with, nil if it is not.
func (f *planFlags) signer(w *world) (key ssh.Signer, done func(), err error) {
	switch {
	case f.sign == "":
		return nil, func() {}, nil
	case savedIn(f.out) == "":
		return nil, nil, errors.New("--sign is about a saved plan; say where it is saved: --out PLAN.tplan")
	}
	return signingKey(w, f.sign)
}

// signed signs the saved plans, if that is wanted. A signature that an earlier
// plan of the name had is gone either way.
func (f *planFlags) signed(key ssh.Signer) error {
	for _, path := range f.out {
		if formatOf(path) != "tplan" {
			continue
		}
		if err := os.Remove(signatureOf(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing the signature of an earlier plan: %w", err)
		}
		if key == nil {
			continue
		}
		if err := signFile(path, key); err != nil {
			return err
		}
	}
	return nil
}

// savePlan writes every output. A plan names segments and counts, never
// persons, but it is still nobody else's business.
func savePlan(p *plan.Plan, out []string) error {
	for _, path := range out {
		raw, err := formats[formatOf(path)](p, savedIn(out))
		if err != nil {
			return fmt.Errorf("writing %s: %w", path, err)
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			return fmt.Errorf("writing the plan: %w", err)
		}
	}
	return nil
}
