package many_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/sample/many"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

func program(t *rapid.T, o many.Options) *ir.Program {
	var files []source.File
	for _, f := range many.Files(o) {
		files = append(files, source.File{Path: f.Path, Text: string(f.Text)})
	}
	p, found := project.From(source.Of(files...), project.Options{})
	program, problems := compiler.Compile(p)
	if found = append(found, problems...); found.HasErrors() {
		t.Fatalf("%+v: %s: %s", o, found[0].Rule.Summary, found[0].Detail)
	}
	return program
}

// Every project compiles, has as many segments as were asked for, and each
// refers to the one that Uses says and to nothing else.
func TestProjectsAreAsAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := many.Options{
			Shape: rapid.SampledFrom(many.Shapes).Draw(t, "shape"), Objects: rapid.IntRange(1, 250).Draw(t, "objects"),
			Seed: rapid.Uint64().Draw(t, "seed"), Step: rapid.IntRange(0, 3).Draw(t, "step"),
		}
		if o.Objects == 1 && (o.Shape == many.List || o.Shape == many.Map) {
			o.Objects = 2 // for_each over nothing is a mistake
		}
		p := program(t, o)
		if len(p.Segments) != o.Objects {
			t.Fatalf("%+v: %d segments", o, len(p.Segments))
		}
		uses := map[int]int{}
		for _, s := range p.Segments {
			count := 0
			for _, address := range ir.Mentions(s) {
				if ir.KindOf(address) == "segment" {
					count++
				}
			}
			uses[count]++
		}
		want := map[int]int{0: 1}
		if o.Objects > 1 {
			want[1] = o.Objects - 1
		}
		if d := cmp.Diff(want, uses); d != "" {
			t.Fatalf("%+v: references by number (-want +got):\n%s", o, d)
		}
	})
}

func TestFilesFollowFromTheSeed(t *testing.T) {
	o := many.Options{Shape: many.Blocks, Objects: 1000, Seed: 1}
	again, other := many.Files(o), many.Files(many.Options{Shape: many.Blocks, Objects: 1000, Seed: 2})
	same := 0
	for i, f := range many.Files(o) {
		if f.Path != again[i].Path || !bytes.Equal(f.Text, again[i].Text) {
			t.Errorf("%s is another one the second time", f.Path)
		}
		if bytes.Equal(f.Text, other[i].Text) {
			same++
		}
	}
	if same != 1 {
		t.Errorf("of two seeds, %d files are the same, not project.hcl alone", same)
	}
	blocks := strings.Count(string(again[1].Text), "segment \"s")
	if size := len(again[5].Text) / 100; blocks != 100 || size < 250 || size > 320 {
		t.Errorf("%d blocks to a file of about %d bytes each", blocks, size)
	}
}
