package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/run"
)

// validateFlags is what validate understands.
type validateFlags struct {
	format string
	out    []string
	deep   bool
	asTest bool
}

func newValidate(w *world, c *common) *cobra.Command {
	f := &validateFlags{}
	cmd := &cobra.Command{
		Use:        "validate",
		SuggestFor: []string{"check", "lint"},
		Short:      "are the files right?",
		Long: "Reads and checks every file. It needs no platform, no state and no credentials.\n" +
			"--out may be given several times; the ending decides: .json, .sarif, .codequality.json (GitLab), .txt.",
		Args: whole,
		RunE: func(*cobra.Command, []string) error { return runValidate(w, c, f) },
	}
	cmd.Flags().StringVar(&f.format, "format", "text", "what is printed: text, json, sarif, github or codequality")
	cmd.Flags().BoolVar(&f.deep, "deep", false, "also say how all segments stand to each other: equal, part of one another, apart")
	cmd.Flags().BoolVar(&f.asTest, "as-test", false, asTestDoc)
	cmd.Flags().StringArrayVar(&f.out, "out", nil, "write the findings to a file: FILE.json, FILE.sarif, FILE.codequality.json or FILE.txt")
	return cmd
}

func runValidate(w *world, c *common, f *validateFlags) error {
	if reportNamed(f.format) == nil {
		return fmt.Errorf("--format %q: write text, json, sarif, github or codequality", f.format)
	}
	for _, path := range f.out {
		if reportNamed(reportOf(path)) == nil {
			return fmt.Errorf("--out %q: the ending decides what is written; use .json, .sarif, .codequality.json or .txt", path)
		}
	}
	if (f.deep || f.asTest) && f.format != "text" || f.deep && f.asTest {
		return fmt.Errorf("--deep and --as-test are for readers: use one of them, with --format text")
	}
	c.retell = f.asTest || f.format == "json" || slices.ContainsFunc(f.out, func(path string) bool { return reportOf(path) == "json" })
	v, err := validate(w, c)
	if err != nil {
		return err
	}
	if err := v.save(f.out); err != nil {
		return err
	}
	if f.asTest {
		return v.asTests(w)
	}
	if !f.deep && !v.List.HasErrors() {
		if v.negations, err = v.negated(w, c); err != nil {
			return err
		}
	}
	text, err := reportNamed(f.format)(v)
	if err != nil {
		return err
	}
	if f.deep && !v.List.HasErrors() {
		more, err := v.deep(w, c)
		if err != nil {
			return err
		}
		text = append(text, more...)
	}
	if _, err := w.stdout.Write(text); err != nil {
		return err
	}
	if v.List.HasErrors() {
		return &exit{code: exitFiles}
	}
	return nil
}

// validation is a project that was read and what there is to say about it.
type validation struct {
	view.Findings
	loaded *run.Loaded
	proofs []plan.Proof // by platform
	// negations is what there is to say of segments that are asked for with !.
	negations string
}

// mostNegations is how many of these are looked at, unless all are.
const mostNegations = 3

// validate reads and checks a project. What is wrong with its platforms' part
// is looked for only when the rest is right.
func validate(w *world, c *common) (*validation, error) {
	o, err := c.options(w)
	if err != nil {
		return nil, err
	}
	loaded, err := run.Load(o)
	if err != nil {
		return nil, err
	}
	found := loaded.Diagnostics
	var proved []plan.Proof
	if !found.HasErrors() {
		proofs, list, err := run.Check(loaded, o)
		if err != nil {
			return nil, err
		}
		found, proved = append(found, list...), proofs
	}
	base, err := c.fromRepository(w)
	if err != nil {
		return nil, err
	}
	return &validation{
		Findings: view.Findings{List: found, Tool: version, Line: loaded.Project.Sources.Line, Base: base, Explain: explained, Consent: proved},
		loaded:   loaded, proofs: proved,
	}, nil
}

// asTests prints the people who show what was found; the findings themselves
// stand on stderr.
func (v *validation) asTests(w *world) error {
	if _, err := fmt.Fprint(w.stderr, v.text()); err != nil {
		return err
	}
	if v.proofs == nil && v.List.HasErrors() {
		fmt.Fprintln(w.stderr, "Nothing is proved before that is put right, so there is nobody to show yet.")
		return &exit{code: exitFiles}
	}
	if err := w.asTests(v.proofs, nil); err != nil {
		return err
	}
	if v.List.HasErrors() {
		return &exit{code: exitFiles}
	}
	return nil
}

// negated is what there is to say of the first segments that are asked for with !.
func (v *validation) negated(w *world, c *common) (string, error) {
	now, err := c.present(w)
	if err != nil {
		return "", err
	}
	at, err := prove.At(v.loaded.Program, now)
	if err != nil {
		return "", fmt.Errorf("looking at what is asked for with !: %w", err)
	}
	return view.Negations(prove.OfNegations(v.loaded.Program, at, mostNegations)), nil
}

// deep is how all segments stand to each other.
func (v *validation) deep(w *world, c *common) (string, error) {
	now, err := c.present(w)
	if err != nil {
		return "", err
	}
	survey, err := run.Deep(v.loaded, now)
	return view.Deep(survey), err
}

// fromRepository is the project's folder as those see it who show findings
// beside the files: from the root of GitHub's checkout, or from here.
func (c *common) fromRepository(w *world) (string, error) {
	root, there := w.env("GITHUB_WORKSPACE")
	if !there || root == "" {
		return filepath.ToSlash(filepath.Clean(c.dir)), nil
	}
	dir, err := filepath.Abs(c.dir)
	if err != nil {
		return "", fmt.Errorf("finding the project's folder: %w", err)
	}
	inside, err := filepath.Rel(root, dir)
	if err != nil || !filepath.IsLocal(inside) {
		return filepath.ToSlash(filepath.Clean(c.dir)), nil
	}
	return filepath.ToSlash(inside), nil
}

// explained is what there is to read about a code that was found.
func explained(code string) string {
	text, err := explainCode(code)
	if err != nil {
		return "There is nothing to read about " + code + "."
	}
	return text
}

// reportNamed is how findings are written in a format; nil for a format that
// there is not.
func reportNamed(format string) func(*validation) ([]byte, error) {
	switch format {
	case "text":
		return func(v *validation) ([]byte, error) { return []byte(v.text()), nil }
	case "json":
		return func(v *validation) ([]byte, error) { return view.FindingsJSON(v.Findings) }
	case "sarif":
		return func(v *validation) ([]byte, error) { return view.SARIF(v.Findings) }
	case "codequality":
		return func(v *validation) ([]byte, error) { return view.CodeQuality(v.Findings) }
	case "github":
		return func(v *validation) ([]byte, error) { return append(view.Annotations(v.Findings), v.right()...), nil }
	}
	return nil
}

// reportOf is the format that a file's ending asks for, or "".
func reportOf(path string) string {
	endings := []struct{ ending, format string }{
		{".codequality.json", "codequality"}, {".json", "json"}, {".sarif", "sarif"}, {".txt", "text"},
	}
	for _, e := range endings {
		if strings.HasSuffix(path, e.ending) {
			return e.format
		}
	}
	return ""
}

func (v *validation) save(out []string) error {
	for _, path := range out {
		raw, err := reportNamed(reportOf(path))(v)
		if err != nil {
			return fmt.Errorf("writing %s: %w", path, err)
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			return fmt.Errorf("writing the findings: %w", err)
		}
	}
	return nil
}

func (v *validation) text() string {
	told := ""
	if len(v.List) > 0 {
		told = fmt.Sprintf("%s\n%s\n", diag.Format(v.List, v.Line), diag.Summary(v.List))
	}
	return told + v.right()
}

// right is the line that says how much was found right; "" when it was not.
func (v *validation) right() string {
	if v.List.HasErrors() {
		return ""
	}
	p := v.loaded.Program
	return fmt.Sprintf("%s right: %s, %s, %s.\n", areFiles(len(v.loaded.Project.Sources.Files())),
		counted(len(p.Segments), "segment"), counted(len(p.Touchpoints), "touchpoint"), counted(len(p.Journeys), "journey")) +
		view.Proved(v.proofs) + view.AtWorst(prove.AtWorst(p, nil)) + v.negations
}

func areFiles(n int) string {
	if n == 1 {
		return "1 file is"
	}
	return fmt.Sprintf("%d files are", n)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
