package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// The kinds of look-ups.
const (
	lookMetric = "metric" // by name: "Placed Order", "Placed Order (Shopify)"
	lookList   = "list"   // by name
)

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.settings()
	l.lists()
	l.segments()
	l.templates()
	l.flows()
	l.campaigns()
	l.unkept()
	return l.End(kinds, nil)
}

// lowering is one call of Lower.
type lowering struct {
	account.Lowering
	grain types.Span // the declared approximation; zero: none
}

func newLowering(r targets.LowerRequest) *lowering {
	return &lowering{Lowering: account.Begin(r, wrongSetting)}
}

// add makes an object. Its name is its address, which people find in the files.
func (l *lowering) add(r resource.Resource) {
	r.Key = r.Address.Object
	l.Add(r)
}

// unkept says what Klaviyo does not keep to though it sends marketing.
func (l *lowering) unkept() {
	if l.Offers() {
		l.Unkept(notHeld,
			"Klaviyo does not hold marketing messages back by these limits and hours. Its own Smart Sending is switched on for them instead, and works by the settings of the account.",
			"Klaviyo does not know who is in the control group, so flows write to them too, and effects measured against it come out too small.")
	}
}
