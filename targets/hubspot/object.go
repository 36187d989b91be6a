package hubspot

import (
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
)

// How a list is worked out: by its filters, or by who is put onto it.
const (
	dynamic = "DYNAMIC"
	manual  = "MANUAL"
)

// object is a list as HubSpot has it, normalised.
func object(l listing) resource.Object {
	key, mark := account.Parted(l.Name)
	o := resource.Object{Kind: kindList, ID: l.ID, Key: key, Mark: mark, Version: strconv.Itoa(l.Version), Attributes: resource.Map{}}
	if l.Filters != nil {
		o.Attributes["filterBranch"] = normal(l.Filters)
	}
	if l.Processing != dynamic { // ours, or as somebody may have made it by hand
		o.Attributes["processingType"] = resource.String(l.Processing)
	}
	return o
}

// silent is what says nothing where it stands in filters.
var silent = map[string]resource.Value{
	"includeObjectsWithNoValueSet": resource.Bool(false), "propertyParser": resource.String("VALUE"), "type": resource.String("PROPERTY"),
	unenrol: resource.Bool(false),
}

// normal is filters without what says nothing: missing values, empty lists, and
// what the server adds because nobody said otherwise. Numbers are in their
// shortest form.
func normal(v resource.Value) resource.Value {
	switch v := v.(type) {
	case resource.Map:
		out := resource.Map{}
		for name, item := range v {
			item = normal(item)
			if name == subscriptionIDs {
				item = each(item, func(v resource.Value) resource.Value { return resource.String(text(v)) })
			}
			if list, ok := item.(resource.List); ok && len(list) == 0 {
				continue
			}
			if _, missing := item.(resource.Null); missing || item == nil || silent[name] == item {
				continue
			}
			out[name] = item
		}
		return out
	case resource.List:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = normal(item)
		}
		return out
	case resource.Number:
		if d, err := types.NewDecimal(string(v)); err == nil {
			return resource.Number(d.String())
		}
	case resource.Null, resource.Bool, resource.String, resource.Ref, resource.Lookup, nil:
	}
	return v
}

// unenrol says whether whoever does not fit the filters any more leaves; ours do
// not.
const unenrol = "unEnrollObjectsNotMeetingCriteria"

// enrolled are the lists that each kind of criteria has to have.
var enrolled = map[string][]string{
	"EVENT_BASED": {"eventFilterBranches", "listMembershipFilterBranches"}, "LIST_BASED": {"reEnrollmentTriggersFilterBranches"},
	"WEBHOOK": {"queryParams"},
}

// explicit is filters as they go over the wire: the contract asks for the lists
// of each branch, and each operation says what becomes of whoever has no value,
// which would be the other way by default for the negative ones.
func explicit(v resource.Value) resource.Value {
	switch v := v.(type) {
	case resource.Map:
		out := resource.Map{}
		for name, item := range v {
			out[name] = explicit(item)
		}
		if ids := out[subscriptionIDs]; ids != nil {
			out[subscriptionIDs] = each(ids, func(v resource.Value) resource.Value { return resource.Number(text(v)) })
		}
		if out["filterBranchType"] != nil {
			for _, name := range []string{"filterBranches", "filters"} {
				if out[name] == nil {
					out[name] = resource.List{}
				}
			}
		}
		for _, name := range enrolled[text(out["type"])] {
			if out[name] == nil {
				out[name] = resource.List{}
			}
		}
		if out["type"] == resource.String("LIST_BASED") && out[unenrol] == nil {
			out[unenrol] = resource.Bool(false)
		}
		if out["timeUnit"] != nil && out["delta"] != nil && out["daysOfWeek"] == nil {
			out["daysOfWeek"] = resource.List{}
		}
		if out["operationType"] != nil && out["includeObjectsWithNoValueSet"] == nil {
			out["includeObjectsWithNoValueSet"] = resource.Bool(false)
		}
		return out
	case resource.List:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = explicit(item)
		}
		return out
	case resource.Null, resource.Bool, resource.String, resource.Number, resource.Ref, resource.Lookup, nil:
	}
	return v
}

// subscriptionIDs are numbers in filters, and texts where they are looked up.
const subscriptionIDs = "subscriptionIds"

func each(v resource.Value, as func(resource.Value) resource.Value) resource.Value {
	list, ok := v.(resource.List)
	if !ok {
		return v
	}
	out := make(resource.List, len(list))
	for i, item := range list {
		out[i] = item
		if text(item) != "" {
			out[i] = as(item)
		}
	}
	return out
}

// text is a text or a number as it is written; "" for anything else.
func text(v resource.Value) string {
	switch v := v.(type) {
	case resource.String:
		return string(v)
	case resource.Number:
		return string(v)
	case resource.Null, resource.Bool, resource.List, resource.Map, resource.Ref, resource.Lookup, nil:
	}
	return ""
}
