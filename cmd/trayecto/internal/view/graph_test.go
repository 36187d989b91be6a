package view

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/types"
)

// The lines of a flow chart, as far as they are written.
var (
	mermaidText   = `"(?:[^"<>#&` + "`" + `\x00-\x1f]|#[0-9]+;|<br>)*"`
	mermaidHead   = regexp.MustCompile(`^flowchart (TD|LR)$`)
	mermaidAbout  = regexp.MustCompile(`^  acc(Title|Descr): [^#;%{}<>]+$`)
	mermaidNode   = regexp.MustCompile(`^  (n[0-9]+)(?:\[` + mermaidText + `\]|\(\[` + mermaidText + `\]\)|\{` + mermaidText + `\}|\{\{` + mermaidText + `\}\}|>` + mermaidText + `\]|\(` + mermaidText + `\))$`)
	mermaidArrow  = regexp.MustCompile(`^  (n[0-9]+) (?:-->|-\.->)(?:\|` + mermaidText + `\|)? (n[0-9]+)$`)
	mermaidFrame  = regexp.MustCompile(`^  subgraph g[0-9]+\[` + mermaidText + `\]$`)
	mermaidStyle  = regexp.MustCompile(`^  classDef (gate|message) [a-z0-9:, -]+$`)
	mermaidMarked = regexp.MustCompile(`^  class (n[0-9]+(?:,n[0-9]+)*) (gate|message)$`)
)

// wellFormed checks a flow chart line by line: every line is one of those that
// are written, frames close, names are declared once and before their use.
func wellFormed(chart string) error {
	known := map[string]bool{}
	frames := 0
	lines := strings.Split(strings.TrimSuffix(chart, "\n"), "\n")
	if len(lines) < 3 || !mermaidHead.MatchString(lines[0]) || !mermaidAbout.MatchString(lines[1]) || !mermaidAbout.MatchString(lines[2]) {
		return fmt.Errorf("the head is %q", lines)
	}
	for _, line := range lines[3:] {
		switch {
		case line == "  end":
			frames--
		case mermaidFrame.MatchString(line):
			frames++
		case mermaidStyle.MatchString(line):
		case mermaidNode.MatchString(line):
			id := mermaidNode.FindStringSubmatch(line)[1]
			if known[id] {
				return fmt.Errorf("%s twice", id)
			}
			known[id] = true
		case mermaidArrow.MatchString(line):
			if m := mermaidArrow.FindStringSubmatch(line); !known[m[1]] || !known[m[2]] {
				return fmt.Errorf("an arrow to nothing: %s", line)
			}
		case mermaidMarked.MatchString(line):
			for _, id := range strings.Split(mermaidMarked.FindStringSubmatch(line)[1], ",") {
				if !known[id] {
					return fmt.Errorf("%s is marked and not there", id)
				}
			}
		default:
			return fmt.Errorf("not a line of a flow chart: %q", line)
		}
		if frames < 0 || frames > 1 {
			return fmt.Errorf("frames do not close at %q", line)
		}
	}
	if frames != 0 {
		return fmt.Errorf("a frame stays open")
	}
	return nil
}

// balanced checks that a graph in DOT closes its texts, brackets and braces.
func balanced(dot string) error {
	var open []rune
	quoted, escaped := false, false
	for _, r := range dot {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = r == '\\', r != '"'
			if r == '\n' {
				return fmt.Errorf("a text runs over a line's end")
			}
		case r == '"':
			quoted = true
		case r == '{' || r == '[':
			open = append(open, r)
		case r == '}' || r == ']':
			if len(open) == 0 || open[len(open)-1] != map[rune]rune{'}': '{', ']': '['}[r] {
				return fmt.Errorf("%c closes nothing", r)
			}
			open = open[:len(open)-1]
		}
	}
	if quoted || len(open) > 0 {
		return fmt.Errorf("something stays open")
	}
	return nil
}

// Whatever is written on boxes and arrows, the picture stays one.
func TestLawPicturesAreWellFormed(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`"]; x["`, "a\nb", `\`, "%%{init: {}}%%", "<script>", "end", "`x`", "#quot;", "_a_", "50 %"}))
	rapid.Check(t, func(t *rapid.T) {
		g := Graph{Title: "T" + text.Draw(t, "title"), Description: "D" + text.Draw(t, "description"), Across: rapid.Bool().Draw(t, "across")}
		n := rapid.IntRange(1, 8).Draw(t, "nodes")
		for i := range n {
			group := rapid.SampledFrom([]string{"", "a", "b\"]"}).Draw(t, "group")
			g.Nodes = append(g.Nodes, Node{fmt.Sprintf("n%d", i), text.Draw(t, "label"), group, Shape(rapid.IntRange(0, int(Note)).Draw(t, "shape"))})
		}
		for range rapid.IntRange(0, 8).Draw(t, "edges") {
			end := func() string { return g.Nodes[rapid.IntRange(0, n-1).Draw(t, "end")].ID }
			g.Edges = append(g.Edges, Edge{end(), end(), text.Draw(t, "on it"), rapid.Bool().Draw(t, "dashed")})
		}
		if err := wellFormed(Mermaid(g)); err != nil {
			t.Fatalf("%v\n%s", err, Mermaid(g))
		}
		if err := balanced(DOT(g)); err != nil {
			t.Fatalf("%v\n%s", err, DOT(g))
		}
	})
}

func TestCheckersRefuse(t *testing.T) {
	good := Mermaid(Graph{Title: "T", Description: "D", Nodes: []Node{{ID: "n1", Label: "x", Group: "g"}}, Edges: []Edge{{From: "n1", To: "n1"}}})
	for _, change := range [][2]string{{"flowchart", "graphic"}, {"  end\n", ""}, {`"x"`, `"x"y"`}, {"n1 -->", "n2 -->"}, {"accTitle: T", "accTitle: "}} {
		if bad := strings.Replace(good, change[0], change[1], 1); bad == good || wellFormed(bad) == nil {
			t.Errorf("%q for %q is let through", change[1], change[0])
		}
	}
	for _, bad := range []string{"{", "{]}", `{"}`, `{"\"}`, "}"} {
		if balanced(bad) == nil {
			t.Errorf("%q is let through", bad)
		}
	}
}

// drawnSteps is a tree of steps; each has a name of its own.
func drawnSteps(t *rapid.T, depth int, n *int) []ir.Step {
	var out []ir.Step
	for range rapid.IntRange(0, 3).Draw(t, "steps") {
		*n++
		name := fmt.Sprintf("s%d", *n)
		kinds := 4
		if depth == 0 {
			kinds = 2
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 0:
			out = append(out, ir.Do{Name: name, Action: "action." + name})
		case 1:
			out = append(out, ir.Send{Name: name, Touchpoint: rapid.SampledFrom([]string{"touchpoint.ad", "touchpoint.note"}).Draw(t, "touchpoint")})
		case 2:
			out = append(out, ir.Wait{Name: name, For: types.Span{Amount: 1, Unit: types.Day}})
		case 3:
			out = append(out, ir.Choose{Name: name, When: []ir.Branch{{Name: "b" + name, If: expr.Not{Term: expr.Literal{Value: types.Truth(true)}}, Steps: drawnSteps(t, depth-1, n)}}, Otherwise: drawnSteps(t, depth-1, n)})
		case 4:
			out = append(out, ir.Split{Name: name, Variants: []ir.Variant{{Name: "v" + name, Weight: 1, Steps: drawnSteps(t, depth-1, n)}, {Name: "c", Weight: 2, Control: true}}})
		}
	}
	return out
}

// Every step is in the picture, every box is reached from the beginning, and
// from every box but a remark a way leads to the end.
func TestLawFlowsHaveNoDeadEnds(t *testing.T) {
	p := &ir.Program{
		Purposes:    []ir.Purpose{{Head: ir.Head{Address: "purpose.offers"}, Class: ir.Marketing}, {Head: ir.Head{Address: "purpose.care"}, Class: ir.Service}},
		Touchpoints: []ir.Touchpoint{{Head: ir.Head{Address: "touchpoint.ad"}, Purpose: "purpose.offers"}, {Head: ir.Head{Address: "touchpoint.note"}, Purpose: "purpose.care"}},
	}
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		steps := drawnSteps(t, 3, &n)
		g := JourneyGraph(p, []ir.Journey{{Head: ir.Head{Address: "journey.x"}, Goal: expr.Literal{Value: types.Truth(true)}, Steps: steps}})
		ahead, back := map[string][]string{}, map[string][]string{}
		for _, e := range g.Edges {
			ahead[e.From], back[e.To] = append(ahead[e.From], e.To), append(back[e.To], e.From)
		}
		begin, end := g.Nodes[0].ID, g.Nodes[len(g.Nodes)-1].ID
		fromBegin, toEnd := reached(begin, ahead), reached(end, back)
		ads := 0
		for _, node := range g.Nodes {
			if !fromBegin[node.ID] || node.Shape != Note && !toEnd[node.ID] {
				t.Fatalf("%+v is cut off in\n%s", node, Mermaid(g))
			}
			if node.Shape == Gate {
				ads++
			}
		}
		want, gates := 3, 0 // the beginning, the goal and the end
		ir.Walk(steps, func(s ir.Step) {
			want++
			switch s := s.(type) {
			case ir.Send:
				if s.Touchpoint == "touchpoint.ad" {
					gates++
				}
			case ir.Split:
				want++ // its control
			case ir.Do, ir.Wait, ir.Choose:
			}
		})
		if ads != gates || len(g.Nodes) != want+gates {
			t.Fatalf("%d boxes and %d gates, want %d and %d", len(g.Nodes), ads, want+gates, gates)
		}
		if err := wellFormed(Mermaid(g)); err != nil {
			t.Fatal(err)
		}
	})
}

func reached(from string, next map[string][]string) map[string]bool {
	seen := map[string]bool{from: true}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, to := range next[queue[0]] {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return seen
}

// lumenProgram is the example, compiled.
func lumenProgram(t *testing.T) *ir.Program {
	t.Helper()
	loaded, found, err := project.Load(project.Options{Dir: "../../../../examples/lumen"})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	p, problems := compiler.Compile(loaded)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	return p
}

func TestProjectGraph(t *testing.T) {
	p := lumenProgram(t)
	g := ProjectGraph(p)
	if err := wellFormed(Mermaid(g)); err != nil {
		t.Error(err)
	}
	if err := balanced(DOT(g)); err != nil {
		t.Error(err)
	}
	labels := map[string]string{}
	for _, n := range g.Nodes {
		labels[n.ID] = n.Label
	}
	arrows := map[string]bool{}
	for _, e := range g.Edges {
		arrows[fmt.Sprint(labels[e.From], " ", labels[e.To], " ", e.Dashed)] = true
	}
	for _, want := range []string{
		"segment.lapsed_vip event.order_placed false", "journey.welcome segment.lapsed_vip false", "person event.order_placed false",
		"pressure.all journey.welcome true", "touchpoint.welcome_mail purpose.account false",
	} {
		if !arrows[want] {
			t.Errorf("no arrow %s", want)
		}
	}
	if want := len(p.Declarations()) + 1; len(g.Nodes) != want {
		t.Errorf("%d boxes for %d declarations", len(g.Nodes), want)
	}
	if diff := cmp.Diff(Mermaid(g), Mermaid(ProjectGraph(lumenProgram(t)))); diff != "" {
		t.Errorf("not the same twice:\n%s", diff)
	}
}
