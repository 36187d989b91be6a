package segment

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/mapping"
)

// draft is the version of JSON Schema that tracking plans are written in.
const draft = "http://json-schema.org/draft-07/schema#"

// rules makes a rule of the tracking plan for each placed event that is really
// recorded. Derived events are conditions and nothing that anybody sends.
func (l *lowering) rules() {
	plan := l.Constant("tracking_plan")
	if plan == "" {
		return
	}
	s, _ := l.Platform.Config.Get("tracking_plan")
	for _, e := range account.Here(l, l.Program.Events) {
		if e.From != "" {
			continue
		}
		attributes := resource.Map{
			"tracking_plan": l.Look(lookPlan, mapping.Name{Theirs: plan, Said: true, At: s.At}), "properties": l.properties(e),
		}
		if required := l.required(e); len(required) > 0 {
			attributes["required"] = required
		}
		if e.Description != "" {
			attributes["description"] = resource.String(e.Description)
		}
		l.Add(resource.Resource{
			Address: l.Address(e.Address, ""), Kind: kindRule, Key: l.Names.Event(e.Address).Theirs,
			Attributes: attributes, At: e.At, Places: map[string]diag.Range{"tracking_plan": s.At},
		})
	}
}

func (l *lowering) properties(e ir.Event) resource.Map {
	out := resource.Map{}
	for _, f := range e.Fields {
		shape := shapeOf(f.Type)
		if kind, one := shape["type"].(resource.String); one && !f.Required {
			shape["type"] = resource.List{kind, resource.String("null")}
		}
		out[l.Names.Detail(e.Address, f.Name).Theirs] = shape
	}
	return out
}

func (l *lowering) required(e ir.Event) resource.List {
	var out resource.List
	for _, f := range e.Fields {
		if f.Required {
			out = append(out, resource.String(l.Names.Detail(e.Address, f.Name).Theirs))
		}
	}
	return out
}

// shapeOf is what a field looks like in JSON. The words of an enum are not
// listed: a tracking plan blocks what it does not know, and a new word in the
// files would block events until it is applied.
func shapeOf(t types.Type) resource.Map {
	of := func(kind string) resource.Map { return resource.Map{"type": resource.String(kind)} }
	switch t := t.(type) {
	case types.List:
		return resource.Map{"type": resource.String("array"), "items": shapeOf(t.Element)}
	case types.Basic:
		switch t {
		case types.Number, types.Money:
			return of("number")
		case types.Bool:
			return of("boolean")
		case types.DateType:
			return resource.Map{"type": resource.String("string"), "format": resource.String("date")}
		case types.Timestamp:
			return resource.Map{"type": resource.String("string"), "format": resource.String("date-time")}
		case types.String, types.Duration, types.Email, types.Phone, types.URL:
		}
	case types.Enum, types.Object:
	}
	return of("string")
}

// schema is a rule's JSON Schema as it goes over the wire, with the mark at the
// end of its description.
func schema(attributes resource.Map, mark string) resource.Map {
	of := func(properties resource.Value) resource.Map {
		return resource.Map{"type": resource.String("object"), "properties": properties}
	}
	carried := of(attributes["properties"])
	if required, there := attributes["required"]; there {
		carried["required"] = required
	}
	out := of(resource.Map{"properties": carried})
	out["$schema"] = resource.String(draft)
	out["description"] = resource.String(account.Marked(textOf(attributes, "description"), mark))
	return out
}

// rule is one rule of a tracking plan as the Public API has it.
type rule struct {
	Type    string       `json:"type"`
	Key     string       `json:"key"`
	Version int          `json:"version"`
	Schema  resource.Map `json:"jsonSchema"`
	Updated string       `json:"updatedAt,omitempty"`
}

// object is a rule, normalised. What a person added to the schema shows as an
// attribute of its own.
func (r rule) object(plan string) resource.Object {
	text, mark := account.Parted(textOf(r.Schema, "description"))
	o := resource.Object{Kind: kindRule, ID: plan + "/" + r.Key, Key: r.Key, Mark: mark, Version: r.Updated, Attributes: resource.Map{
		"tracking_plan": resource.String(plan),
	}}
	if text != "" {
		o.Attributes["description"] = resource.String(text)
	}
	outer, _ := r.Schema["properties"].(resource.Map)
	carried, _ := outer["properties"].(resource.Map)
	o.Attributes["properties"] = plain(carried["properties"])
	if required, there := carried["required"].(resource.List); there && len(required) > 0 {
		o.Attributes["required"] = required
	}
	for name, value := range carried {
		if name != "type" && name != "properties" && name != "required" {
			o.Attributes["properties."+name] = value
		}
	}
	return o
}

// plain is properties, none of them being no properties.
func plain(v resource.Value) resource.Value {
	if m, ok := v.(resource.Map); ok {
		return m
	}
	return resource.Map{}
}
