package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// spell writes findings as "CODE column-column: mark | help", one a line.
func spell(found diag.List) string {
	var lines []string
	for _, d := range found {
		line := fmt.Sprintf("%s %d-%d: %s", d.Rule.Code, d.At.Start.Column, d.At.End.Column, d.Mark)
		if d.Help != "" {
			line += " | " + d.Help
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestConditionRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`did(event.order_place, "90d")`, ``},
	} {
		got, found := expr.Condition(parse(t, c.in), shop(t))
		if got != nil {
			t.Errorf("%s: not refused: %s", c.in, expr.Print(got))
		}
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}
