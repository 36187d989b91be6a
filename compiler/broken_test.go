package compiler_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// Whatever is missing or garbled, a program comes out, it can be marshalled,
// and every finding has a place and a rule of the list.
func TestBrokenProjectsAreUnderstoodAsFarAsTheyGo(t *testing.T) {
	files := lumenFiles(t)
	rules := map[string]bool{}
	for _, rule := range compiler.Rules() {
		rules[rule.Code] = true
	}
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p, found := project.From(source.Of(broken(rng, files)...), project.Options{Env: "notifuse"})
		program, problems := compiler.Compile(p)
		if _, err := ir.Canonical(program); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, d := range append(found, problems...) {
			if !rules[d.Rule.Code] || d.At.IsZero() {
				t.Errorf("seed %d: %s", seed, spell(d))
			}
		}
	}
}

// broken is the files with a few lines dropped, doubled, or with a word of one
// put into another.
func broken(rng *rand.Rand, files []source.File) []source.File {
	out := append([]source.File(nil), files...)
	for range 1 + rng.IntN(4) {
		i := rng.IntN(len(out))
		lines := bytes.SplitAfter([]byte(out[i].Text), []byte("\n"))
		at, other := rng.IntN(len(lines)), rng.IntN(len(lines))
		switch words := strings.Fields(string(lines[other])); rng.IntN(3) {
		case 0:
			lines[at] = nil
		case 1:
			lines[at] = append(bytes.Clone(lines[at]), lines[at]...)
		case 2:
			if mine := strings.Fields(string(lines[at])); len(words) > 0 && len(mine) > 0 {
				lines[at] = bytes.Replace(lines[at], []byte(mine[rng.IntN(len(mine))]), []byte(words[rng.IntN(len(words))]), 1)
			}
		}
		out[i].Text = string(bytes.Join(lines, nil))
	}
	return out
}
