package project

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/source"
)

const lumen = "../../../shared/design/lumen"

func TestSampleProject(t *testing.T) {
	if _, err := os.Stat(lumen); err != nil {
		t.Skip("the design's sample project is not beside this checkout")
	}
	targets := map[string]string{"": "local", "notifuse": "notifuse", "warehouse": "postgres"}
	for env, target := range targets {
		p, list, err := Load(Options{Dir: lumen, Env: env, Version: "0.1.0"})
		if err != nil {
			t.Fatal(err)
		}
		if len(list) > 0 {
			t.Errorf("env %q:\n%s", env, diag.Format(list, p.Sources.Line))
		}
		got := []string{p.Name, p.Timezone, p.Currency, strings.Join(p.Languages, " ")}
		if diff := cmp.Diff([]string{"lumen", "Europe/Madrid", "EUR", "es en"}, got); diff != "" {
			t.Errorf("env %q: -want +got\n%s", env, diff)
		}
		if got := find(p, "platform.sandbox").Label(0); got != target {
			t.Errorf("env %q: platform.sandbox is %s, want %s", env, got, target)
		}
		if (p.LeaveOut != nil) != (env != "") || (p.OnlyTo != nil) != (env == "notifuse") {
			t.Errorf("env %q: leave_out %v, only_to %v", env, p.LeaveOut, p.OnlyTo)
		}
		if want, got := 51, len(p.Blocks); want != got {
			t.Errorf("env %q: %d blocks, want %d", env, got, want)
		}
	}
}

func find(p *Project, address string) *block.Block {
	for _, b := range p.Blocks {
		if b.Address() == address {
			return b
		}
	}
	return &block.Block{Type: &block.Type{}}
}

const head = "project \"x\" {\n  timezone  = \"Europe/Madrid\"\n  languages = [\"es\"]\n}\n"

// from loads files in memory, written as path, text, path, text.
func from(o Options, files ...string) (*Project, string) {
	var all []source.File
	for i := 0; i+1 < len(files); i += 2 {
		all = append(all, source.File{Path: files[i], Text: files[i+1]})
	}
	set := source.Of(all...)
	p, list := From(set, o)
	return p, diag.Format(list, set.Line)
}

// The command line wins over the environment, the environment over the
// default; locals use variables and each other, in whatever order.
func TestConstants(t *testing.T) {
	files := []string{
		"a.hcl", head + "variable \"host\" {\n  type    = string\n  default = \"d\"\n}\nvariable \"n\" {\n  type    = number\n  default = 1\n}\n" +
			"variable \"l\" {\n  type    = list(string)\n  default = [\"a\"]\n}\n" +
			"locals {\n  url  = \"https://${local.host}/\"\n  host = lower(var.host)\n  more = var.n + 1\n  all  = join(\",\", var.l)\n}\nlocals { again = local.url }\n",
		"env/p.hcl", "host = \"E\"\nn = 41\n",
	}
	cases := []struct {
		o    Options
		want map[string]string
	}{
		{Options{}, map[string]string{"local.again": "https://d/", "local.more": "2", "local.all": "a"}},
		{Options{Env: "p"}, map[string]string{"local.again": "https://e/", "local.more": "42"}},
		{Options{Env: "p", Vars: map[string]string{"host": "C", "n": "9", "l": `["x", "y"]`}}, map[string]string{"local.again": "https://c/", "local.more": "10", "local.all": "x,y"}},
	}
	for _, c := range cases {
		p, said := from(c.o, files...)
		if said != "" {
			t.Fatal(said)
		}
		for name, want := range c.want {
			if got := constant(t, p, name); got != want {
				t.Errorf("%+v: %s is %q, want %q", c.o, name, got, want)
			}
		}
	}
}

func constant(t *testing.T, p *Project, name string) string {
	t.Helper()
	root, attr, _ := strings.Cut(name, ".")
	v := p.Constants.Variables[root].GetAttr(attr)
	if v.Type() == cty.Number {
		return v.AsBigFloat().Text('f', -1)
	}
	return v.AsString()
}

// env() is for platforms alone: it is not among the functions of constants.
func TestEnvIsNotAConstant(t *testing.T) {
	p, _ := from(Options{}, "a.hcl", head)
	if _, there := p.Constants.Functions["env"]; there {
		t.Error("env is a function of constants")
	}
	if _, said := from(Options{}, "a.hcl", head+"locals { x = env(\"HOME\") }\n"); said == "" {
		t.Error("a constant reads the environment and nothing is said")
	}
}

// A file that cannot be read stops no other, and what it may have declared is
// not called missing.
func TestBrokenFile(t *testing.T) {
	p, said := from(Options{}, "a.hcl", "project \"x\" {\n  timezone = \n}\n", "b.hcl", "segment \"s\" { wher = true }\n", "c.hcl", "segment \"t\" { where = did(event.x, 60d) }\n")
	if !p.Partial {
		t.Error("not partial")
	}
	if strings.Count(said, "error[") != 3 || strings.Contains(said, "BLK101") || strings.Contains(said, "BLK006") {
		t.Errorf("said:\n%s", said)
	}
	if find(p, "segment.s").At.File != "b.hcl" || find(p, "segment.t").At.File != "c.hcl" {
		t.Error("the other files are lost")
	}
	p, _ = from(Options{}, "a.hcl", head+"segment \"t\" { where = did(event.x, 60d) }\n")
	if p.Partial {
		t.Error("a slip that was put right makes the project partial")
	}
}

// The order of files and of blocks in a file does not show.
func TestOrderLaw(t *testing.T) {
	pieces := []string{
		head, "person {\n  key \"id\" { type = string }\n}\n", "platform \"local\" \"p\" {\n}\n", "variable \"v\" { default = \"a\" }\n",
		"locals { x = local.y }\n", "locals { y = var.v }\n", "segment \"a\" { where = true }\n", "segment \"b\" { where = true }\n",
		"event \"e\" {\n  field \"f\" { type = string }\n}\n", "test \"one\" {\n  expect \"x\" { sent = touchpoint.t }\n}\n", "history { people = \"p.csv\" }\n",
	}
	want := ""
	rapid.Check(t, func(t *rapid.T) {
		files := map[string]string{}
		for _, piece := range rapid.Permutation(pieces).Draw(t, "pieces") {
			path := rapid.SampledFrom([]string{"a.hcl", "b.hcl", "c/d.hcl", "z.test.hcl"}).Draw(t, "file")
			files[path] += piece
		}
		var list []string
		for path, text := range files {
			list = append(list, path, text)
		}
		p, said := from(Options{}, list...)
		got := said + summary(p)
		if want == "" {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the order shows: -first +this\n%s", diff)
		}
	})
}

// summary is a project without places.
func summary(p *Project) string {
	var b strings.Builder
	fmt.Fprintln(&b, p.Name, p.Timezone, p.Languages, p.Partial, p.Constants.Variables["local"].GoString(), p.Constants.Variables["var"].GoString())
	var write func(list []*block.Block, margin string)
	write = func(list []*block.Block, margin string) {
		for _, x := range list {
			fmt.Fprintln(&b, margin+x.Address())
			for _, a := range x.Args {
				fmt.Fprintf(&b, "%s  %s %T\n", margin, a.Name, a.Expr)
			}
			write(x.Blocks, margin+"  ")
		}
	}
	write(append(append([]*block.Block{p.Head}, p.Variables...), p.Blocks...), "")
	return b.String()
}

// Random locals that use only earlier ones always have a value; the values do
// not depend on where they are written.
func TestLocalsLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "locals")
		want := make([]int, n)
		var lines []string
		for i := range n {
			term := "1"
			want[i] = 1
			for range rapid.IntRange(0, 2).Draw(t, "uses") {
				if i > 0 {
					j := rapid.IntRange(0, i-1).Draw(t, "used")
					term += fmt.Sprintf(" + local.l%d", j)
					want[i] += want[j]
				}
			}
			lines = append(lines, fmt.Sprintf("  l%d = %s\n", i, term))
		}
		p, said := from(Options{}, "a.hcl", head+"locals {\n"+strings.Join(rapid.Permutation(lines).Draw(t, "lines"), "")+"}\n")
		if said != "" {
			t.Fatal(said)
		}
		for i := range n {
			v, problems := expr.Fold(parsed(fmt.Sprintf("local.l%d", i)), &expr.Scope{Constants: p.Constants})
			if len(problems) > 0 || v.Equals(cty.NumberIntVal(int64(want[i]))).False() {
				t.Fatalf("local.l%d is %#v, want %d (%v)", i, v, want[i], problems)
			}
		}
	})
}

// A local is worked out from those that it uses, however many there are, and
// however long the way to it is.
func TestManyLocalsTakeAsLongAsThereAre(t *testing.T) {
	worked := func(locals int) uint64 {
		var text strings.Builder
		text.WriteString(head + "locals {\n  l0 = 0\n")
		for i := 1; i < locals; i++ {
			fmt.Fprintf(&text, "  l%d = local.l%d + 1\n", i, i-1)
		}
		text.WriteString("}\n")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p, said := from(Options{}, "a.hcl", text.String())
		runtime.ReadMemStats(&after)
		if v := p.Constants.Variables["local"]; said != "" || v.LengthInt() != locals {
			t.Fatalf("%d locals of %d: %s", v.LengthInt(), locals, said)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := worked(100), worked(1000); many > 12*few {
		t.Errorf("100 locals take %d bytes, 1,000 take %d", few, many)
	}
}

func TestLoadReadsTheDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "project.hcl"), []byte(head), 0o644); err != nil {
		t.Fatal(err)
	}
	p, list, err := Load(Options{Dir: dir, Overlays: map[string][]byte{"s.hcl": []byte("segment \"s\" { where = true }\n")}})
	if err != nil || len(list) > 0 || p.Name != "x" || find(p, "segment.s").Label(0) != "s" {
		t.Errorf("%v %v %+v", err, list, p)
	}
	if _, _, err := Load(Options{Dir: filepath.Join(dir, "none")}); err == nil {
		t.Error("a folder that is not there is fine")
	}
}

func TestRulesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range append(append([]*diag.Rule(nil), Rules...), block.Rules...) {
		if seen[r.Code] || len(r.Code) != 6 {
			t.Errorf("%s: %q", r.Code, r.Summary)
		}
		seen[r.Code] = true
	}
}

func parsed(text string) hclsyntax.Expression {
	e, problems := hclsyntax.ParseExpression([]byte(text), "test", hcl.InitialPos)
	if problems.HasErrors() {
		panic(problems)
	}
	return e
}
