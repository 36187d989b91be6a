package prove

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// A story retold is the same person as a test: who they are and what happened
// before it starts, what happens then, and what must come of it. A test counts
// in seconds and a life in microseconds, so what is told of a wait's last
// instant comes a second before its end.

// retold begins a test with a person at an instant.
func retold(p *ir.Program, who *person.Person, starts types.Instant) *ir.Test {
	t := &ir.Test{Starts: starts}
	for _, k := range p.Person.Keys {
		t.Person = append(t.Person, known(who, k.Name)...)
	}
	for _, a := range p.Person.Attributes {
		t.Person = append(t.Person, known(who, a.Name)...)
	}
	for key, values := range who.Objects {
		o := ir.GivenObject{Object: key.Object, Key: key.Key, Values: given(values)}
		t.Objects = append(t.Objects, o)
	}
	slices.SortFunc(t.Objects, func(a, b ir.GivenObject) int {
		return cmp.Or(strings.Compare(a.Object, b.Object), strings.Compare(a.Key, b.Key))
	})
	past := make([]eval.Happening, 0, len(who.Events)+len(who.Outcomes)+len(who.Acts))
	for _, e := range who.Events {
		past = append(past, eval.Event(e))
	}
	for _, o := range who.Outcomes {
		past = append(past, eval.Outcome(o))
	}
	for _, a := range who.Acts {
		past = append(past, eval.Act(a))
	}
	slices.SortStableFunc(past, func(a, b eval.Happening) int { return cmp.Compare(a.When(), b.When()) })
	for _, h := range past {
		t.Before = append(t.Before, happened(h, inSeconds(max(1, ceil(int64(starts-h.When()))))))
	}
	return t
}

func known(who *person.Person, name string) []ir.Given {
	if v := who.Get(name); !types.IsNull(v) {
		return []ir.Given{{Name: name, Value: v}}
	}
	return nil
}

// given is values by name, those that are not known left out.
func given(values map[string]types.Value) []ir.Given {
	var out []ir.Given
	for name, v := range values {
		if !types.IsNull(v) {
			out = append(out, ir.Given{Name: name, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b ir.Given) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// happened is something that happens, as a test tells it.
func happened(h eval.Happening, offset types.Span) ir.Happening {
	out := ir.Happening{Offset: offset}
	switch h := h.(type) {
	case eval.Event:
		out.Event, out.With = h.Type, given(h.Fields)
	case eval.Outcome:
		if h.Touchpoint == "" && h.Step == "" {
			out.Bounced = h.Channel
			break
		}
		out.Address, out.Outcome = h.Address, &expr.Source{Step: h.Step, Outcome: string(h.Kind)}
		if h.Step == "" {
			out.Outcome.Touchpoint = h.Touchpoint
		}
	case eval.Act:
		out.Act = &ir.Act{Kind: h.Kind, Consent: h.Consent, Channel: h.Channel}
		if h.ExpiresAt != 0 {
			out.Act.Expires = h.ExpiresAt
		}
	case eval.Learn:
		for name, v := range h.Attributes {
			out.Set = append(out.Set, ir.Given{Name: name, Value: v})
		}
		slices.SortFunc(out.Set, func(a, b ir.Given) int { return strings.Compare(a.Name, b.Name) })
	case eval.LearnOf, eval.Edit: // no life of this package has them
	}
	return out
}

const second = int64(time.Second / time.Microsecond)

func ceil(micros int64) int64 { return (micros + second - 1) / second }

// mostSeconds is the largest number that a length of time can be written with.
const mostSeconds = 999_999

// inSeconds is a number of seconds as it can be written: what has too many of them
// is told in minutes.
func inSeconds(n int64) types.Span {
	if n%60 != 0 && n > mostSeconds {
		n -= n % 60
	}
	return types.SpanOf(n)
}

// retell is a life that came true as a test: on this platform the message goes
// out, and the rules do not let it.
func (tr *trip) retell(sent eval.Sent) *ir.Test {
	starts := tr.begins
	if int64(starts+1)%second == 0 { // it began just before now
		starts++
	}
	t := retold(tr.Program, tr.person.Person, starts)
	t.Platform = tr.Address
	t.Listed = tr.person.listed()
	steps := make([]string, 0, len(tr.ways))
	for step := range tr.ways {
		steps = append(steps, step)
	}
	slices.Sort(steps)
	for _, step := range steps {
		t.Assigns = append(t.Assigns, ir.Assignment{Split: step, To: tr.ways[step]})
	}
	seen := map[string]bool{}
	for _, h := range tr.happening {
		since := max(0, int64(h.When()-tr.begins)-2) / second
		if o, ok := h.(eval.Outcome); ok && o.Step == "" && o.Touchpoint != "" && o.Kind != person.Sent && !seen[o.Touchpoint] { // it was sent before
			seen[o.Touchpoint] = true
			t.Before = append(t.Before, ir.Happening{
				Offset: types.Span{Amount: 1, Unit: types.Minute}, Address: o.Address, Outcome: &expr.Source{Touchpoint: o.Touchpoint, Outcome: string(person.Sent)},
			})
		}
		t.Happens = append(t.Happens, happened(h, inSeconds(since)))
	}
	t.Address = fmt.Sprintf("test.%s by %s, on %s: nobody gets it who may not", sent.Step, ir.ChannelWord(sent.Channel), tr.Address)
	t.Expects = []ir.Expectation{tr.unsent(sent)}
	return t
}

// unsent is what a test of a message without leave expects. Step and channel
// are said where the message has others.
func (tr *trip) unsent(sent eval.Sent) ir.Expectation {
	e := ir.Expectation{Name: "not sent", NotSent: sent.Touchpoint, Within: inSeconds((ceil(int64(sent.At-tr.begins))/60 + 1) * 60)}
	message, _ := ir.Find(tr.Program.Touchpoints, sent.Touchpoint)
	if len(message.Channels) > 1 {
		e.By = sent.Channel
	}
	for _, j := range tr.Program.Journeys {
		for _, other := range j.Table().Entries {
			if s, is := other.Step.(ir.Send); is && s.Touchpoint == sent.Touchpoint && other.Address != sent.Step {
				e.Step = sent.Step
			}
		}
	}
	return e
}

// listed names the exclusions whose lists have the person.
func (w *Witness) listed() []string {
	var out []string
	for _, list := range w.Lists {
		if len(list.Rows) > 0 {
			out = append(out, list.Exclusion)
		}
	}
	slices.Sort(out)
	return out
}

// member is a witness as a test of who is in a segment; nil for nobody.
func (w *Witness) member(p *ir.Program, segment string, in bool) *ir.Test {
	if w == nil {
		return nil
	}
	t := retold(p, w.Person, w.Now)
	t.Listed = w.listed()
	e := ir.Expectation{Name: "in", In: segment}
	t.Address = "test.in " + segment
	if !in {
		e = ir.Expectation{Name: "not in", NotIn: segment}
		t.Address = "test.not in " + segment
	}
	t.Expects = []ir.Expectation{e}
	return t
}
