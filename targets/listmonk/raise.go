package listmonk

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

var _ targets.Raiser = (*Target)(nil)

// Raise says lists as resource blocks: which of them is a consent, and to what,
// listmonk does not know. Templates and campaigns are texts of which it does not
// know what they are for either; each is taken over by an import block that
// names the touchpoint or the journey that somebody has written for it.
func (t *Target) Raise(r targets.RaiseRequest) []targets.Raised {
	out := make([]targets.Raised, len(r.Objects))
	for i, o := range r.Objects {
		out[i] = raised(o)
	}
	return out
}

func raised(o resource.Object) targets.Raised {
	switch {
	case o.Kind == kindTemplate && textOf(o.Attributes, "type") == "tx":
		return targets.Raised{Why: "listmonk does not say what a message is for: write a touchpoint with its text, and import it as that"}
	case o.Kind == kindTemplate:
		return targets.Raised{Why: "it is a frame around campaigns, and ours bring their own"}
	case o.Kind == kindCampaign && o.Switch == resource.On:
		return targets.Raised{Why: "it was sent, or will be, as somebody else has said"}
	case o.Kind == kindCampaign:
		return targets.Raised{Why: "listmonk does not say what a message is for: write a journey with an instant, and import it as that"}
	case o.Attributes["status"] != nil:
		return targets.Raised{Why: "it is archived"}
	}
	said := resource.Map{}
	for name, v := range o.Attributes {
		usual := name == "name" || name == "type" && v == resource.String("private") || name == "optin" && v == resource.String(single)
		if !usual { // the name is the key
			said[name] = v
		}
	}
	o.Attributes = said
	return targets.RaisePlain(listKind(), o)
}

func listKind() targets.Kind {
	for _, k := range kinds {
		if k.Name == kindList {
			return k
		}
	}
	return targets.Kind{}
}
