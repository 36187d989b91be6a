package suite

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// Tally is what a law of members saw: segments, and of them those that the
// platform can say; answers about people, of them yeses, and of them those that
// differ where a window ends about now.
type Tally struct{ Segments, Said, People, Members, Late int }

// Enough sees that a law asked enough to show something, and that the borders of
// windows do not explain much: a tenth of the answers is yes, at most one in
// twenty is late.
func (s Tally) Enough(t testing.TB, of string) {
	t.Helper()
	t.Logf("%s: %+v", of, s)
	if s.People == 0 || s.Members < s.People/10 {
		t.Errorf("%s: too little was asked: %+v", of, s)
	}
	if 20*s.Late > s.People {
		t.Errorf("%s: the borders of windows explain too much: %+v", of, s)
	}
}

// Border is how exactly a platform counts: what ends a day or less before now,
// or around now, may be seen otherwise there.
type Border int

// The borders.
const (
	Before  Border = iota // what ended in the last day may still count
	Around                // and what ends within the next
	DayLong               // and days of the calendar are no instants
)

// grain is the windows' of each of these platforms.
const grain = 24 * time.Hour

// Judge compares who is in a segment at a platform with the evaluator.
type Judge struct {
	Program *ir.Program
	People  []*person.Person
	Eval    *eval.World
	Border  Border
}

// Agree compares the members of a segment that the platform can say. Detail is
// what it made of the segment.
func (j Judge) Agree(t testing.TB, s ir.Segment, members []string, detail any, seen *Tally) {
	t.Helper()
	for _, p := range j.People {
		want, is := j.Eval.Member(s.Address, p), slices.Contains(members, p.ID)
		seen.People++
		if want {
			seen.Members++
		}
		switch {
		case want == is:
		case j.AtBorder(p):
			seen.Late++
		default:
			t.Errorf("%s: want %v, and the platform says %v of %s %v %+v %+v\n%s\n%v", s.Address, want, is, p.ID, p.Attributes, p.Events, p.Acts, expr.Print(s.Where), detail)
		}
	}
}

// AtBorder tells whether a window of the program ends about now for something
// that happened to a person, or that is known of them.
func (j Judge) AtBorder(p *person.Person) bool {
	earliest, latest := sample.Now.Time().Add(-grain), sample.Now.Time()
	if j.Border != Before {
		latest = latest.Add(grain)
	}
	for _, at := range j.instants(p) {
		for _, length := range lengths(j.Program) {
			if ends := at.Time().Add(length); !ends.Before(earliest) && !ends.After(latest) {
				return true
			}
		}
	}
	return false
}

func (j Judge) instants(p *person.Person) []types.Instant {
	var out []types.Instant
	for _, v := range p.Attributes {
		if at, is := v.(types.Instant); is {
			out = append(out, at)
		}
		if day, is := v.(types.Date); is && j.Border == DayLong {
			out = append(out, types.NewInstant(day.Time()))
		}
	}
	for _, e := range p.Events {
		out = append(out, e.At)
	}
	for _, o := range p.Outcomes {
		out = append(out, o.At)
	}
	for _, a := range p.Acts {
		out = append(out, a.At)
	}
	return out
}

// lengths lists the windows of a program, and none.
func lengths(program *ir.Program) []time.Duration {
	out := []time.Duration{0}
	add := func(e expr.Expr) bool {
		if of, is := e.(expr.Aggregate); is {
			out = append(out, of.Window.Length.Exact())
		}
		if of, is := e.(expr.Did); is {
			out = append(out, of.Window.Length.Exact())
		}
		if of, is := e.(expr.FollowedBy); is {
			out = append(out, of.Window.Length.Exact())
		}
		if of, is := e.(expr.Within); is {
			out = append(out, of.Length.Exact())
		}
		return true
	}
	for _, s := range program.Segments {
		expr.Walk(s.Where, add)
	}
	for _, a := range program.Person.Attributes {
		expr.Walk(a.Value, add)
	}
	for _, e := range program.Events {
		expr.Walk(e.Where, add)
	}
	for _, r := range program.Regimes {
		for _, rule := range r.Rules {
			out = append(out, rule.ValidFor.Exact())
		}
	}
	return out
}

// Refusals lowers the segments of random programs and lists the codes of what is
// refused. Each finding has to say where, why and what would help.
func Refusals(t testing.TB, factory targets.Factory, o sample.Options, block func(*ir.Program) ir.Platform) []string {
	t.Helper()
	codes := map[string]bool{}
	for seed := range uint64(60) {
		program := sample.Program(rand.New(rand.NewPCG(seed, 9)), o)
		platform := block(program)
		program.Platforms = []ir.Platform{platform}
		for _, s := range program.Segments {
			for _, d := range factory().Lower(targets.LowerRequest{Program: program, Platform: platform, Placed: []string{s.Address}}).Diagnostics {
				codes[d.Rule.Code] = true
				if d.Mark == "" || d.Detail == "" || d.Help == "" {
					t.Errorf("%s says too little: %+v", s.Address, d)
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(codes))
}
