package eval_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

const anHour = types.Instant(3_600_000_000)

// until is where random lives end.
const until = 60 * 24 * anHour

// living is a random program, a person with a past, and what happens to them.
type living struct {
	program *ir.Program
	terms   eval.Terms
	person  *person.Person
	ahead   []eval.Happening
}

var livesOptions = sample.Options{Lives: true, Without: sample.Future | sample.Calls | sample.Spans, Depth: 2}

// livings are random lives. They come from a seed, because a program takes more
// draws than a library likes to shrink; the seed is what a failure names.
func livings(t *testing.T, n int, check func(t *testing.T, l living, chance *rand.Rand)) {
	t.Helper()
	if testing.Short() {
		n /= 4
	}
	for seed := range uint64(n) {
		chance := rand.New(rand.NewPCG(seed, 11))
		l := drawnLife(chance)
		if !t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { check(t, l, chance) }) {
			return
		}
	}
}

func drawnLife(chance *rand.Rand) living {
	l := living{program: sample.Program(chance, livesOptions)}
	l.person = sample.People(chance, l.program, livesOptions, 1)[0]
	if chance.IntN(4) > 0 { // most addresses still work
		l.person.Outcomes = nil
	}
	l.terms.Lists = sample.Lists(chance, l.program, livesOptions)
	l.ahead = happenings(sample.Ahead(chance, l.program, livesOptions, 25))
	return l
}

func happenings(c sample.Coming) []eval.Happening {
	var out []eval.Happening
	for _, e := range c.Events {
		out = append(out, eval.Event(e))
	}
	for _, o := range c.Outcomes {
		out = append(out, eval.Outcome(o))
	}
	for _, a := range c.Acts {
		out = append(out, eval.Act(a))
	}
	for _, x := range c.Learned {
		out = append(out, eval.Learn{At: x.At, Attributes: map[string]types.Value{x.Name: x.Value}})
	}
	slices.SortStableFunc(out, func(a, b eval.Happening) int { return cmp.Compare(a.When(), b.When()) })
	return out
}

func (l living) machine(t *testing.T) *eval.Machine {
	t.Helper()
	m, err := eval.NewMachine(l.program, l.terms)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// play is the whole life; a circle of journeys ends it, which is a trace too.
func (l living) play(t *testing.T, m *eval.Machine) []eval.Note {
	t.Helper()
	notes, err := m.Play(l.person, sample.Now, l.ahead, sample.Now+until)
	tolerate(t, err)
	return notes
}

func tolerate(t *testing.T, err error) {
	t.Helper()
	if _, circle := err.(*eval.Circle); err != nil && !circle {
		t.Fatal(err)
	}
}

func sameTrace(t *testing.T, want, got []eval.Note) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return
	}
	for i := range min(len(want), len(got)) {
		if !reflect.DeepEqual(want[i], got[i]) {
			t.Fatalf("note %d:\nwant %#v\n got %#v\nafter %#v", i, want[i], got[i], want[max(0, i-3):i])
		}
	}
	t.Fatalf("want %d notes, got %d; the next: %#v %#v", len(want), len(got), rest(want, len(got)), rest(got, len(want)))
}

func rest(notes []eval.Note, from int) []eval.Note {
	return notes[min(from, len(notes)):min(from+3, len(notes))]
}

// The lives are worth being looked at: everything that can happen happens.
func TestLivesAreRich(t *testing.T) {
	seen := map[string]int{}
	livings(t, 900, func(t *testing.T, l living, _ *rand.Rand) {
		for _, n := range l.play(t, l.machine(t)) {
			name := fmt.Sprintf("%T", n)
			switch n := n.(type) {
			case eval.Dropped:
				name += " " + string(n.Why)
			case eval.Held:
				name += " " + string(n.Why)
			case eval.Left:
				name += " " + string(n.Why)
			case eval.StayedOut:
				name += " " + string(n.Why)
			case eval.Resumed:
				name += fmt.Sprint(" ", n.Early)
			case eval.Sent:
				name += fmt.Sprint(" ", n.Next)
			}
			seen[name]++
		}
	})
	for _, name := range []string{
		"eval.Dropped no consent", "eval.Dropped no address", "eval.Dropped in a control group", "eval.Dropped had enough messages",
		"eval.Dropped too late for the moment", "eval.Dropped the address is suppressed", "eval.Dropped on an exclusion list",
		"eval.Held outside of hours", "eval.Held had enough messages", "eval.Left finished", "eval.Left converted", "eval.Left left", "eval.Left control",
		"eval.StayedOut still inside", "eval.StayedOut was in before", "eval.StayedOut was in too short ago", "eval.StayedOut the condition of entry is not true",
		"eval.Resumed true", "eval.Resumed false", "eval.Sent true", "eval.Sent false", "eval.Did", "eval.Overdue", "eval.Chose", "eval.Assigned", "eval.Remains",
	} {
		if seen[name] < 3 && !testing.Short() {
			t.Errorf("%s: seen %d times", name, seen[name])
		}
	}
}

// What it is all for: nothing goes out that the consent rules forbid.
func TestLawNothingIsSentThatIsNotAllowed(t *testing.T) {
	livings(t, 200, func(t *testing.T, l living, _ *rand.Rand) {
		life := l.machine(t).Begin(l.person, sample.Now)
		life.Observe(func(n eval.Note) {
			if s, ok := n.(eval.Sent); ok {
				touchpoint, _ := ir.Find(l.program.Touchpoints, s.Touchpoint)
				if !life.World().Allowed(touchpoint.Purpose, s.Channel, life.Person()) {
					t.Errorf("%s was sent by %s and is not allowed", s.Touchpoint, s.Channel)
				}
			}
		})
		feed(t, life, l.ahead)
	})
}

// Nor is anything held back for want of a yes that the rules allow: who asks
// about a life at an instant is told what its gates know.
func TestLawNothingAllowedIsHeldBack(t *testing.T) {
	moved := 0
	livings(t, 200, func(t *testing.T, l living, _ *rand.Rand) {
		life := l.machine(t).Begin(l.person, sample.Now)
		life.Observe(func(n eval.Note) {
			d, ok := n.(eval.Dropped)
			if !ok {
				return
			}
			touchpoint, _ := ir.Find(l.program.Touchpoints, d.Touchpoint)
			for _, shut := range d.Channels {
				if life.World().Allowed(touchpoint.Purpose, shut.Channel, life.Person()) {
					t.Errorf("%s is allowed by %s and dropped: %s", d.Touchpoint, shut.Channel, shut.Why)
				}
			}
		})
		for _, h := range l.ahead {
			if learned, ok := h.(eval.Learn); ok && learned.Attributes["email"] != nil {
				moved++
			}
		}
		feed(t, life, l.ahead)
	})
	if moved < 50 {
		t.Errorf("an address changes %d times only", moved)
	}
}

func feed(t *testing.T, life *eval.Life, ahead []eval.Happening) {
	t.Helper()
	for _, h := range ahead {
		if err := life.Let(h); err != nil {
			tolerate(t, err)
			return
		}
	}
	tolerate(t, life.End(sample.Now+until))
}

func TestLawALifeMayBeLivedInPieces(t *testing.T) {
	livings(t, 150, func(t *testing.T, l living, chance *rand.Rand) {
		m := l.machine(t)
		want := l.play(t, m)
		life := m.Begin(l.person, sample.Now)
		for _, h := range l.ahead {
			for range chance.IntN(3) {
				between := life.Now() + types.Instant(chance.Int64N(int64(h.When()-life.Now())+1))
				if err := life.Advance(between); err != nil {
					break
				}
			}
			if err := life.Let(h); err != nil {
				break
			}
		}
		if err := life.End(sample.Now + until); err != nil {
			tolerate(t, err)
		}
		sameTrace(t, want, life.Trace())
	})
}

// Timers are exact: whoever looks at other instants too sees nothing new. They
// look where windows end, just before and just after, and every few hours.
func TestLawTimersArePolling(t *testing.T) {
	livings(t, 150, func(t *testing.T, l living, chance *rand.Rand) {
		m := l.machine(t)
		want := l.play(t, m)
		life := m.Begin(l.person, sample.Now)
		polls := edges(l)
		for _, h := range l.ahead {
			polls = poll(life, polls, h.When())
			if err := life.Let(h); err != nil {
				break
			}
		}
		poll(life, polls, sample.Now+until)
		if err := life.End(sample.Now + until); err != nil {
			tolerate(t, err)
		}
		sameTrace(t, want, life.Trace())
	})
}

func poll(life *eval.Life, polls []types.Instant, before types.Instant) []types.Instant {
	for len(polls) > 0 && polls[0] < before {
		if life.Advance(polls[0]) != nil {
			return nil
		}
		life.Nudge()
		polls = polls[1:]
	}
	return polls
}

// edges is instants at which windows may end, and others.
func edges(l living) []types.Instant {
	var out []types.Instant
	add := func(at types.Instant) {
		for _, length := range append(sample.Lengths(), 0) {
			for _, beside := range []types.Instant{-1, 0, 1} {
				if edge := at + length + beside; edge > sample.Now && edge < sample.Now+until {
					out = append(out, edge)
				}
			}
		}
	}
	for _, e := range l.person.Events {
		add(e.At)
	}
	for _, h := range l.ahead {
		add(h.When())
	}
	for at := sample.Now + 1; at < sample.Now+until; at += 11 * anHour {
		out = append(out, at)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestLawListeningToEverythingChangesNothing(t *testing.T) {
	livings(t, 200, func(t *testing.T, l living, _ *rand.Rand) {
		sameTrace(t, l.play(t, l.machine(t)), l.play(t, l.machine(t).Attentive()))
	})
}

func TestLawTheOrderOfBlocksDoesNotMatter(t *testing.T) {
	livings(t, 100, func(t *testing.T, l living, chance *rand.Rand) {
		want := l.play(t, l.machine(t))
		mixed := *l.program
		mixed.Journeys, mixed.Moments, mixed.Segments = shuffled(chance, mixed.Journeys), shuffled(chance, mixed.Moments), shuffled(chance, mixed.Segments)
		mixed.Touchpoints, mixed.Events, mixed.Consents = shuffled(chance, mixed.Touchpoints), shuffled(chance, mixed.Events), shuffled(chance, mixed.Consents)
		l.program = &mixed
		sameTrace(t, want, l.play(t, l.machine(t)))
	})
}

func shuffled[T any](chance *rand.Rand, list []T) []T {
	out := slices.Clone(list)
	chance.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// A run is at one step at a time, goes from each to one that may follow, and
// does nothing after its end but try the next channel.
func TestLawARunIsInOnePlace(t *testing.T) {
	livings(t, 200, func(t *testing.T, l living, _ *rand.Rand) {
		places := map[int]*place{}
		for _, n := range l.play(t, l.machine(t)) {
			switch n := n.(type) {
			case eval.Entered:
				j, _ := ir.Find(l.program.Journeys, n.Journey)
				places[n.Run] = &place{table: j.Table(), at: -1}
			case eval.Left:
				if places[n.Run].over {
					t.Fatalf("run %d ends twice", n.Run)
				}
				places[n.Run].over = true
			case eval.Sent:
				places[n.Run].is(t, n.Step, n.Next)
			case eval.Dropped:
				places[n.Run].is(t, n.Step, places[n.Run].passed(n.Step))
			case eval.Held:
				places[n.Run].is(t, n.Step, places[n.Run].passed(n.Step))
			case eval.Did:
				places[n.Run].is(t, n.Step, false)
			case eval.Waits:
				places[n.Run].is(t, n.Step, false)
			case eval.Resumed:
				places[n.Run].is(t, n.Step, false)
			case eval.Chose:
				places[n.Run].is(t, n.Step, false)
			case eval.Assigned:
				places[n.Run].is(t, n.Step, false)
			}
		}
	})
}

type place struct {
	table ir.Table
	at    int
	over  bool
	been  []string
}

func (p *place) passed(step string) bool {
	return (p.over || p.at < 0 || p.table.Entries[p.at].Address != step) && slices.Contains(p.been, step)
}

func (p *place) is(t *testing.T, step string, again bool) {
	t.Helper()
	if again {
		if !slices.Contains(p.been, step) {
			t.Fatalf("%s tries its next channel and was never reached", step)
		}
		return
	}
	if p.over {
		t.Fatalf("%s after the end", step)
	}
	to := slices.IndexFunc(p.table.Entries, func(e ir.Entry) bool { return e.Address == step })
	switch {
	case to == p.at:
		return
	case p.at < 0 && to != 0, p.at >= 0 && !slices.Contains(p.table.Entries[to].From, p.at):
		t.Fatalf("%s does not follow entry %d", step, p.at)
	}
	p.at = to
	p.been = append(p.been, step)
}

// The reference is the platform that has every gate.
func TestLawTheReferenceIsAPlatformWithAllGates(t *testing.T) {
	livings(t, 100, func(t *testing.T, l living, _ *rand.Rand) {
		want := messages(l.play(t, l.machine(t)))
		l.terms.Enforcement = &ir.Enforcement{Sends: true, Caps: true, Hours: true, Gates: allGates(l.program)}
		if diff := gocmp.Diff(want, messages(l.play(t, l.machine(t)))); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func allGates(p *ir.Program) []ir.Gate {
	var out []ir.Gate
	for _, j := range p.Journeys {
		for _, e := range j.Table().Entries {
			send, ok := e.Step.(ir.Send)
			if !ok {
				continue
			}
			t, _ := ir.Find(p.Touchpoints, send.Touchpoint)
			for _, c := range t.Channels {
				out = append(out, ir.Gate{Send: e.Address, Channel: c, Condition: expr.Reachable{Purpose: t.Purpose, Channel: c}})
			}
		}
	}
	return out
}

func messages(notes []eval.Note) []string {
	var out []string
	for _, n := range notes {
		if s, ok := n.(eval.Sent); ok {
			out = append(out, fmt.Sprintf("%s %s %s %s", types.Spell(s.At), s.Step, s.Touchpoint, s.Channel))
		}
	}
	return out
}

// Where what is sent has no effect on what happens next, taking a gate away
// only ever adds messages.
func TestLawLessEnforcementSendsMore(t *testing.T) {
	livings(t, 200, func(t *testing.T, l living, chance *rand.Rand) {
		l.ahead = slices.DeleteFunc(l.ahead, func(h eval.Happening) bool { _, outcome := h.(eval.Outcome); return outcome })
		if reactsToSending(l.program) {
			return
		}
		for i := range l.program.Touchpoints {
			l.program.Touchpoints[i].Channels = l.program.Touchpoints[i].Channels[:1]
		}
		gates := allGates(l.program)
		l.terms.Enforcement = &ir.Enforcement{Sends: true, Gates: gates}
		some := messages(l.play(t, l.machine(t)))
		l.terms.Enforcement = &ir.Enforcement{Sends: true, Gates: slices.DeleteFunc(slices.Clone(gates), func(ir.Gate) bool { return chance.IntN(2) == 0 })}
		more := messages(l.play(t, l.machine(t)))
		for _, m := range some {
			if !slices.Contains(more, m) {
				t.Fatalf("%s is sent only with the gates", m)
			}
		}
	})
}

// reactsToSending tells whether something listens to messages that went out.
func reactsToSending(p *ir.Program) bool {
	text := fmt.Sprintf("%#v", []any{p.Journeys, p.Moments, p.Segments, p.Regimes, p.Person, p.Consents})
	return strings.Contains(text, `Outcome:"sent"`)
}

// Limits hold in every window that ends with a message.
func TestLawLimitsHold(t *testing.T) {
	livings(t, 200, func(t *testing.T, l living, _ *rand.Rand) {
		zone, _ := eval.New(l.program, nil, 0)
		var sent []eval.Sent
		for _, n := range l.play(t, l.machine(t)) {
			s, ok := n.(eval.Sent)
			if !ok {
				continue
			}
			sent = append(sent, s)
			for _, limit := range l.program.Pressures[0].Limits {
				if n := counted(l.program, limit, sent, limit.Per.Before(s.At, zone.Zone)); n > limit.Max {
					t.Fatalf("%s: %d of at most %d messages in %s", limit.Name, n, limit.Max, limit.Per)
				}
			}
		}
	})
}

func counted(p *ir.Program, limit ir.Limit, sent []eval.Sent, after types.Instant) int {
	last := sent[len(sent)-1]
	about := func(s eval.Sent) (ir.Class, string) {
		t, _ := ir.Find(p.Touchpoints, s.Touchpoint)
		purpose, _ := ir.Find(p.Purposes, t.Purpose)
		return purpose.Class, t.Purpose
	}
	class, purpose := about(last)
	if !slices.Contains(limit.Classes, class) {
		return 0
	}
	n := 0
	for _, s := range sent {
		c, of := about(s)
		if s.At <= after || !slices.Contains(limit.Classes, c) || limit.By == "channel" && s.Channel != last.Channel || limit.By == "purpose" && of != purpose {
			continue
		}
		n++
	}
	return n
}

// An edit that changes nothing changes nothing.
func TestLawAnEmptyEditIsNone(t *testing.T) {
	livings(t, 100, func(t *testing.T, l living, chance *rand.Rand) {
		m := l.machine(t)
		want := l.play(t, m)
		at := chance.IntN(len(l.ahead))
		l.ahead = slices.Insert(slices.Clone(l.ahead), at, eval.Happening(eval.Edit{At: l.ahead[at].When(), To: l.machine(t)}))
		got := slices.DeleteFunc(l.play(t, m), func(n eval.Note) bool {
			h, ok := n.(eval.Happened)
			_, edit := h.What.(eval.Edit)
			return ok && edit
		})
		sameTrace(t, want, got)
	})
}

// Between now and the next change nothing changes by time alone.
func TestLawNothingChangesBeforeTheNextChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, _ := drawnWithout(t, 0)
		people := sample.People(draws{t}, w.Program, sample.Options{Without: sample.Future}, 3)
		e := predicate(t, w)
		for _, p := range people {
			at := *w
			next := at.Next(e, p)
			want := at.Truth(e, p, eval.Context{})
			for _, probe := range probes(p, sample.Now, next) {
				at.Now = probe
				if got := at.Truth(e, p, eval.Context{}); got != want {
					t.Fatalf("%s is %s at %s and %s at %s; the next change is said to come at %s",
						expr.Print(e), want, types.Spell(sample.Now), got, types.Spell(probe), types.Spell(next))
				}
			}
		}
	})
}

// probes is instants between now and next at which something may change.
func probes(p *person.Person, now, next types.Instant) []types.Instant {
	limit := min(next, now+400*24*anHour)
	var out []types.Instant
	add := func(at types.Instant) {
		for _, edge := range []types.Instant{at - 1, at, at + 1} {
			if edge > now && edge < limit {
				out = append(out, edge)
			}
		}
	}
	for _, e := range p.Events {
		for _, length := range append(sample.Lengths(), 0) {
			add(e.At + length)
		}
	}
	for at := now; at < limit && len(out) < 3000; at += anHour / 2 {
		add(at)
	}
	add(limit)
	return out
}

// A program that was made ready once is lived through on any terms as if it were
// made ready for them; and what it was made ready with is not changed by that.
func TestLawAMachineOnOtherTermsIsAMachineOfThem(t *testing.T) {
	livings(t, 100, func(t *testing.T, l living, chance *rand.Rand) {
		ready, err := eval.NewMachine(l.program, eval.Terms{})
		if err != nil {
			t.Fatal(err)
		}
		bare := l.play(t, ready)
		if chance.IntN(2) == 0 {
			l.terms.Enforcement = &ir.Enforcement{Sends: true, Caps: chance.IntN(2) == 0, DetectionDelay: types.Span{Amount: chance.Int64N(3), Unit: types.Hour}}
		}
		l.terms.Chance = &eval.Chance{}
		sameTrace(t, l.play(t, l.machine(t)), l.play(t, ready.On(l.terms)))
		sameTrace(t, bare, l.play(t, ready))
	})
}
