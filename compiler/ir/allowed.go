package ir

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// The consent rules as expressions.
//
// allowed(purpose, channel) exists once, here, as a typed expression over the
// person, so that the evaluator, SQL, gates and the prover cannot disagree
// about the rules, only about the meaning of a node. It is made of primitive
// nodes alone (never Reachable), and no part of it is ever unknown: whatever
// could be unknown is asked for one verdict with Is.
//
//	the address is set            IsSet, and not one of the fillers of its key
//	not suppressed                Not(Suppressed), which knows the class
//	not excluded                  Not(Excluded), or granted where the exclusion says unless = "consent"
//
// and, for marketing only:
//
//	no standing no                state not in {refused withdrawn revoked expired}, expires_at not passed
//	some regime applies           a regime applies unless applies_when is false
//	every one that applies holds  some rule of it for this class and channel
//
// Decisions that the words leave open:
//   - an unknown applies_when counts as applying, so the regime that says
//     otherwise does not apply then: another one did;
//   - a rule's double_opt_in and valid_for bind whatever its basis;
//   - an exclusion with unless = "consent" is lifted by a record that is
//     granted and has not expired; confirmation is the regimes' business;
//   - where no consent covers the pair there is no record: the state is
//     unknown, no rule based on consent holds, and an unsubscribe from any
//     touchpoint of the pair, which no record could keep, stops it for good;
//   - a purpose that lists its channels is allowed on no other.

// Allowed is the condition under which a message for a purpose may be sent on
// a channel. It is two-valued for every person. The error is an address that
// the program does not declare.
func (p *Program) Allowed(purpose, channel string) (expr.Expr, error) {
	about, ok := Find(p.Purposes, purpose)
	if !ok {
		return nil, fmt.Errorf("consent rules: no %s", purpose)
	}
	via, ok := Find(p.Channels, channel)
	if !ok {
		return nil, fmt.Errorf("consent rules: no %s", channel)
	}
	address, err := p.addressSet(via)
	if err != nil {
		return nil, err
	}
	if len(about.Channels) > 0 && !has(about.Channels, channel) {
		return truth(false), nil
	}
	record := p.record(purpose, channel)
	terms := []expr.Expr{address, not(expr.Suppressed{Channel: channel, Class: string(about.Class)})}
	for _, x := range p.Exclusions {
		if has(x.Classes, about.Class) {
			terms = append(terms, record.spared(x))
		}
	}
	if about.Class == Marketing {
		terms = append(terms, record.open(), p.lawful(record, about.Class))
	}
	return all(terms...), nil
}

// Consented is the condition that the record alone says yes: granted in the
// consent that covers the pair, and not expired.
func (p *Program) Consented(purpose, channel string) expr.Expr {
	return p.record(purpose, channel).granted()
}

// ConsentFor is the consent that covers a purpose on a channel. There is at
// most one.
func (p *Program) ConsentFor(purpose, channel string) (Consent, bool) {
	for _, c := range p.Consents {
		if c.Covers(purpose, channel) {
			return c, true
		}
	}
	return Consent{}, false
}

// Address is the expression of the person's address on a channel.
func (p *Program) Address(channel Channel) (expr.Expr, error) {
	if key, ok := p.Person.KeyNamed(channel.Key); ok {
		return expr.Attribute{Path: []string{key.Name}, Type: key.Type}, nil
	}
	if a, ok := p.Person.AttributeNamed(channel.Key); ok {
		return expr.Attribute{Path: []string{a.Name}, Type: a.Type}, nil
	}
	return nil, fmt.Errorf("consent rules: %s has no address: person has no %q", channel.Address, channel.Key)
}

// addressSet is true unless the address is null or one of its key's fillers.
// Readers of histories store fillers as null; the expression does not rely on it.
func (p *Program) addressSet(channel Channel) (expr.Expr, error) {
	address, err := p.Address(channel)
	if err != nil {
		return nil, err
	}
	set := expr.IsSet{Of: address}
	key, _ := p.Person.KeyNamed(channel.Key)
	if len(key.Ignore) == 0 {
		return set, nil
	}
	fillers := expr.OneOf{Of: address, Values: texts(key.Ignore)}
	return all(set, is(fillers, expr.False)), nil
}

// record is what the rules ask of a consent record. Consent is "" where no
// consent covers the pair.
type record struct {
	consent string
	channel string
	// unsubscribed lists the touchpoints of the pair when there is no consent
	// to keep a withdrawal.
	unsubscribed []string
}

func (p *Program) record(purpose, channel string) record {
	if c, ok := p.ConsentFor(purpose, channel); ok {
		return record{consent: c.Address, channel: channel}
	}
	r := record{channel: channel}
	for _, t := range p.Touchpoints {
		if t.Purpose == purpose && has(t.Channels, channel) {
			r.unsubscribed = append(r.unsubscribed, t.Address)
		}
	}
	return r
}

func (r record) fact(f expr.Fact) expr.Expr {
	return expr.Record{Consent: r.consent, Channel: r.channel, Fact: f}
}

// Applies is the condition that a regime applies to a person, and Permits that
// some rule of it lets a class be sent for a purpose on a channel. Both are two-valued.
func (p *Program) Applies(regime Regime) expr.Expr { return p.applies(regime) }

// Permits is the condition that a rule of a regime holds; see Applies.
func (p *Program) Permits(regime Regime, purpose, channel string) expr.Expr {
	about, _ := Find(p.Purposes, purpose)
	return p.record(purpose, channel).permitted(regime, about.Class)
}

// open is true unless a no stands.
func (r record) open() expr.Expr {
	if r.consent == "" {
		var terms []expr.Expr
		for _, t := range r.unsubscribed {
			did := expr.Did{Of: expr.Source{Touchpoint: t, Outcome: "unsubscribed"}, Window: expr.Ever}
			terms = append(terms, not(did))
		}
		return all(terms...)
	}
	no := expr.OneOf{Of: r.fact(expr.State), Values: texts([]string{"refused", "withdrawn", "revoked", "expired"})}
	return all(not(no), r.current())
}

// longAgo reaches back further than any expiry that a history holds.
var longAgo = types.Span{Amount: 1000, Unit: types.Year}

// current is true unless expires_at has passed.
func (r record) current() expr.Expr {
	return not(is(expr.Within{Of: r.fact(expr.ExpiresAt), Length: longAgo}, expr.True))
}

func (r record) granted() expr.Expr {
	if r.consent == "" {
		return truth(false)
	}
	granted := expr.Literal{Value: types.Text("granted"), Type: types.String}
	return all(expr.Compare{Op: expr.Equal, Left: r.fact(expr.State), Right: granted}, r.current())
}

// spared is true unless the exclusion stops the person.
func (r record) spared(x Exclusion) expr.Expr {
	free := not(expr.Excluded{Exclusion: x.Address})
	if x.Unless == "consent" {
		return some(free, r.granted())
	}
	return free
}

// lawful is true if some regime applies and each that does has a rule that holds.
func (p *Program) lawful(r record, class Class) expr.Expr {
	var applying, holding []expr.Expr
	for _, regime := range p.Regimes {
		applies := p.applies(regime)
		applying = append(applying, applies)
		holding = append(holding, some(not(applies), r.permitted(regime, class)))
	}
	return all(append([]expr.Expr{some(applying...)}, holding...)...)
}

func (p *Program) applies(regime Regime) expr.Expr {
	if !regime.Otherwise {
		return appliesWhen(regime)
	}
	var none []expr.Expr
	for _, other := range p.Regimes {
		if !other.Otherwise {
			none = append(none, not(appliesWhen(other)))
		}
	}
	return all(none...)
}

// appliesWhen holds unless the condition is false; a regime without one
// always applies.
func appliesWhen(regime Regime) expr.Expr {
	if regime.AppliesWhen == nil {
		return truth(true)
	}
	return not(is(regime.AppliesWhen, expr.False))
}

func (r record) permitted(regime Regime, class Class) expr.Expr {
	var rules []expr.Expr
	for _, rule := range regime.Rules {
		if rule.Covers(class, r.channel) {
			rules = append(rules, r.holds(rule))
		}
	}
	return some(rules...)
}

func (r record) holds(rule Rule) expr.Expr {
	var terms []expr.Expr
	if rule.Basis == ByConsent {
		terms = append(terms, r.granted())
	}
	if r.consent == "" && (rule.DoubleOptIn || !rule.ValidFor.IsZero()) {
		return truth(false)
	}
	if rule.DoubleOptIn {
		terms = append(terms, expr.IsSet{Of: r.fact(expr.ConfirmedAt)})
	}
	if !rule.ValidFor.IsZero() {
		terms = append(terms, is(expr.Within{Of: r.fact(expr.GrantedAt), Length: rule.ValidFor}, expr.True))
	}
	if rule.Requires != nil {
		terms = append(terms, is(rule.Requires, expr.True))
	}
	return all(terms...)
}
