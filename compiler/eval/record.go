package eval

import (
	"cmp"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// ConsentState is where a consent record stands.
type ConsentState string

// The states. Requested and revoked come only from platforms.
const (
	StateUnknown ConsentState = "unknown"
	Requested    ConsentState = "requested"
	Granted      ConsentState = "granted"
	Refused      ConsentState = "refused"
	Withdrawn    ConsentState = "withdrawn"
	Expired      ConsentState = "expired"
	Revoked      ConsentState = "revoked"
)

// ConsentRecord is what is on record about one consent, for the person's
// present address on one channel. Instants that are zero are null.
type ConsentRecord struct {
	State       ConsentState
	GrantedAt   types.Instant // the latest grant, which stays when it is withdrawn
	ConfirmedAt types.Instant
	ExpiresAt   types.Instant
	Source      string // what the latest change came from: a capture's name, a touchpoint, or "history"
	Notice      string // the version of the notice at the latest grant
}

func (r ConsentRecord) fact(f expr.Fact) types.Value {
	switch f {
	case expr.State:
		return types.Text(r.State)
	case expr.GrantedAt:
		return instantOrNull(r.GrantedAt)
	case expr.ConfirmedAt:
		return instantOrNull(r.ConfirmedAt)
	case expr.ExpiresAt:
		return instantOrNull(r.ExpiresAt)
	}
	panic("eval: a fact that is none of the cases")
}

func instantOrNull(at types.Instant) types.Value {
	if at == 0 {
		return types.Null{}
	}
	return at
}

// record replays the changes of a consent on a channel up to now.
func (v *view) record(consent, channel string) ConsentRecord {
	key := [2]string{consent, channel}
	if known, ok := v.records[key]; ok {
		return known
	}
	r := ConsentRecord{State: StateUnknown}
	if c, ok := ir.Find(v.Program.Consents, consent); ok && slices.Contains(c.Channels, channel) {
		for _, change := range v.changes(c, channel) {
			r = r.at(change.At).after(change)
		}
		r = r.at(v.Now)
	}
	if v.records == nil {
		v.records = map[[2]string]ConsentRecord{}
	}
	v.records[key] = r
	return r
}

// at is the record when the clock shows t: a yes has expired once its end has
// come. A no does not expire.
func (r ConsentRecord) at(t types.Instant) ConsentRecord {
	if r.State == Granted && r.ExpiresAt != 0 && r.ExpiresAt <= t {
		r.State = Expired
	}
	return r
}

// after is the record once a change has been made.
func (r ConsentRecord) after(c change) ConsentRecord {
	switch c.Kind {
	case person.Grant:
		if r.State != Granted {
			r.ConfirmedAt = 0
		}
		r.State, r.GrantedAt, r.ExpiresAt, r.Notice = Granted, c.At, c.ExpiresAt, c.Notice
	case person.Confirm:
		if r.State != Granted {
			return r
		}
		r.ConfirmedAt = c.At
	case person.Refuse:
		r.State = Refused
	case person.Withdraw:
		r.State = Withdrawn
	}
	r.Source = c.source
	return r
}

// change is an act and where it came from.
type change struct {
	person.Act
	source string
}

// changes lists what bears on a consent on a channel, in order: by time, and at
// one instant what captures made of events, then recorded acts, then
// unsubscribes. An act that captures derive and that is recorded too (same
// consent, kind and instant) counts once, with the details of the recorded one.
func (v *view) changes(c ir.Consent, channel string) []change {
	recorded := v.acts(c, channel)
	var all []change
	for _, captured := range v.captured(c, channel) {
		for i := range recorded {
			if twin := &recorded[i]; twin.Kind == captured.Kind && twin.At == captured.At {
				captured.Address, captured.ExpiresAt, captured.Channel = twin.Address, twin.ExpiresAt, twin.Channel
				captured.Notice = cmp.Or(twin.Notice, captured.Notice)
				twin.source = "" // said once
			}
		}
		all = append(all, captured)
	}
	for _, act := range recorded {
		if act.source != "" {
			all = append(all, act)
		}
	}
	all = append(all, v.unsubscribes(c, channel)...)
	all = slices.DeleteFunc(all, func(x change) bool { return x.At > v.heard || !v.concerns(c, x.Act) })
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Compare(a.At, b.At) })
	return all
}

// rank orders the captures that one event fires, so that the order of blocks
// does not matter and a no has the last word.
var rank = map[person.ActKind]int{person.Grant: 0, person.Confirm: 1, person.Refuse: 2, person.Withdraw: 3}

func ranked(captures []ir.Capture) []ir.Capture {
	out := slices.Clone(captures)
	slices.SortStableFunc(out, func(a, b ir.Capture) int { return rank[a.Act] - rank[b.Act] })
	return out
}

// captured lists the acts that captures derive from events. A capture takes
// effect only if its condition is true.
func (v *view) captured(c ir.Consent, channel string) []change {
	var out []change
	for i := range v.person.Events {
		event := &v.person.Events[i]
		for _, capture := range v.captures[c.Address] {
			if v.fires(capture, event) {
				act := person.Act{Consent: c.Address, Kind: capture.Act, At: event.At, Notice: capture.Notice}
				out = append(out, v.bound(change{act, capture.Name}, channel, event.Seq))
			}
		}
	}
	return out
}

func (v *view) fires(capture ir.Capture, event *person.Event) bool {
	if event.Type != v.streams[capture.On].base {
		return false
	}
	return v.counts(expr.Source{Event: capture.On, Where: capture.If}, event, Context{})
}

// acts lists the recorded acts that bear on a channel.
func (v *view) acts(c ir.Consent, channel string) []change {
	var out []change
	for _, act := range v.person.Acts {
		if act.Consent == c.Address && (act.Channel == "" || act.Channel == channel) {
			out = append(out, v.bound(change{act, "history"}, channel, 0))
		}
	}
	return out
}

// unsubscribes lists the withdrawals that need no capture. An unsubscribe
// withdraws the purpose of its message on its channel, or on every channel of
// the message when the source does not say which. One from a message that is
// no longer declared withdraws every purpose: deleting a touchpoint must not
// bring a yes back.
func (v *view) unsubscribes(c ir.Consent, channel string) []change {
	var out []change
	for _, o := range v.person.Outcomes {
		if o.Kind != person.Unsubscribed || !v.sentBy(o, channel) {
			continue
		}
		t, declared := ir.Find(v.Program.Touchpoints, o.Touchpoint)
		if declared && t.Purpose != c.Purpose {
			continue
		}
		act := person.Act{Consent: c.Address, Channel: channel, Address: o.Address, Kind: person.Withdraw, At: o.At}
		out = append(out, change{act, o.Touchpoint})
	}
	return out
}

// sentBy tells whether an outcome may be one of a channel.
func (v *view) sentBy(o person.Outcome, channel string) bool {
	if o.Channel != "" {
		return o.Channel == channel
	}
	t, declared := ir.Find(v.Program.Touchpoints, o.Touchpoint)
	return !declared || slices.Contains(t.Channels, channel)
}

// concerns tells whether an act was given for the present address, or for one
// whose consent moved along. An act for all that the consent covers names the
// address of one of its channels.
func (v *view) concerns(c ir.Consent, act person.Act) bool {
	if act.Address == "" || c.Survives == "address_change" {
		return true
	}
	if act.Channel != "" {
		return act.Address == v.address(act.Channel)
	}
	return slices.ContainsFunc(c.Channels, func(channel string) bool { return act.Address == v.address(channel) })
}

// address is the person's address on a channel, "" if there is none.
func (v *view) address(channel string) string {
	declared, ok := ir.Find(v.Program.Channels, channel)
	if !ok {
		return ""
	}
	return types.Spell(v.attribute([]string{declared.Key}))
}
