package prove

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/expr"
)

// assumes names what formulas ask that is not looked into and was taken to be
// free, in a sentence; "" where they ask nothing of that kind.
func (s *space) assumes(formulas []node) string {
	var out []string
	seen := map[node]bool{}
	var visit func(n node)
	visit = func(n node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if s.graph.shape[n] == isAtom {
			if v := s.at(s.graph.about[n]); v.taken() && !slices.Contains(out, expr.Print(v.of)) {
				out = append(out, expr.Print(v.of))
			}
			return
		}
		for _, k := range s.graph.kids[n] {
			visit(k)
		}
	}
	for _, f := range formulas {
		visit(f)
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	return "it rests on what is not looked into: " + strings.Join(out[:min(len(out), 3)], ", ")
}

// taken tells whether a variable stands for something that is taken as it
// comes: arithmetic, functions, sequences, folds of a field.
func (v *variable) taken() bool {
	switch e := v.of.(type) {
	case expr.Suppressed, expr.Excluded, expr.Attribute, expr.Field, expr.Record, nil:
		return v.kind == opaque
	case expr.Aggregate:
		return e.Op != expr.Count
	default:
		return true
	}
}
