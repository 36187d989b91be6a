package resolve

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// A node is in a knot if and only if some way leads from it back to it, and
// two are in the same knot if and only if each leads to the other. The way
// that is told is a way, begins and ends at its knot's first node, and no
// shorter one does.
func TestKnots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t)
		knotOf := map[int]int{}
		for i, knot := range g.knots() {
			for _, number := range knot {
				knotOf[number] = i + 1
			}
			checkWay(t, g, knot)
		}
		for a := range g.nodes {
			if (knotOf[a] > 0) != g.distances(a)[a].reached {
				t.Fatalf("%d: in knot %d, leads back: %v", a, knotOf[a], g.distances(a)[a].reached)
			}
			for b := range g.nodes {
				mutual := g.distances(a)[b].reached && g.distances(b)[a].reached
				if same := knotOf[a] > 0 && knotOf[a] == knotOf[b]; a != b && same != mutual {
					t.Fatalf("%d and %d: same knot %v, mutual %v", a, b, same, mutual)
				}
			}
		}
	})
}

func checkWay(t *rapid.T, g *graph, knot []int) {
	at := knot[0]
	way := g.round(knot)
	for _, to := range way {
		if !slices.Contains(g.nodes[at].links, to) {
			t.Fatalf("the way %v uses a link that %d has not", way, at)
		}
		at = to
	}
	if at != knot[0] {
		t.Fatalf("the way %v from %d ends at %d", way, knot[0], at)
	}
	if shortest := g.distances(knot[0])[knot[0]].steps; len(way) != shortest {
		t.Fatalf("the way %v has %d steps, the shortest %d", way, len(way), shortest)
	}
}

type distance struct {
	reached bool
	steps   int
}

// distances is the plain version: the links from a node to every other, by
// widening rounds.
func (g *graph) distances(from int) map[int]distance {
	out := map[int]distance{}
	front := []int{from}
	for steps := 1; len(front) > 0; steps++ {
		var next []int
		for _, at := range front {
			for _, to := range g.nodes[at].links {
				if !out[to].reached {
					out[to] = distance{true, steps}
					next = append(next, to)
				}
			}
		}
		front = next
	}
	return out
}

func drawGraph(t *rapid.T) *graph {
	g := &graph{nodes: make([]node, rapid.IntRange(1, 7).Draw(t, "nodes"))}
	for i := range g.nodes {
		g.nodes[i].links = rapid.SliceOfN(rapid.IntRange(0, len(g.nodes)-1), 0, 3).Draw(t, "links")
	}
	return g
}

// scopeOf resolves one file.
func scopeOf(t *testing.T, text string) (found diag.List, names map[string]string) {
	t.Helper()
	p, problems := project.From(source.Of(source.File{Path: "x.hcl", Text: text}), project.Options{})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	scope, found := Scope(p)
	names = map[string]string{}
	for _, f := range scope.Person.Fields {
		names["person."+f.Name] = fmt.Sprintf("%v %v", f.Type, f.Nullable)
	}
	for event, shape := range scope.Events {
		for _, f := range shape.Fields {
			names[event+"."+f.Name] = fmt.Sprintf("%v %v", f.Type, f.Nullable)
		}
	}
	for step, carries := range scope.Steps {
		names[step] = carries
	}
	return found, names
}

// Shapes do not depend on what is written first: a derived event may stand
// before its base, a computed attribute before what it mentions.
func TestShapes(t *testing.T) {
	found, names := scopeOf(t, `
project "p" {
  timezone  = "Europe/Madrid"
  languages = ["en"]
}
person {
  attribute "big_spender" { value = person.spent > 100 }
  attribute "spent" { value = sum(event.aa_large.amount, "1y") }
  attribute "orders" { value = count(event.bought, "1y") }
  attribute "tier" { type = enum("a", "b") }
  key "id" { type = string }
}
event "aa_large" {
  from  = event.large
  where = it.amount > 500
}
event "large" {
  from  = event.bought
  where = it.amount > 100
}
event "bought" {
  field "amount" {
    type     = money
    required = true
  }
  field "sku" { type = string }
}
journey "j" {
  enter { at = "2026-12-01" }
  choose "c" {
    when "w" {
      if = person.orders > 1
      send "deep" { touchpoint = touchpoint.t }
    }
  }
  do "call" { action = action.a }
}
`)
	want := map[string]string{
		"person.id": "string false", "person.tier": `enum("a", "b") true`, "person.orders": "number false", "person.spent": "money true",
		"person.big_spender":  "bool true",
		"event.bought.amount": "money false", "event.bought.sku": "string true", "event.bought.at": "timestamp false",
		"event.large.amount": "money false", "event.large.sku": "string true", "event.large.at": "timestamp false",
		"event.aa_large.amount": "money false", "event.aa_large.sku": "string true", "event.aa_large.at": "timestamp false",
		"step.j.c": "choose", "step.j.deep": "touchpoint.t", "step.j.call": "action.a",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

// Of a circle of hundreds of names the first and the last are told.
func TestLongCirclesAreShortened(t *testing.T) {
	text := "project \"p\" {\n  timezone  = \"Europe/Madrid\"\n  languages = [\"en\"]\n}\nperson {\n  key \"id\" { type = string }\n}\n"
	const names = 300
	for i := range names {
		text += fmt.Sprintf("segment \"s%03d\" { where = segment.s%03d }\n", i, (i+1)%names)
	}
	found, _ := scopeOf(t, text)
	detail := found[0].Detail
	if len(found) != 1 || !strings.Contains(detail, "segment.s011 -> 277 more -> segment.s289") || !strings.HasSuffix(detail, "segment.s299 -> segment.s000.") {
		t.Errorf("%d findings, the first of them %s", len(found), detail)
	}
}
