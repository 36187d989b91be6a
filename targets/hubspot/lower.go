package hubspot

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// The kinds of look-ups.
const (
	lookUser         = "user"         // by e-mail address; its id is the user's
	lookEvent        = "event"        // by name: "order_placed", or the full one: "pe123_order_placed"
	lookList         = "list"         // by name
	lookProperty     = "property"     // by internal name; its id is its name
	lookOwner        = "owner"        // by e-mail address
	lookSubscription = "subscription" // by name: "Newsletter"
	lookTimezone     = "timezone"     // of the account; its id is its name
)

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.settings()
	l.subscriptions() // first, so that a miss is found at the consent
	l.segments()
	l.emails()
	l.workflows()
	l.unkept()
	return l.End(kinds, nil)
}

// lowering is one call of Lower.
type lowering struct {
	account.Lowering
	grain  types.Span  // the declared approximation; zero: none
	inside *ir.Journey // the one that is being lowered; nil outside
	// remember is the list of those to whom something has happened since its run
	// began; nil outside.
	remember func(expr.Did) resource.Value
}

func newLowering(r targets.LowerRequest) *lowering {
	return &lowering{Lowering: account.Begin(r, wrongSetting)}
}

// subscriptions is the subscription type of each placed consent: the one that
// the platform block names is looked up, any other is made by hand.
func (l *lowering) subscriptions() {
	for _, c := range account.Here(l, l.Program.Consents) {
		name := l.Names.Consent(c.Address)
		if name.Said {
			l.Look(lookSubscription, name)
			continue
		}
		l.Resources = append(l.Resources, resource.Resource{
			Address: l.Address(c.Address, ""), Kind: kindSubscription, Key: name.Theirs, At: c.At,
			Attributes: resource.Map{"active": resource.Bool(true), "method": resource.String("Email")},
		})
	}
}

// subscriptionOf is the id of a consent's subscription type.
func (l *lowering) subscriptionOf(consent string) resource.Value {
	name := l.Names.Consent(consent)
	if !name.Said && slices.ContainsFunc(account.Here(l, l.Program.Consents), func(c ir.Consent) bool { return c.Address == consent }) {
		return resource.Ref{Address: l.Address(consent, ""), Output: "id"}
	}
	return l.Look(lookSubscription, name)
}
