package run

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// What is not carried out is refused, block by block; a state where it is
// anyway is not.
func TestNotYet(t *testing.T) {
	for _, c := range []struct {
		name string
		p    ir.Program
		want []string
	}{
		{"nothing", ir.Program{}, nil},
		{"a file in its place", ir.Program{State: ir.State{Backend: "file"}}, nil},
		{"a file elsewhere", ir.Program{State: ir.State{Backend: "file", Config: ir.Config{Settings: []ir.Setting{{Name: "path", Value: types.Text("x")}}}}},
			[]string{`this version understands state "file" with a path and does not carry it out yet`}},
		{"a database", ir.Program{State: ir.State{Backend: "postgres"}}, []string{`this version understands state "postgres" and does not carry it out yet`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, d := range notYet(&c.p) {
				if d.Rule != ruleNotYet || d.Rule.Severity != diag.Error {
					t.Errorf("%s is no error of the rule", d.Mark)
				}
				got = append(got, d.Mark)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
