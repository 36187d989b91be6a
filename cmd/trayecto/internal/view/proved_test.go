package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/schemas"
)

// somebody is a made-up person with everything that a story can have.
func somebody() *prove.Story {
	return &prove.Story{
		Name: "Ana (made up)", Summary: "never asked about consent.news by SMS", Attributes: []prove.Fact{{Name: "email", Value: "ana@example.test"}},
		Consent:  []prove.Act{{At: "2026-11-01T08:00:00Z", Consent: "consent.news", Channel: "channel.email", Act: "grant"}},
		Events:   []prove.Deed{{At: "2026-11-02T08:00:00Z", What: "event.bought", Fields: []prove.Fact{{Name: "amount", Value: "12"}}}},
		Excluded: []string{"exclusion.robinson"}, Then: []string{"0h 00  joined: enters journey.news"}, Test: "test \"x\" {}\n",
		Forbidden: "Not allowed: regime.all asks, by opt_in, for a yes to consent.news by SMS (never asked).",
	}
}

func send(step string, end prove.End) prove.Send {
	s := prove.Send{Journey: "journey.news", Step: "step.news." + step, Touchpoint: "touchpoint.sale", Purpose: "purpose.offers", Channel: "channel.sms", End: end}
	switch end {
	case prove.Refused:
		s.Story, s.Why = somebody(), "platform.mail asks nothing before it sends this"
	case prove.Gated:
		s.Without = somebody()
	case prove.Enforced, prove.Silent, prove.Unproved, prove.Unsent:
	}
	return s
}

func proofs() []plan.Proof {
	return []plan.Proof{{
		Platform: "platform.mail", Staleness: "24h", Grain: "1d", Basis: map[string]string{"channel.sms": "agreed, or bought within 730 days"},
		Given: []string{"platform.mail knows of a withdrawal within 24h"},
		Sends: []prove.Send{send("a", prove.Enforced), send("b", prove.Gated), send("c", prove.Gated), send("d", prove.Refused), send("e", prove.Unproved), send("f", prove.Unsent)},
	}, {Platform: "platform.sandbox", Silent: true, Sends: []prove.Send{send("a", prove.Silent)}}}
}

// What is proved is said of each platform: how much, on which basis, what stops
// the messages otherwise, and what is taken for given.
func TestProved(t *testing.T) {
	want := `Consent: proved for 4 of 6 marketing messages on platform.mail.
  Sent by SMS only on this basis, at that moment: agreed, or bought within 730 days.
  Not so: step.news.d by SMS.
  Not proved: step.news.e by SMS.
  Stopped otherwise by what the platform asks itself: step.news.a by SMS.
  Stopped otherwise by a gate written before the send: step.news.b by SMS, step.news.c by SMS.
    Without it, for example: Ana (made up), never asked about consent.news by SMS, would get it.
  Never reached: step.news.f by SMS.
  Given that platform.mail knows of a withdrawal within 24h.
Consent: proved for 1 of 1 marketing message: platform.sandbox writes to nobody.
`
	if diff := cmp.Diff(want, Proved(proofs())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The proofs are in the JSON of findings, as the schema says.
func TestFindingsCarryProofs(t *testing.T) {
	f := about()
	f.Consent = proofs()
	text, err := FindingsJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := schemas.Read("findings.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(text string) []gojsonschema.ResultError {
		result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(raw), gojsonschema.NewStringLoader(text))
		if err != nil {
			t.Fatal(err)
		}
		return result.Errors()
	}
	if wrong := check(string(text)); len(wrong) > 0 || !strings.Contains(string(text), `"end": "gate inserted"`) {
		t.Errorf("%v\n%s", wrong, text)
	}
	if len(check(strings.Replace(string(text), `"end": "refused"`, `"end": "fine"`, 1))) == 0 {
		t.Error("the schema takes an end that there is not")
	}
}

// In a comment on a pull request the same is a list, what belongs to a line set in
// below it.
func TestProvedInMarkdown(t *testing.T) {
	p := &plan.Plan{Consent: proofs()[:1], Changes: []plan.Change{{Action: plan.Create}}}
	got := strings.Join(noteItems(p).items, "")
	for _, want := range []string{
		"- Consent: proved for 4 of 6 marketing messages on platform.mail.\n",
		"\n  - Sent by SMS only on this basis, at that moment: agreed, or bought within 730 days.\n",
		"\n  - Stopped otherwise by a gate written before the send: step.news.b by SMS, step.news.c by SMS.\n    - Without it, for example: Ana",
	} {
		if !strings.Contains("\n"+got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A risk that somebody accepted stands before everything else in every plan, also
// in one that changes nothing, with the messages and the people it is about. Where
// all is proved there is no risk to repeat.
func TestAcceptedRisksComeFirst(t *testing.T) {
	at := proofs()
	at[0].Accepted = "Old list, replaced by 1 March"
	want := `RISK ACCEPTED on platform.mail: Old list, replaced by 1 March
  touchpoint.sale by SMS at step.news.d is refused: Ana (made up), never asked about consent.news by SMS, gets it.
    Not allowed: regime.all asks, by opt_in, for a yes to consent.news by SMS (never asked).
  touchpoint.sale by SMS at step.news.e is undecided.
`
	for name, p := range map[string]*plan.Plan{
		"a plan":                {Consent: at, Changes: []plan.Change{{Action: plan.Create}}},
		"one without a change":  {Consent: at},
		"one that was not read": {Consent: at, Unread: true},
	} {
		if got := Plan(p, ""); !strings.HasPrefix(got, want) {
			t.Errorf("%s does not begin with the risk:\n%s", name, got)
		}
		if got := headline(p); !strings.HasPrefix(got, "> [!WARNING]\n> RISK ACCEPTED on platform.mail") {
			t.Errorf("%s in a comment does not begin with the risk:\n%s", name, got)
		}
	}
	at[0].Sends = at[0].Sends[:1]
	if got := Plan(&plan.Plan{Consent: at}, ""); strings.Contains(got, "RISK") {
		t.Errorf("nothing is at risk:\n%s", got)
	}
}
