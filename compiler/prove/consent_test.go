package prove_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/types"
)

func lumen(t testing.TB) *ir.Program {
	t.Helper()
	p, found, err := project.Load(project.Options{Dir: "../../examples/lumen"})
	if err != nil {
		t.Fatal(err)
	}
	program, more := compiler.Compile(p)
	if found.HasErrors() || more.HasErrors() {
		t.Fatal(found, more)
	}
	return program
}

// platform is a platform that writes to people, with gates of its own or
// inserted ones.
func platform(p *ir.Program, gates ...ir.Gate) prove.Platform {
	address := p.Platforms[0].Address
	return prove.Platform{
		Program: p, Address: address, Placed: p.Placed(address),
		Enforcement: ir.Enforcement{Sends: true, Gates: gates, Caps: true, Hours: true},
	}
}

func at(t testing.TB, p *ir.Program) prove.Moment {
	t.Helper()
	m, err := prove.At(p, time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ends is how each send on each channel ends.
func ends(c prove.Consent) map[string]prove.End {
	out := map[string]prove.End{}
	for _, s := range c.Sends {
		out[s.Step+" "+s.Channel] = s.End
		if !s.End.Holds() && s.Story == nil {
			out[s.Step+" "+s.Channel] += " without a person"
		}
	}
	return out
}

var lumenSends = []string{"step.welcome.a", "step.welcome.b", "step.welcome.last_try", "step.win_back.come_back"}

func all(end prove.End) map[string]prove.End {
	out := map[string]prove.End{}
	for _, s := range lumenSends {
		out[s+" channel.email"] = end
	}
	return out
}

// Of examples/lumen everything is proved with the gates that a lowering puts
// at the sends, or with one of the platform's own; without any, everything is
// refused with a person.
func TestConsentOfLumen(t *testing.T) {
	p := lumen(t)
	own := prove.Gates(p, platform(p).Placed)
	for i := range own {
		own[i].Send, own[i].Inserted = "", false
	}
	silent := platform(p)
	silent.Enforcement = ir.Enforcement{}
	for _, c := range []struct {
		name string
		on   prove.Platform
		want prove.End
	}{
		{"nothing is asked", platform(p), prove.Refused},
		{"a gate is inserted at each send", platform(p, prove.Gates(p, platform(p).Placed)...), prove.Gated},
		{"the platform has a gate of its own", platform(p, own[0]), prove.Enforced},
		{"the platform writes to nobody", silent, prove.Silent},
	} {
		if diff := cmp.Diff(all(c.want), ends(prove.OfConsent(c.on, at(t, p)))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.name, diff)
		}
	}
}

// Whichever gate is taken away, the proof fails there and nowhere else, with a
// person; so it does for whichever part of the rules a gate leaves out.
func TestMissingGatesAreNoticed(t *testing.T) {
	p := lumen(t)
	gates, told := prove.Gates(p, platform(p).Placed), 0
	for i, missing := range gates {
		want := all(prove.Gated)
		want[missing.Send+" channel.email"] = prove.Refused
		left := slices.Delete(slices.Clone(gates), i, i+1)
		if diff := cmp.Diff(want, ends(prove.OfConsent(platform(p, left...), at(t, p)))); diff != "" {
			t.Errorf("without the gate of %s: -want +got:\n%s", missing.Send, diff)
		}
		elsewhere := slices.Clone(gates)
		elsewhere[i].Channel = "channel.sms"
		if diff := cmp.Diff(want, ends(prove.OfConsent(platform(p, elsewhere...), at(t, p)))); diff != "" {
			t.Errorf("with the gate of %s on another channel: -want +got:\n%s", missing.Send, diff)
		}
		allowed, err := p.Allowed("purpose.offers", missing.Channel)
		if err != nil {
			t.Fatal(err)
		}
		terms := allowed.(expr.And).Terms
		for k := range terms {
			lie := slices.Clone(gates)
			rest := expr.And{Terms: slices.Delete(slices.Clone(terms), k, k+1)}
			lie[i].Condition = rest
			got := ends(prove.OfConsent(platform(p, lie...), at(t, p)))
			if k == 0 || follows(t, p, rest, terms[k], missing.Send) { // a platform has the address of whomever it writes to
				continue
			}
			if got[missing.Send+" channel.email"] == prove.Refused {
				told++
			} else if !strings.HasPrefix(string(got[missing.Send+" channel.email"]), string(prove.Unproved)) {
				t.Errorf("without %s at %s: %v", expr.Print(terms[k]), missing.Send, got)
			}
		}
	}
	if told < 3*len(gates) {
		t.Errorf("only %d lies were told", told)
	}
}

// follows tells whether a part of the rules follows from the others for those
// who are in the journey, so that leaving it out is no lie.
func follows(t *testing.T, p *ir.Program, rest, part expr.Expr, step string) bool {
	t.Helper()
	j, _ := ir.Find(p.Journeys, ir.JourneyOf(step))
	if j.Enter.If != nil {
		rest = expr.And{Terms: []expr.Expr{rest, j.Enter.If}}
	}
	prover := prove.New(at(t, p))
	return prover.Implies(prover.Add(p, rest), prover.Add(p, part)).Verdict == prove.Proved
}

// Consent data that is older than a regime lets a withdrawal take is refused,
// with somebody who withdrew in between; as old as it may be is not.
func TestStaleConsentIsRefused(t *testing.T) {
	p := lumen(t)
	for _, c := range []struct {
		hours int64
		want  prove.End
	}{{24, prove.Gated}, {48, prove.Refused}} {
		on := platform(p, prove.Gates(p, platform(p).Placed)...)
		on.Enforcement.Staleness = types.Span{Amount: c.hours, Unit: types.Hour}
		if diff := cmp.Diff(all(c.want), ends(prove.OfConsent(on, at(t, p)))); diff != "" {
			t.Errorf("%d hours old: -want +got:\n%s", c.hours, diff)
		}
	}
}

// What takes longer than there is time for is undecided, and that does not hold.
// The gates say what the rules do, told apart by who somebody is, which takes some
// trying.
func TestOverBudgetIsNeverProved(t *testing.T) {
	p := lumen(t)
	gates := prove.Gates(p, platform(p).Placed)
	for i, g := range gates {
		tier := expr.Compare{
			Op: expr.Equal, Left: expr.Attribute{Path: []string{"tier"}, Type: types.String}, Right: expr.Literal{Value: types.Text("gold"), Type: types.String},
		}
		var cases []expr.Expr
		for _, verdict := range []expr.Verdict{expr.True, expr.False, expr.Unknown} {
			allowed, err := p.Allowed("purpose.offers", g.Channel)
			if err != nil {
				t.Fatal(err)
			}
			cases = append(cases, expr.And{Terms: append([]expr.Expr{expr.Is{Term: tier, Verdict: verdict}}, allowed.(expr.And).Terms...)})
		}
		gates[i].Condition = expr.Or{Terms: cases}
	}
	on := platform(p, gates...)
	if diff := cmp.Diff(all(prove.Gated), ends(prove.OfConsent(on, at(t, p)))); diff != "" {
		t.Errorf("with time enough: -want +got:\n%s", diff)
	}
	on.Budget = 1
	if diff := cmp.Diff(all(prove.Unproved+" without a person"), ends(prove.OfConsent(on, at(t, p)))); diff != "" {
		t.Errorf("with no time: -want +got:\n%s", diff)
	}
}

// The proof of examples/lumen: at most 20 ms.
func BenchmarkLumen(b *testing.B) {
	p := lumen(b)
	gates := prove.Gates(p, platform(p).Placed)
	for b.Loop() {
		prove.OfConsent(platform(p, gates...), at(b, p))
	}
}

// A yes that has ended is no yes: who asks for the state "granted" need not ask
// for its end too.
func TestGrantedIsNotExpired(t *testing.T) {
	p := lumen(t)
	gates := prove.Gates(p, platform(p).Placed)
	for i, g := range gates {
		allowed, err := p.Allowed("purpose.offers", g.Channel)
		if err != nil {
			t.Fatal(err)
		}
		gates[i].Condition = expr.And{Terms: []expr.Expr{withoutEnd(allowed), isState(p, g.Channel, "granted")}}
	}
	if diff := cmp.Diff(all(prove.Gated), ends(prove.OfConsent(platform(p, gates...), at(t, p)))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// withoutEnd is the rules without what they ask of the end of a yes.
func withoutEnd(e expr.Expr) expr.Expr {
	switch e := e.(type) {
	case expr.And:
		var out []expr.Expr
		for _, term := range e.Terms {
			if !strings.Contains(expr.Print(term), "expires_at") || strings.Contains(expr.Print(term), "state") {
				out = append(out, withoutEnd(term))
			}
		}
		return expr.And{Terms: out}
	case expr.Or:
		out := make([]expr.Expr, len(e.Terms))
		for i, term := range e.Terms {
			out[i] = withoutEnd(term)
		}
		return expr.Or{Terms: out}
	default:
		return e
	}
}

func isState(p *ir.Program, channel, state string) expr.Expr {
	c, _ := p.ConsentFor("purpose.offers", channel)
	record := expr.Record{Consent: c.Address, Channel: channel, Fact: expr.State}
	return expr.Compare{Op: expr.Equal, Left: record, Right: expr.Literal{Value: types.Text(state), Type: types.String}}
}

// What nobody can live through is not shown, and it is said why: a state that
// only platforms report is no mistake of the tool.
func TestStatesThatOnlyPlatformsReport(t *testing.T) {
	p := lumen(t)
	gates := prove.Gates(p, platform(p).Placed)
	for i, g := range gates {
		gates[i].Condition = isState(p, g.Channel, "requested")
	}
	out := prove.OfConsent(platform(p, gates...), at(t, p))
	for _, s := range out.Sends {
		want := "nobody was found who gets it, and it is not proved that nobody does: it would be somebody whose consent is requested, which only platforms report"
		if s.End != prove.Unproved || s.Why != want {
			t.Errorf("%s: %s, %s", s.Step, s.End, s.Why)
		}
	}
	if len(out.Bugs) > 0 || len(out.Sends) == 0 {
		t.Errorf("mistakes of the tool: %v", out.Bugs)
	}
}

// Who is let in by time alone, since what they did is no longer recent,
// is shown as well.
func TestWhoLapsesIsShown(t *testing.T) {
	visited := expr.Did{Of: expr.Source{Event: "event.product_viewed"}, Window: expr.Window{Length: types.Span{Amount: 30, Unit: types.Day}}}
	for name, detect := range map[string]ir.Detect{
		"leaving who looked":       ir.Leaves{Segment: "segment.lookers"},
		"joining who did not look": ir.Enters{Segment: "segment.idle"},
	} {
		p := lumen(t)
		p.Segments = append(slices.Clone(p.Segments),
			ir.Segment{Head: ir.Head{Address: "segment.lookers"}, Where: visited},
			ir.Segment{Head: ir.Head{Address: "segment.idle"}, Where: expr.Not{Term: visited}})
		slices.SortFunc(p.Segments, func(a, b ir.Segment) int { return strings.Compare(a.Address, b.Address) })
		p.Moments = append(slices.Clone(p.Moments), ir.Moment{Head: ir.Head{Address: "moment.by_time"}, Detect: detect})
		p.Journeys = []ir.Journey{{
			Head: ir.Head{Address: "journey.win_back"}, Enter: ir.Enter{Moment: "moment.by_time"},
			Steps: []ir.Step{ir.Send{Name: "come_back", Touchpoint: "touchpoint.discount_mail"}},
		}}
		want := map[string]prove.End{"step.win_back.come_back channel.email": prove.Refused}
		if diff := cmp.Diff(want, ends(prove.OfConsent(platform(p), at(t, p)))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}
