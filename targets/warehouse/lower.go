package warehouse

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// The roles of what the platform itself holds, beside the segments.
const (
	roleSchema   = "schema"
	roleRecord   = "consent_record"
	roleStanding = "suppressed"
	roleGate     = "allowed"
)

// Lower turns what is placed here into views and functions. Touchpoints,
// journeys and actions have no form in a warehouse; what only serves them
// (moments, pressure, content) is passed over.
func (f Form) Lower(r targets.LowerRequest) targets.Lowered {
	r.Program = r.Program.Sorted()
	mapping, found := f.Read(r.Program, r.Platform)
	zone, err := time.LoadLocation(r.Program.Project.Timezone)
	if err != nil {
		panic("warehouse: a program whose time zone does not exist is not lowered: " + err.Error())
	}
	l := &lowering{
		LowerRequest: r, form: f, schema: Schema(r.Platform), zone: zone, lookups: map[resource.Lookup]diag.Range{},
		sql: sql.Lowering{Program: r.Program, Mapping: mapping, Digits: f.Digits, Views: sql.Views{Segments: map[string]sql.Name{}}},
	}
	l.found = found
	l.all()
	sort.Slice(l.resources, func(i, j int) bool { return l.resources[i].Address.Less(l.resources[j].Address) })
	return targets.Lowered{Resources: l.resources, Diagnostics: l.found.Sorted(), Lookups: l.lookups}
}

// lowering is one call of Lower.
type lowering struct {
	targets.LowerRequest
	form      Form
	schema    string
	zone      *time.Location
	sql       sql.Lowering
	resources []resource.Resource
	lookups   map[resource.Lookup]diag.Range
	found     diag.List
}

func (l *lowering) all() {
	consents := false
	var segments []ir.Segment
	for _, address := range l.Placed {
		switch ir.KindOf(address) {
		case "segment":
			if s, ok := ir.Find(l.Program.Segments, address); ok {
				segments = append(segments, s)
				l.sql.Views.Segments[address] = l.name(viewName(address, l.form.NameBytes))
			}
		case "purpose", "consent":
			consents = true
		case "journey", "touchpoint", "action":
			l.refuse(address)
		}
	}
	written, found := targets.Written(l.LowerRequest, l.form.Description.Kinds)
	l.found = append(l.found, found...)
	if len(segments) == 0 && len(written) == 0 && !consents {
		return
	}
	l.setup()
	l.mapped()
	if consents {
		l.consents()
	}
	for _, s := range segments {
		l.segment(s)
	}
	for _, r := range written {
		l.written(r)
	}
}

// written is a view whose query an author wrote. What it reads nobody knows but
// the database.
func (l *lowering) written(r resource.Resource) {
	r.Attributes = resource.Map{
		"name": resource.String(r.Key), "sql": r.Attributes["sql"], "reads": resource.List{},
		"uses": resource.List{resource.Ref{Address: l.own(roleSchema), Output: "id"}},
	}
	l.resources = append(l.resources, r)
}

func (l *lowering) refuse(address string) {
	at := l.Platform.At
	for _, d := range l.Program.Declarations() {
		if d.Header().Address == address {
			at = d.Header().At
		}
	}
	l.found = append(l.found, diag.Diagnostic{Rule: notHere, At: at,
		Detail: fmt.Sprintf("%s goes to %s, and %s writes to nobody: it holds segments and consent.", address, l.Platform.Address, l.form.Called),
		Help:   fmt.Sprintf("place it on another platform, or leave it out here: leave_out = [%s]", ir.KindOf(address))})
}

// setup is the schema with its clock, before everything else.
func (l *lowering) setup() {
	l.add(l.own(roleSchema), KindSchema, l.schema, resource.Map{
		"name": resource.String(l.schema), "timezone": resource.String(l.zone.String()),
		"sql": resource.String(strings.Join(l.form.Support(l.schema, l.zone), ";\n\n")),
	}, l.Platform.At, nil)
}

// consents is the record, who is suppressed, and the gate over both.
func (l *lowering) consents() {
	at := l.Platform.At
	l.view(l.own(roleStanding), roleStanding, l.sql.Standing(), at)
	l.view(l.own(roleRecord), roleRecord, l.sql.Record(), at)
	l.sql.Views.Record, l.sql.Views.Standing = l.name(roleRecord), l.name(roleStanding)
	gate := l.sql.Gate()
	l.add(l.own(roleGate), l.form.Gate, roleGate, l.attributes(roleGate, gate), at, nil)
}

func (l *lowering) segment(s ir.Segment) {
	address := resource.Address{Object: s.Address, Platform: l.Platform.Name}
	l.view(address, viewName(s.Address, l.form.NameBytes), l.sql.Members(s), s.At)
}

func (l *lowering) view(a resource.Address, name string, q sql.Lowered, at diag.Range) {
	places := map[string]diag.Range{}
	if s, ok := ir.Find(l.Program.Segments, a.Object); ok {
		places["sql"] = s.Where.Range()
	}
	l.add(a, KindView, name, l.attributes(name, q), at, places)
}

// attributes is a query as text, with what it rests on: objects of ours by
// reference, the customer's tables by look-up.
func (l *lowering) attributes(name string, q sql.Lowered) resource.Map {
	l.found = append(l.found, q.Diagnostics...)
	uses := resource.List{resource.Ref{Address: l.own(roleSchema), Output: "id"}}
	if q.Record {
		uses = append(uses, resource.Ref{Address: l.own(roleRecord), Output: "id"})
	}
	if q.Standing {
		uses = append(uses, resource.Ref{Address: l.own(roleStanding), Output: "id"})
	}
	for _, s := range q.Segments {
		uses = append(uses, resource.Ref{Address: resource.Address{Object: s, Platform: l.Platform.Name}, Output: "id"})
	}
	text := ""
	if !q.Diagnostics.HasErrors() {
		text = l.form.Print(l.schema, l.zone, q.Query)
	}
	return resource.Map{"name": resource.String(name), "sql": resource.String(text), "uses": uses, "reads": l.reads(q.Reads)}
}

// reads is the tables and columns that a query needs, each with the place in
// the mapping that names it.
func (l *lowering) reads(sources []sql.Source) resource.List {
	out := resource.List{}
	seen := map[resource.Lookup]bool{}
	for _, s := range sources {
		look := resource.Lookup{Kind: LookTable, Key: s.Table.String()}
		if s.Column != "" {
			look = resource.Lookup{Kind: LookColumn, Key: s.Table.String() + "." + s.Column}
		}
		if _, known := l.lookups[look]; !known {
			l.lookups[look] = s.At
		}
		if !seen[look] {
			out = append(out, look)
		}
		seen[look] = true
	}
	return out
}

func (l *lowering) add(a resource.Address, kind, name string, attributes resource.Map, at diag.Range, places map[string]diag.Range) {
	l.resources = append(l.resources, resource.Resource{Address: a, Kind: kind, Key: name, Attributes: attributes, At: at, Places: places})
}

// own is the address of something that the platform itself holds.
func (l *lowering) own(role string) resource.Address {
	return resource.Address{Object: l.Platform.Address, Platform: l.Platform.Name, Role: role}
}

func (l *lowering) name(object string) sql.Name { return sql.Name{Schema: l.schema, Object: object} }
