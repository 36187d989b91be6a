package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/funcs"
)

const misuse = "../../testdata/misuse.txtar"

// Each block and each function used wrongly: x.hcl is followed by x.txt,
// exactly what is said about it. UPDATE_SCRIPTS=1 rewrites what is said.
func TestMisuse(t *testing.T) {
	archive, err := txtar.ParseFile(misuse)
	if err != nil {
		t.Fatal(err)
	}
	shop, err := os.ReadFile("../../testdata/mistakes/shop.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		used, said := archive.Files[i], &archive.Files[i+1]
		name, isUse := strings.CutSuffix(used.Name, ".hcl")
		if !isUse || said.Name != name+".txt" {
			t.Fatalf("%s is followed by %s", used.Name, said.Name)
		}
		t.Run(name, func(t *testing.T) {
			got := answer(t, shop, txtar.File{Name: "wrong.hcl", Data: used.Data})
			if os.Getenv("UPDATE_SCRIPTS") == "1" {
				said.Data = []byte(got)
			}
			if diff := cmp.Diff(string(said.Data), got); diff != "" || got == "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if os.Getenv("UPDATE_SCRIPTS") == "1" {
		if err := os.WriteFile(misuse, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// No block type and no function is without a wrong use.
func TestNothingWithoutMisuse(t *testing.T) {
	archive, err := txtar.ParseFile(misuse)
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, f := range funcs.All {
		missing["functions/"+f.Name] = true
	}
	for _, f := range funcs.Forms {
		missing["functions/"+f.Name] = true
	}
	seen := map[*block.Type]bool{}
	var walk func(types []*block.Type, path string)
	walk = func(types []*block.Type, path string) {
		for _, b := range types {
			if seen[b] {
				continue // steps nest in each other
			}
			seen[b] = true
			missing[path+b.Name] = true
			walk(b.Nested(), path+b.Name+".")
		}
	}
	walk(block.All, "blocks/")
	for _, f := range archive.Files {
		if name, isUse := strings.CutSuffix(f.Name, ".hcl"); isUse {
			if !missing[name] {
				t.Errorf("%s is no block or function, or is there twice", name)
			}
			delete(missing, name)
		}
	}
	for name := range missing {
		t.Errorf("%s is used wrongly nowhere in %s", name, misuse)
	}
}
