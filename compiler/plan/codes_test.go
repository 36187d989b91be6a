package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// The archives of what planning finds: needs.txt lists objects with what they
// need, applied.txt those that a state remembers, and the project's platform
// blocks are the platforms that there are.
func TestArchives(t *testing.T) {
	for _, rule := range plan.Rules {
		t.Run(rule.Code, func(t *testing.T) {
			text, there := codes.Source(rule.Code)
			if !there {
				t.Fatal("no archive")
			}
			archive := txtar.Parse([]byte(text))
			for folder, want := range map[string][]string{"bad/": {rule.Code}, "good/": nil} {
				in, moves, removals := shownTo(archive, folder)
				found := in.HandOver(moves, removals)
				if len(found) == 0 {
					var err error
					if _, found, err = plan.Make(in); err != nil {
						t.Fatal(err)
					}
				}
				var got []string
				for _, d := range found {
					got = append(got, d.Rule.Code)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", folder, diff)
				}
			}
		})
	}
}

// shownTo is the input that one side of an archive describes.
func shownTo(archive *txtar.Archive, folder string) (in plan.Input, moves []ir.Move, removals []ir.Removal) {
	in = input()
	var files []source.File
	for _, f := range archive.Files {
		switch name := strings.TrimPrefix(f.Name, folder); {
		case name == "needs.txt":
			in.Desired = objects(string(f.Data))
		case name == "applied.txt":
			in = applied(input(objects(string(f.Data))...))
			in.Desired = nil
		case strings.HasSuffix(name, ".hcl") && name != f.Name:
			files = append(files, source.File{Path: name, Text: string(f.Data)})
		}
	}
	if files == nil {
		return in, nil, nil
	}
	in.Platforms = nil
	p, _ := project.From(source.Of(files...), project.Options{})
	for _, b := range p.Blocks {
		if b.Type.Name == "platform" {
			in.Platforms = append(in.Platforms, plan.PlatformInfo{Name: b.Label(1), Target: b.Label(0)})
		}
	}
	program, _ := compiler.Compile(p)
	return in, program.Moves, program.Removals
}

// objects reads lines such as "journey.a needs touchpoint.b".
func objects(text string) []resource.Resource {
	var out []resource.Resource
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		name, needs, _ := strings.Cut(line, " needs ")
		out = append(out, want(name, "", "", strings.Fields(needs)...))
	}
	return out
}
