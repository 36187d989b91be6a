package mautic

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// removing is the action of campaigns that takes a do-not-contact record away.
const removing = "lead.removednc"

// Raise says segments as resource blocks. Of a campaign it says why there is no
// block, and of one that takes do-not-contact records away, that it does.
func (t *Target) Raise(r targets.RaiseRequest) []targets.Raised {
	out := make([]targets.Raised, len(r.Objects))
	for i, o := range r.Objects {
		at := slices.IndexFunc(kinds, func(k targets.Kind) bool { return k.Name == o.Kind })
		switch {
		case at < 0:
			out[i] = targets.Raised{Why: "Mautic has no objects of kind " + o.Kind}
		case o.Kind == kindCampaign && grants(o):
			out[i] = targets.Raised{Why: "it has the action Remove Do Not Contact, after which people are written to who said no; no journey may do that"}
		default:
			out[i] = targets.RaisePlain(kinds[at], o)
		}
	}
	return out
}

// grants tells whether a campaign lets people be written to who said no.
func grants(o resource.Object) bool {
	list, _ := o.Attributes["events"].(resource.List)
	return slices.ContainsFunc(list, func(v resource.Value) bool {
		e, _ := v.(resource.Map)
		return e["type"] == resource.String(removing)
	})
}
