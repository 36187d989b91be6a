package check

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var noObject = &diag.Rule{Code: "CHK123", Summary: "A journey runs per something that is no object"}

// checkPer looks at per = entry.x. That x exists is said when it is built.
func checkPer(p *Pass) {
	for _, j := range p.Program.Journeys {
		if len(j.Enter.Per) == 0 {
			continue
		}
		t := p.entryType(p.startedBy(j), j.Enter.Per)
		if _, object := t.(types.Object); object || t == nil {
			continue
		}
		d := diag.Diagnostic{
			At: j.Enter.At, Mark: "per entry." + strings.Join(j.Enter.Per, "."),
			Detail: fmt.Sprintf("per makes one run for each object: an order, an account. entry.%s is %s.", strings.Join(j.Enter.Per, "."), t),
			Help:   "declare an object and give the field the type object.<name>, or remove per",
		}
		p.say(p.atPer(j, d))
	}
}

func (p *Pass) atPer(j ir.Journey, d diag.Diagnostic) diag.Diagnostic {
	if b := p.blocks()[j.Address]; b != nil {
		for _, enter := range b.Of("enter") {
			if per, ok := enter.Get("per"); ok {
				d.At, d.Mark = per.At, "no object"
			}
		}
	}
	return d
}

// entryType is the type of a path of fields from an event; nil when it is not known.
func (p *Pass) entryType(event string, path []string) types.Type {
	base, _, ok := p.Program.Base(event)
	if !ok {
		return nil
	}
	t := fieldType(base.Fields, path[0])
	for _, name := range path[1:] {
		object, is := t.(types.Object)
		if !is {
			return nil
		}
		declared, _ := ir.Find(p.Program.Objects, object.String())
		t = partType(declared, name)
	}
	return t
}

func fieldType(fields []ir.Field, name string) types.Type {
	for _, f := range fields {
		if f.Name == name {
			return f.Type
		}
	}
	if name == "at" {
		return types.Timestamp
	}
	return nil
}

func partType(o ir.Object, name string) types.Type {
	if o.Key.Name == name {
		return o.Key.Type
	}
	for _, a := range o.Attributes {
		if a.Name == name {
			return a.Type
		}
	}
	return nil
}
