// Package warehouse is what platforms that answer SQL have in common: the
// platform block as a mapping, segments as views, a registry of what is ours.
//
// A target for one of them is a Form, which needs no database, and the
// statements by which its database keeps a Ledger. What it makes stands in one
// schema of its own and rests on the customer's tables as the platform block
// maps them.
package warehouse

import (
	"fmt"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// Form is what one kind of warehouse has of its own, as far as it needs no
// database: the calls of targets.Target that touch nothing are its methods.
type Form struct {
	Description targets.Description // without the settings and blocks that all have
	Called      string              // what such a thing is, for people: "a PostgreSQL database"
	Gate        string              // the kind of the gate
	Tables      string              // the schema of tables that are named without one
	NameBytes   int                 // how many bytes of a name the database keeps
	Digits      sql.Digits          // how long its numbers are

	// Print is a query as the text of a view or gate in a schema of ours.
	Print func(schema string, zone *time.Location, q sql.Query) string
	// Count is a query as a text for one instant.
	Count func(zone *time.Location, at types.Instant, q sql.Query) string
	// Support is the statements that printed texts lean on.
	Support func(schema string, zone *time.Location) []string
}

// The kinds of objects that all have; the gate is the third.
const (
	KindSchema = "schema"
	KindView   = "view"
)

// viewSchema is what an author may write of a view: its query.
const viewSchema = "postgres/view.schema.json"

// AttributesVersion is the version of every kind's attributes.
const AttributesVersion = 1

// Kinds are the kinds of objects of a warehouse whose gate is of a kind.
func Kinds(gate, doc string) []targets.Kind {
	out := []targets.Kind{
		{Name: gate, Doc: doc},
		{Name: KindSchema, Doc: "The schema that is ours, with the platform's clock and the registry of what was made."},
		{Name: KindView, Doc: "A view: the members of a segment, the consent record, who is suppressed."},
	}
	for i := range out {
		out[i].Version, out[i].Marks, out[i].Unique = AttributesVersion, targets.OwnRegistry, true
		if out[i].Name == KindView {
			out[i].Schema = viewSchema
		}
	}
	return out
}

// Can is what every warehouse can.
func Can() targets.Capabilities {
	return targets.Capabilities{
		Segments: true, Functions: append([]string(nil), sql.Functions...), Sequences: true, Negation: true,
		Nesting: "any depth", Windows: "any", Nulls: "as SQL says, which is as the language says",
		Consent: "record and gate function", Idempotent: true, Locking: true, Counts: true, Raises: true, Foresees: true,
		EditsLive: "nobody is in flight: it holds no journeys",
	}
}

// Describe says what the target is and can.
func (f Form) Describe() targets.Description {
	d := f.Description
	d.Settings = slices.Concat(d.Settings, []targets.Setting{schemaSetting})
	d.Blocks, d.Kinds = slices.Concat(d.Blocks, Blocks), slices.Clone(d.Kinds)
	return d
}

// Plan says how each change would be made. A view is renamed; another object
// whose name changes is another object.
func (f Form) Plan(requests []targets.PlanRequest) []targets.PlanAnswer {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		out[i].Cost = []targets.Cost{{Class: "transaction", Calls: 1}}
		if r.Prior != nil && r.Desired != nil && r.Prior.Key != r.Desired.Key && r.Desired.Kind != KindView {
			out[i].Replace = []string{"name"}
		}
	}
	return out
}

// Foresee says the same without a look at the warehouse, which has no say in it.
func (f Form) Foresee(requests []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(requests, func(r targets.PlanRequest) (targets.PlanAnswer, bool) {
		return f.Plan([]targets.PlanRequest{r})[0], true
	})
}

// Upgrade brings attributes to the present version, which is the first.
func (f Form) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	known := slices.ContainsFunc(f.Description.Kinds, func(k targets.Kind) bool { return k.Name == kind && k.Version == from })
	if !known {
		return nil, fmt.Errorf("a %s of version %d is not known to %s %s", kind, from, f.Description.Name, f.Description.Version)
	}
	return attributes, nil
}

// Raise says views as resource blocks with their query. A segment is no more
// than a query here: who its members are in the words of the language, nobody
// can tell from that.
func (f Form) Raise(r targets.RaiseRequest) []targets.Raised {
	out := make([]targets.Raised, len(r.Objects))
	for i, o := range r.Objects {
		k := targets.Kind{Name: o.Kind}
		for _, known := range f.Description.Kinds {
			if known.Name == o.Kind {
				k = known
			}
		}
		o.Attributes = resource.Map{"sql": o.Attributes["sql"]}
		out[i] = targets.RaisePlain(k, o)
	}
	return out
}

// Explain says that nobody is written to from here. The gate is for whoever
// sends: its answer is as fresh as the tables under it.
func (f Form) Explain(*ir.Program, ir.Platform) ir.Enforcement { return ir.Enforcement{Sends: false} }

// Question is the query that counts a segment, or why it is not known.
type Question struct{ Segment, Query, Unknown string }

// Questions are what a request asks, on the customer's tables alone.
func (f Form) Questions(r targets.CountRequest) ([]Question, *time.Location, error) {
	zone, err := time.LoadLocation(r.Program.Project.Timezone)
	if err != nil {
		return nil, nil, &targets.Error{Kind: targets.Permanent, Message: "counting: time zone", Err: err}
	}
	mapping, _ := f.Read(r.Program, r.Platform) // what is wrong with it is said by Lower
	lowering := sql.Lowering{Program: r.Program, Mapping: mapping, Digits: f.Digits}
	out := make([]Question, len(r.Segments))
	for i, address := range r.Segments {
		out[i].Segment = address
		segment, ok := ir.Find(r.Program.Segments, address)
		if !ok {
			out[i].Unknown = "it is not declared"
			continue
		}
		q := lowering.Count(segment)
		if out[i].Unknown = firstError(q); out[i].Unknown == "" {
			out[i].Query = f.Count(zone, r.Now, q.Query)
		}
	}
	return out, zone, nil
}

func firstError(q sql.Lowered) string {
	for _, d := range q.Diagnostics {
		if d.Rule.Severity == 0 {
			return d.Detail
		}
	}
	return ""
}
