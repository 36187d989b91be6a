package block

import "slices"

var moved = &Type{
	Name: "moved",
	Doc:  "Renames: what is deployed under one address belongs to another. All its objects on all platforms move along; an address without key moves all keys.",
	Args: []Arg{
		{Name: "from", Doc: "The old address, which nothing in the files has any more.", Required: true, Form: Address{Kinds: renamable}},
		{Name: "to", Doc: "The new address. Of a step, where those go on who are at it when the edit is applied.", Required: true, Form: Address{Kinds: renamable}},
	},
}

// renamable is the kinds of what may be renamed: also the steps of journeys,
// where people are.
var renamable = append(slices.Clone(movable), "step")

// movable is the kinds of what may be renamed, let go or taken over: all that
// platforms hold.
var movable = []string{
	"segment", "journey", "touchpoint", "action", "consent", "purpose", "channel", "regime", "exclusion", "pressure", "calendar", "control",
	"event", "object", "link", "part", "phase", "persona", "moment", "resource",
}
