package prove

import (
	"bytes"
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Change says what a new version of a segment does to its members.
type Change string

// The changes. Wider: everyone who was in stays in, and somebody joins.
// Narrower: nobody joins, and somebody leaves. Other: somebody joins and
// somebody leaves.
const (
	Same     Change = "equivalent"
	Wider    Change = "wider"
	Narrower Change = "narrower"
	Other    Change = "incomparable"
	NotKnown Change = "undecided"
)

// Changed is what is proved of two versions of a segment. Joins is a person who
// is in the new one only, Leaves one who was in the old one only; each is nil
// where there is none or none was found.
type Changed struct {
	Change Change
	Why    string // of NotKnown
	Joins  *Story
	Leaves *Story
}

// Versions are two programs of which segments are compared, one after the other.
type Versions struct {
	before, after *ir.Program
	at            Moment
	judges        *judges
	left          int // segments that may still be looked into, see mostInAll
}

// The most segments that are looked into to compare one, and to compare all that
// a plan changes. Each is looked into for itself, with all that it rests on: in a
// chain of thousands, of which the first one changes, that is the square.
const (
	mostBehind = 500
	mostInAll  = 200_000
)

// NewVersions makes two programs ready to be compared at a moment.
func NewVersions(before, after *ir.Program, at Moment) *Versions {
	return &Versions{before, after, at, newJudges(), mostInAll}
}

// Compare asks who could join and leave a segment that both programs declare.
func (v *Versions) Compare(segment string) Changed {
	before, after := v.before, v.after
	was, known := ir.Find(before.Segments, segment)
	is, still := ir.Find(after.Segments, segment)
	if !known || !still {
		return Changed{Change: NotKnown, Why: "it is not in both versions"}
	}
	if why := v.tooMany(was, is); why != "" {
		return Changed{Change: NotKnown, Why: why}
	}
	p := New(v.at)
	p.space.judges = v.judges
	old, new := p.Add(before, was.Where), p.Add(after, is.Where)
	joins, leaves := p.Implies(new, old), p.Implies(old, new)
	out := Changed{Change: NotKnown, Joins: joins.Witness.story(after), Leaves: leaves.Witness.story(after)}
	if out.Joins != nil {
		out.Joins.Retold = joins.Witness.member(after, segment, true)
	}
	if out.Leaves != nil {
		out.Leaves.Retold = leaves.Witness.member(after, segment, false)
	}
	for _, a := range []Answer{joins, leaves} {
		if a.Verdict == Undecided {
			out.Why = a.Why
			return out
		}
	}
	if joins.Verdict == Proved || leaves.Verdict == Proved {
		if out.Why = besides(before, after, was.Where, is.Where); out.Why != "" {
			return out
		}
	}
	switch {
	case joins.Verdict == Refuted && leaves.Verdict == Refuted:
		out.Change = Other
	case joins.Verdict == Refuted:
		out.Change = Wider
	case leaves.Verdict == Refuted:
		out.Change = Narrower
	default:
		out.Change = Same
	}
	return out
}

// tooMany says that too many segments would have to be looked into, or "".
func (v *Versions) tooMany(was, is ir.Segment) string {
	before, after := behind(v.before, was.Where), behind(v.after, is.Where)
	if max(before, after) > mostBehind {
		return fmt.Sprintf("it rests on more than %d segments", mostBehind)
	}
	if v.left -= before + after; v.left < 0 {
		return "it takes longer than there is time for, with so many segments that change"
	}
	return ""
}

// behind is how many segments a condition rests on, counted a little further than
// mostBehind.
func behind(program *ir.Program, where expr.Expr) int {
	seen := map[string]bool{}
	for ahead := []expr.Expr{where}; len(ahead) > 0 && len(seen) <= mostBehind; ahead = ahead[1:] {
		expr.Walk(ahead[0], func(e expr.Expr) bool {
			if m, is := e.(expr.Member); is && !seen[m.Segment] {
				seen[m.Segment] = true
				s, _ := ir.Find(program.Segments, m.Segment)
				ahead = append(ahead, s.Where)
			}
			return true
		})
	}
	return len(seen)
}

// besides says what else changed on which the conditions rest and which proofs
// take as it is, or "": the time zone, and how consent is recorded.
func besides(before, after *ir.Program, conditions ...expr.Expr) string {
	if before.Project.Timezone != after.Project.Timezone {
		return "the project's time zone changed too"
	}
	if !restOnConsent(before, conditions[0], 0) && !restOnConsent(after, conditions[1], 0) {
		return ""
	}
	for _, c := range after.Consents {
		if old, ok := ir.Find(before.Consents, c.Address); ok && !alike(old, c) {
			return c.Address + " changed too"
		}
	}
	for _, x := range after.Exclusions {
		if old, ok := ir.Find(before.Exclusions, x.Address); ok && !alike(old, x) {
			return x.Address + " changed too"
		}
	}
	for _, t := range after.Touchpoints {
		if old, ok := ir.Find(before.Touchpoints, t.Address); ok && old.Purpose != t.Purpose {
			return t.Address + " has another purpose too"
		}
	}
	return ""
}

func alike(a, b ir.Declaration) bool {
	one, err := ir.Canonical(a)
	other, err2 := ir.Canonical(b)
	return err == nil && err2 == nil && bytes.Equal(one, other)
}

// deepest bounds how many references are followed.
const deepest = 50

// restOnConsent tells whether a condition asks who may be written to.
func restOnConsent(p *ir.Program, e expr.Expr, depth int) bool {
	found := false
	expr.Walk(e, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.Reachable, expr.Record, expr.Suppressed, expr.Excluded:
			found = true
		case expr.Member:
			if s, ok := ir.Find(p.Segments, e.Segment); ok && depth < deepest {
				found = found || restOnConsent(p, s.Where, depth+1)
			}
		case expr.Attribute:
			if a, ok := p.Person.AttributeNamed(e.Path[0]); ok && a.Value != nil && depth < deepest {
				found = found || restOnConsent(p, a.Value, depth+1)
			}
		default:
		}
		return !found
	})
	return found
}

// At is the moment of a program at an instant. The error is a time zone that is
// not known.
func At(p *ir.Program, now time.Time) (Moment, error) {
	zone, err := time.LoadLocation(p.Project.Timezone)
	return Moment{Now: instant(now), Zone: zone}, err
}
