package explain

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// record is what is on record about a consent on a channel, with dates.
func (x *Explainer) record(consent, channel string) string {
	r := x.world.Record(consent, channel, x.person)
	changes := x.world.Changes(consent, channel, x.person)
	switch r.State {
	case eval.StateUnknown:
		if x.elsewhere(consent) {
			return "said for another address only; for this one never asked"
		}
		if x.brief {
			return "never asked"
		}
		return "never asked; not asked is not a yes"
	case eval.Granted:
		return x.granted(r, changes)
	case eval.Expired:
		return x.granted(r, changes) + "; the yes ended on " + x.day(r.ExpiresAt)
	case eval.Refused:
		return x.latest("refused", person.Refuse, changes)
	case eval.Withdrawn:
		return x.latest("withdrawn", person.Withdraw, changes)
	case eval.Requested:
		return "asked, not answered yet"
	case eval.Revoked:
		return "revoked"
	}
	return string(r.State)
}

func (x *Explainer) granted(r eval.ConsentRecord, changes []eval.Change) string {
	out := x.latest("granted", person.Grant, changes)
	if r.ConfirmedAt != 0 {
		out += ", confirmed on " + x.day(r.ConfirmedAt)
	}
	if r.ExpiresAt > x.world.Now {
		out += ", until " + x.day(r.ExpiresAt)
	}
	return out
}

// latest is the last change of a kind: "withdrawn on 3 May 2026 (objection)".
func (x *Explainer) latest(word string, kind person.ActKind, changes []eval.Change) string {
	for i := len(changes) - 1; i >= 0; i-- {
		if c := changes[i]; c.Kind == kind && x.brief {
			return word + " on " + x.day(c.At)
		} else if c.Kind == kind {
			return word + " on " + x.day(c.At) + " (" + strings.TrimPrefix(c.Source, "touchpoint.") + ")"
		}
	}
	return word
}

// elsewhere tells whether acts are recorded for an address that the person no
// longer has.
func (x *Explainer) elsewhere(consent string) bool {
	for _, act := range x.person.Acts {
		if act.Consent == consent && act.Address != "" && act.At <= x.world.Now {
			return true
		}
	}
	return false
}

// stops is what suppresses, or that nothing does.
func (x *Explainer) stops(channel string, class ir.Class) string {
	var out []string
	for _, s := range x.world.Stops(channel, class, x.person) {
		out = append(out, map[person.OutcomeKind]string{
			person.Bounced: "hard bounce", person.Complained: "complaint", "": "objection to marketing",
		}[s.Kind]+" on "+x.day(s.At))
	}
	if len(out) > 0 {
		return strings.Join(out, ", ")
	}
	if class == ir.Marketing {
		return "no hard bounce, complaint or objection"
	}
	return "no hard bounce or complaint"
}

// listing is how the person stands to an exclusion's list.
func (x *Explainer) listing(exclusion string) string {
	declared, _ := ir.Find(x.world.Program.Exclusions, exclusion)
	l := x.world.Listing(exclusion, x.person)
	reach := ""
	if l.AsOf != 0 {
		reach = ", which goes to " + x.day(l.AsOf)
	}
	switch {
	case !l.Covered:
		return "cannot be on the list: a value that it goes by is not known"
	case l.Absent:
		return fmt.Sprintf("%s is absent, and blocks everyone that it could cover", declared.List)
	case l.Listed:
		return "on the list" + reach
	case l.Stale && l.AsOf == 0:
		return "nothing says how far the list goes, so it blocks everyone that it could cover"
	case l.Stale:
		return "not on the list" + reach + "; older than " + declared.FreshFor.String() + ", it blocks everyone that it could cover"
	}
	return "not on the list" + reach
}

// address is the person's address on a channel as it may be shown, "" when
// there is none.
func (x *Explainer) address(c ir.Channel) string {
	e, err := x.world.Program.Address(c)
	if err != nil {
		return ""
	}
	switch value, t := x.value(e), expr.TypeOf(e); {
	case types.IsNull(value):
		return ""
	case Masked(t):
		return Mask(types.Spell(value), t)
	}
	return "set, and not shown"
}
