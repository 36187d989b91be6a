package eval

import (
	"math"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// objection is the name that makes a withdraw capture more than a withdrawal:
// it stops all marketing, not only what its consent covers.
const objection = "objection"

// suppressed is true after a hard bounce or a complaint at the present address,
// or an action that closed it, and, for marketing, while an objection stands.
func (v *view) suppressed(e expr.Suppressed) bool {
	for _, o := range v.person.Outcomes {
		if v.kills(o, e.Channel) {
			return true
		}
	}
	return e.Class == string(ir.Marketing) && v.objects(e.Channel)
}

// kills tells whether after an outcome the present address on a channel is no
// longer written to.
func (v *view) kills(o person.Outcome, channel string) bool {
	dead := o.Kind == person.Bounced || o.Kind == person.Complained || o.Kind == person.Suppressed
	if !dead || o.At > v.heard || !v.sentBy(o, channel) {
		return false
	}
	address := o.Address
	if address == "" {
		address = v.then(channel, o.At, o.Seq)
	}
	return address == "" || address == v.address(channel)
}

// objects tells whether an objection stands on a channel: until the person
// later grants a consent that covers the channel. An unsubscribe from a message
// that is no longer declared is an objection on its channel, because nothing
// says any more what it was for.
func (v *view) objects(channel string) bool {
	latest := v.objectedAt(channel)
	if latest == math.MinInt64 {
		return false
	}
	for _, c := range v.Program.Consents {
		if !slices.Contains(c.Channels, channel) {
			continue
		}
		for _, change := range v.changes(c, channel) {
			if change.Kind == person.Grant && change.At > latest {
				return false
			}
		}
	}
	return true
}

func (v *view) objectedAt(channel string) types.Instant {
	latest := types.Instant(math.MinInt64)
	for _, c := range v.Program.Consents {
		for _, capture := range c.Captures {
			if capture.Act != person.Withdraw || capture.Name != objection {
				continue
			}
			w := v.happened(expr.Source{Event: capture.On, Where: capture.If}, expr.Ever, Context{})
			for event := w.next(); event != nil; event = w.next() {
				if event.At <= v.heard {
					latest = max(latest, event.At)
				}
			}
		}
	}
	for _, o := range v.person.Outcomes {
		_, declared := ir.Find(v.Program.Touchpoints, o.Touchpoint)
		if o.Kind == person.Unsubscribed && !declared && o.At <= v.heard && v.sentBy(o, channel) {
			latest = max(latest, o.At)
		}
	}
	return latest
}

// excluded is true if the list names the person, and also if the list is
// missing or older than it may be and could name them. A list could name
// whoever has every value that it matches by.
func (v *view) excluded(exclusion string) bool {
	x, ok := ir.Find(v.Program.Exclusions, exclusion)
	if !ok {
		return false
	}
	row, complete := v.row(x.Match)
	if !complete {
		return false
	}
	list := v.Lists[exclusion]
	if list == nil || list.Rows[row] {
		return true
	}
	return !x.FreshFor.IsZero() && list.AsOf <= x.FreshFor.Before(v.Now, v.Zone)
}

// row is the person's values in the form of a list's rows.
func (v *view) row(match []expr.Expr) (row string, complete bool) {
	columns := make([]string, len(match))
	for i, m := range match {
		value := v.value(m, Context{})
		if types.IsNull(value) {
			return "", false
		}
		columns[i] = types.Spell(value)
	}
	return strings.Join(columns, "\x00"), true
}
