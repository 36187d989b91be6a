package compiler_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	samples "github.com/trayecto/trayecto/compiler/sample/many"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

const lumen = "../examples/lumen"

// lumens is where the project that must always compile stands: the one with
// data in this repository and, where it is at hand, the design's own.
var lumens = []string{lumen, "../../shared/design/lumen"}

func compile(t testing.TB, o project.Options) *ir.Program {
	t.Helper()
	p, found, err := project.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	program, problems := compiler.Compile(p)
	for _, d := range append(found, problems...) {
		t.Error(spell(d))
	}
	return program
}

func spell(d diag.Diagnostic) string {
	return fmt.Sprintf("%s:%d:%d: %s[%s]: %s (%s) %s help: %s", d.At.File, d.At.Start.Line, d.At.Start.Column, d.Rule.Severity, d.Rule.Code,
		d.Rule.Summary, d.Mark, d.Detail, d.Help)
}

func TestLumenCompiles(t *testing.T) {
	for _, dir := range lumens {
		if _, err := os.Stat(dir); err != nil {
			t.Logf("%s is not here", dir)
			continue
		}
		for _, env := range []string{"", "notifuse", "warehouse"} {
			t.Run(dir+" "+env, func(t *testing.T) {
				p := compile(t, project.Options{Dir: dir, Env: env})
				holdsEverything(t, p)
			})
		}
	}
}

// holdsEverything sees to it that no kind of block got lost: lumen has at
// least one of each but those in none.
func holdsEverything(t *testing.T, p *ir.Program) {
	t.Helper()
	none := []string{"Parts", "Personas", "Resources", "Imports", "Moves", "Removals", "State"}
	v := reflect.ValueOf(*p)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if v.Field(i).IsZero() && !slices.Contains(none, name) {
			t.Errorf("lumen has no %s", name)
		}
	}
	if got := len(p.Declarations()); got < 49 {
		t.Errorf("%d declarations", got)
	}
}

// That texts are let go of as they are built never shows.
func TestLettingGoDoesNotShow(t *testing.T) {
	projects := map[string][]source.File{"lumen": lumenFiles(t)}
	for _, shape := range samples.Shapes {
		for _, f := range samples.Files(samples.Options{Shape: shape, Objects: 150, Seed: 1}) {
			projects[string(shape)] = append(projects[string(shape)], source.File{Path: f.Path, Text: string(f.Text)})
		}
	}
	for name, files := range projects {
		compiled := func(once bool) ([]byte, []string) {
			p, found := project.From(source.Of(files...), project.Options{})
			p.Once = once
			program, more := compiler.Compile(p)
			var said []string
			for _, d := range append(found, more...) {
				said = append(said, spell(d))
			}
			return canonical(t, program), said
		}
		program, said := compiled(false)
		again, saidAgain := compiled(true)
		if len(program) < 1000 || !bytes.Equal(program, again) {
			t.Errorf("%s: another program", name)
		}
		if diff := cmp.Diff(said, saidAgain); diff != "" {
			t.Errorf("%s: -kept +let go:\n%s", name, diff)
		}
	}
}

// The order of files and blocks never matters.
func TestOrderDoesNotMatter(t *testing.T) {
	files := lumenFiles(t)
	p, _ := project.From(source.Of(files...), project.Options{Env: "notifuse"})
	program, found := compiler.Compile(p)
	want := canonical(t, program)
	if found.HasErrors() || len(want) < 1000 {
		t.Fatalf("lumen does not compile: %v", found)
	}
	for seed := range uint64(25) {
		p, found := project.From(source.Of(shuffled(t, files, seed)...), project.Options{Env: "notifuse"})
		program, problems := compiler.Compile(p)
		for _, d := range append(found, problems...) {
			t.Error(spell(d))
		}
		if got := canonical(t, program); !bytes.Equal(want, got) {
			t.Fatalf("seed %d gives another program: %s", seed, firstDifference(want, got))
		}
	}
}

func canonical(t *testing.T, p *ir.Program) []byte {
	t.Helper()
	raw, err := ir.Canonical(p)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// firstDifference is where two texts part, with what stands around.
func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	around := func(x []byte) []byte { return x[max(0, i-60):min(len(x), i+60)] }
	return fmt.Sprintf("at byte %d %q is %q", i, around(a), around(b))
}

func lumenFiles(t testing.TB) []source.File {
	t.Helper()
	var files []source.File
	err := filepath.WalkDir(lumen, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, filepath.Join(lumen, "data")) {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(lumen, path)
		files = append(files, source.File{Path: filepath.ToSlash(name), Text: string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// shuffled deals the blocks of the project's files out over files of other
// names, in another order. The environments stay as they are.
func shuffled(t *testing.T, files []source.File, seed uint64) []source.File {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 0))
	var out []source.File
	var blocks [][]byte
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".hcl") || strings.HasPrefix(f.Path, "env/") || strings.HasSuffix(f.Path, ".test.hcl") {
			out = append(out, f)
			continue
		}
		parsed, problems := hclsyntax.ParseConfig([]byte(f.Text), f.Path, hcl.InitialPos)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		for _, b := range parsed.Body.(*hclsyntax.Body).Blocks {
			blocks = append(blocks, b.Range().SliceBytes([]byte(f.Text)))
		}
	}
	rng.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
	texts := make([][]byte, 1+rng.IntN(9))
	for _, b := range blocks {
		i := rng.IntN(len(texts))
		texts[i] = append(append(texts[i], b...), "\n\n"...)
	}
	for i, text := range texts {
		out = append(out, source.File{Path: fmt.Sprintf("%c/%d.hcl", 'a'+i%3, i), Text: string(text)})
	}
	return out
}

// What is marshalled is read back as it was.
func TestLumenTravels(t *testing.T) {
	p := compile(t, project.Options{Dir: lumen, Env: "warehouse"})
	raw, err := ir.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	back := &ir.Program{}
	if err := ir.Unmarshal(raw, back); err != nil {
		t.Fatal(err)
	}
	again, err := ir.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, again) {
		t.Error(firstDifference(raw, again))
	}
}

// Secrets never enter a program: what a platform reads from the environment
// stays a name.
func TestEnvironmentVariablesStayNames(t *testing.T) {
	t.Setenv("NOTIFUSE_API_KEY", "very-secret")
	p := compile(t, project.Options{Dir: lumen, Env: "notifuse"})
	platform, _ := ir.Find(p.Platforms, "platform.sandbox")
	key, ok := platform.Config.Get("api_key")
	if !ok || key.Env != "NOTIFUSE_API_KEY" || key.Value != nil {
		t.Errorf("api_key is %+v", key)
	}
	if bytes.Contains(canonical(t, p), []byte("very-secret")) {
		t.Error("the program holds the value of an environment variable")
	}
}

func BenchmarkCompileLumen(b *testing.B) {
	p, _, err := project.Load(project.Options{Dir: lumen})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, found := compiler.Compile(p); found.HasErrors() {
			b.Fatal(found)
		}
	}
}

// What the environment leaves out goes nowhere; what goes to the platform
// brings along all that it uses.
func TestLumenIsPlaced(t *testing.T) {
	everywhere := compile(t, project.Options{Dir: lumen}).Placed("platform.sandbox")
	warehouse := compile(t, project.Options{Dir: lumen, Env: "warehouse"}).Placed("platform.sandbox")
	for _, c := range []struct {
		name, address string
		placed        []string
		want          bool
	}{
		{"here", "journey.welcome", everywhere, true},
		{"here", "action.call_customer", everywhere, true},
		{"here", "guard.no_surprise", everywhere, false},
		{"here", "platform.sandbox", everywhere, false},
		{"in the warehouse", "segment.browsers", warehouse, true},
		{"in the warehouse", "consent.news", warehouse, true},
		{"in the warehouse", "journey.welcome", warehouse, false},
		{"in the warehouse", "touchpoint.welcome_mail", warehouse, false},
		{"in the warehouse", "action.call_customer", warehouse, false},
	} {
		if got := slices.Contains(c.placed, c.address); got != c.want {
			t.Errorf("%s, %s: placed %v, want %v", c.name, c.address, got, c.want)
		}
	}
}

// Every address that the program mentions is declared in it: nothing got lost
// between resolving and building.
func TestLumenMentionsWhatItDeclares(t *testing.T) {
	p := compile(t, project.Options{Dir: lumen})
	declared := map[string]bool{}
	for _, d := range p.Declarations() {
		declared[d.Header().Address] = true
	}
	for _, d := range append(p.Declarations(), p.Person) {
		for _, address := range append(ir.Mentions(d), ir.Wishes(d)...) {
			if !declared[address] {
				t.Errorf("%s mentions %s, which is not declared", d.Header().Address, address)
			}
		}
	}
}
