package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Message is whether a person would get a touchpoint now, as far as consent
// decides it.
type Message struct {
	Touchpoint string   `json:"touchpoint"`
	Purpose    string   `json:"purpose"`
	Class      ir.Class `json:"class"`
	// By is the channel it would go by: the first that is allowed; "" is none.
	By       string `json:"by,omitempty"`
	Channels []Way  `json:"channels"` // in the person's order
}

// Way is one channel of a message.
type Way struct {
	Channel string  `json:"channel"`
	To      string  `json:"to,omitempty"` // the address, masked
	Rules   Finding `json:"rules"`
}

// Message explains a touchpoint.
func (x *Explainer) Message(t ir.Touchpoint) Message {
	purpose, _ := ir.Find(x.world.Program.Purposes, t.Purpose)
	m := Message{Touchpoint: t.Address, Purpose: t.Purpose, Class: purpose.Class}
	for _, c := range x.Channels(t) {
		declared, _ := ir.Find(x.world.Program.Channels, c)
		way := Way{Channel: c, To: x.address(declared), Rules: x.Rules(t.Purpose, c)}
		if m.By == "" && way.Rules.Verdict == expr.True {
			m.By = c
		}
		m.Channels = append(m.Channels, way)
	}
	return m
}

// Channels is a touchpoint's channels in the order in which this person's are
// tried: the one they prefer goes first.
func (x *Explainer) Channels(t ir.Touchpoint) []string {
	if t.Prefer == nil {
		return t.Channels
	}
	wish := types.Spell(x.value(t.Prefer))
	out := slices.Clone(t.Channels)
	slices.SortStableFunc(out, func(a, b string) int {
		switch {
		case ir.Short(a) == wish && ir.Short(b) != wish:
			return -1
		case ir.Short(b) == wish && ir.Short(a) != wish:
			return 1
		}
		return 0
	})
	return out
}

// Rules explains the consent rules for a purpose on a channel.
func (x *Explainer) Rules(purpose, via string) Finding {
	p := x.world.Program
	about, declared := ir.Find(p.Purposes, purpose)
	way, known := ir.Find(p.Channels, via)
	title := ir.Short(purpose) + " by " + ir.ChannelWord(via)
	switch {
	case !declared || !known:
		return Finding{Text: title, Verdict: expr.False, Because: "it is not declared"}
	case len(about.Channels) > 0 && !slices.Contains(about.Channels, via):
		return Finding{Text: title, Verdict: expr.False, Because: purpose + " goes by " + channelList(about.Channels) + " only"}
	}
	c := pair{x, about, way}
	f := Finding{Text: title, Joined: Strictly}
	for _, a := range c.anyhow() {
		f.Parts = append(f.Parts, a.Finding)
	}
	if about.Class == ir.Marketing {
		f.Parts = append(f.Parts, c.lawful()...)
	}
	f.Verdict = Follows(f.Joined, f.Parts)
	return f
}

// anyhow is what is asked for whatever the regimes say; the words are said where
// it is not so.
func (c pair) anyhow() []asked {
	out := []asked{
		{Finding: c.reached(), words: "no address for " + ir.ChannelWord(c.channel.Address)}, {Finding: c.unsuppressed(), words: "the address is suppressed"},
	}
	for _, list := range c.world.Program.Exclusions {
		if slices.Contains(list.Classes, c.purpose.Class) {
			out = append(out, asked{Finding: c.unlisted(list), words: list.Address + " stands against it"})
		}
	}
	if c.purpose.Class != ir.Marketing {
		return out
	}
	return append(out, asked{Finding: c.unrefused(), words: c.named("an unsubscribe") + " stands against it"})
}

// named is the consent that covers the pair, or what stands for it, on the channel.
func (c pair) named(otherwise string) string {
	return cmp.Or(c.consent(), otherwise) + " by " + ir.ChannelWord(c.channel.Address)
}

// pair is a purpose on a channel for a person.
type pair struct {
	*Explainer
	purpose ir.Purpose
	channel ir.Channel
}

// reached is that there is an address, and not a filler.
func (c pair) reached() Finding {
	f := Finding{Text: "has person." + c.channel.Key, Verdict: expr.False, Because: "not known"}
	key, _ := c.world.Program.Person.KeyNamed(c.channel.Key)
	value := types.Value(types.Null{})
	if e, err := c.world.Program.Address(c.channel); err == nil {
		value = c.value(e)
	}
	switch {
	case types.IsNull(value):
	case slices.Contains(key.Ignore, types.Spell(value)):
		f.Because = "a filler that identifies nobody"
	default:
		f.Verdict, f.Because = expr.True, c.address(c.channel)
	}
	return f
}

func (c pair) unsuppressed() Finding {
	stopped := c.truth(expr.Suppressed{Channel: c.channel.Address, Class: string(c.purpose.Class)})
	return Finding{Text: "not suppressed", Verdict: stopped.Not(), Because: c.stops(c.channel.Address, c.purpose.Class)}
}

func (c pair) unlisted(x ir.Exclusion) Finding {
	f := Finding{Text: "not on " + x.Address, Verdict: c.truth(expr.Excluded{Exclusion: x.Address}).Not(), Because: c.listing(x.Address)}
	if f.Verdict == expr.False && x.Unless == "consent" && c.consented() {
		f.Verdict, f.Because = expr.True, f.Because+"; lifted by the yes in "+c.consent()
	}
	return f
}

// consent is the consent that covers the pair, "" if none does.
func (c pair) consent() string {
	found, _ := c.world.Program.ConsentFor(c.purpose.Address, c.channel.Address)
	return found.Address
}

func (c pair) consented() bool {
	return c.truth(c.world.Program.Consented(c.purpose.Address, c.channel.Address)) == expr.True
}

// unrefused is that no no stands. Where no consent keeps a withdrawal, an
// unsubscribe from any message of the pair stands for good.
func (c pair) unrefused() Finding {
	if consent := c.consent(); consent != "" {
		f := Finding{Text: "no refusal of " + consent, Verdict: expr.True, Because: c.record(consent, c.channel.Address)}
		switch r := c.world.Record(consent, c.channel.Address, c.person); {
		case slices.Contains([]string{"refused", "withdrawn", "revoked", "expired"}, string(r.State)):
			f.Verdict = expr.False
		case r.State == eval.StateUnknown:
			f.Because = "none on record"
		case r.ExpiresAt != 0 && r.ExpiresAt <= c.world.Now:
			f.Verdict, f.Because = expr.False, f.Because+"; the yes before ended on "+c.day(r.ExpiresAt)
		}
		return f
	}
	for _, t := range c.world.Program.Touchpoints {
		did := expr.Did{Of: expr.Source{Touchpoint: t.Address, Outcome: "unsubscribed"}, Window: expr.Ever}
		if t.Purpose == c.purpose.Address && slices.Contains(t.Channels, c.channel.Address) && c.truth(did) == expr.True {
			return Finding{Text: "no unsubscribe", Verdict: expr.False, Because: "from " + t.Address + ": " + c.did(did)}
		}
	}
	return Finding{Text: "no unsubscribe", Verdict: expr.True, Because: "none"}
}

// lawful is a finding for each regime, and one more if none applies.
func (c pair) lawful() []Finding {
	var out []Finding
	var names []string
	applying := 0
	for _, r := range c.world.Program.Regimes {
		applies, because := c.applies(r)
		names = append(names, r.Address)
		if !applies {
			out = append(out, Finding{Text: r.Address, Because: "does not apply: " + because})
			continue
		}
		applying++
		out = append(out, c.regime(r, because))
	}
	if applying == 0 {
		because := "the project has none; without one nothing is allowed"
		if len(names) > 0 {
			because = "none of " + strings.Join(names, ", ") + " does; without one nothing is allowed"
		}
		out = append(out, Finding{Text: "a regime applies", Verdict: expr.False, Because: because})
	}
	return out
}

// applies tells whether a regime does, and why.
func (c pair) applies(r ir.Regime) (bool, string) {
	if r.Otherwise {
		for _, other := range c.world.Program.Regimes {
			if other.Otherwise {
				continue
			}
			if applies, because := c.applies(other); applies {
				return false, other.Address + " does, " + because
			}
		}
		return true, "no other does"
	}
	if r.AppliesWhen == nil {
		return true, "it always does"
	}
	f := c.Condition(r.AppliesWhen)
	because := strings.Join(facts(f), "; ")
	if f.Verdict == expr.Unknown {
		return true, because + ", so every regime could apply"
	}
	return f.Verdict == expr.True, because
}

// facts lists what the leaves of a finding rest on.
func facts(f Finding) []string {
	if f.Joined == Alone {
		if f.Because == "" {
			return []string{f.Text + " is " + string(f.Verdict)}
		}
		return []string{f.Because}
	}
	var out []string
	for _, p := range f.Parts {
		out = append(out, facts(p)...)
	}
	return out
}

// regime is one that applies: some rule of it must hold.
func (c pair) regime(r ir.Regime, because string) Finding {
	f := Finding{Text: r.Address + ", one of its rules", Because: "applies: " + because, Joined: Any}
	for _, rule := range r.Rules {
		if rule.Covers(c.purpose.Class, c.channel.Address) {
			f.Parts = append(f.Parts, c.rule(rule))
		}
	}
	if len(f.Parts) == 0 {
		f.Joined, f.Verdict = Alone, expr.False
		f.Because += fmt.Sprintf("; it has no rule for %s by %s", c.purpose.Class, ir.ChannelWord(c.channel.Address))
		return f
	}
	f.Verdict = Follows(Any, f.Parts)
	return f
}

// rule is one ground: all that it asks must be a yes.
func (c pair) rule(r ir.Rule) Finding {
	f := Finding{Text: r.Name + ", by " + strings.ReplaceAll(string(r.Basis), "_", " "), Joined: Strictly}
	for _, a := range c.conditions(r) {
		f.Parts = append(f.Parts, a.Finding)
	}
	if len(f.Parts) == 0 {
		return Finding{Text: f.Text, Verdict: expr.True, Because: "asks nothing more"}
	}
	f.Verdict = Follows(Strictly, f.Parts)
	return f
}

// conditions is what a rule asks for: first of the record, where one matters only
// if those before it are so.
func (c pair) conditions(r ir.Rule) []asked {
	var out []asked
	consent := c.consent()
	record := c.world.Record(consent, c.channel.Address, c.person)
	if r.Basis == ir.ByConsent {
		out = append(out, asked{Finding: c.yes(consent), words: "a yes to " + c.named("any consent")})
	}
	if r.DoubleOptIn {
		out = append(out, asked{Finding: c.confirmed(consent, record.ConfirmedAt), words: "double opt-in", next: true})
	}
	if !r.ValidFor.IsZero() {
		out = append(out, asked{Finding: c.valid(record.GrantedAt, r.ValidFor), words: "a yes within " + InDays(r.ValidFor), next: true})
	}
	if r.Requires != nil {
		out = append(out, asked{Finding: c.Condition(r.Requires), words: Required(r.Requires)})
	}
	return out
}

func (c pair) yes(consent string) Finding {
	if consent == "" {
		title := "a consent for " + c.purpose.Address + " by " + ir.ChannelWord(c.channel.Address)
		return Finding{Text: title, Verdict: expr.False, Because: "nothing can be said yes to"}
	}
	f := Finding{Text: consent + ", " + ir.ChannelWord(c.channel.Address), Verdict: expr.False, Because: c.record(consent, c.channel.Address)}
	if c.consented() {
		f.Verdict = expr.True
	}
	return f
}

func (c pair) confirmed(consent string, at types.Instant) Finding {
	if at == 0 && c.brief {
		return Finding{Text: "double opt-in", Verdict: expr.False, Because: c.record(consent, c.channel.Address) + ", not confirmed"}
	}
	if at == 0 {
		return Finding{Text: "double opt-in", Verdict: expr.False, Because: "not confirmed"}
	}
	return Finding{Text: "double opt-in", Verdict: expr.True, Because: "confirmed on " + c.day(at)}
}

func (c pair) valid(granted types.Instant, length types.Span) Finding {
	f := Finding{Text: "a yes within " + length.String(), Verdict: expr.False, Because: "never granted"}
	if granted == 0 {
		return f
	}
	f.Because = "granted " + c.ago(granted)
	if granted > length.Before(c.world.Now, c.zone()) && granted <= c.world.Now {
		f.Verdict = expr.True
	}
	return f
}

func channelList(addresses []string) string {
	var names []string
	for _, a := range addresses {
		names = append(names, ir.ChannelWord(a))
	}
	return strings.Join(names, " and ")
}
