package history

import (
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// people joins records into persons.
//
// Each record is looked up by its ID and by its keys with merge. Those it
// finds become one person under the earliest of them; the others point to it,
// so that their IDs go on meaning the same person.
type people struct {
	first   string // the name of the first key, or ""
	shape   map[string]known
	merging []ir.Key
	byID    map[string]*node
	byKey   map[string]map[string]*node // by name and value of a key with merge
	nodes   []*node
	records int
}

// node is a person, or, with into, one who turned out to be another.
type node struct {
	person *person.Person
	order  int
	into   *node
}

func (n *node) root() *node {
	for n.into != nil {
		n = n.into
	}
	return n
}

// known is what is declared of a column of people.
type known struct {
	typ      types.Type
	ignore   []string
	computed bool
}

func newPeople(p ir.Person) *people {
	out := &people{shape: map[string]known{}, byID: map[string]*node{}, byKey: map[string]map[string]*node{}}
	for i, k := range p.Keys {
		out.shape[k.Name] = known{typ: k.Type, ignore: k.Ignore}
		if i == 0 {
			out.first = k.Name
		}
		if k.Merge && i > 0 {
			out.merging = append(out.merging, k)
			out.byKey[k.Name] = map[string]*node{}
		}
	}
	for _, a := range p.Attributes {
		out.shape[a.Name] = known{typ: a.Type, computed: a.Value != nil}
	}
	return out
}

// personRow takes one record.
func (r *reader) personRow(row *row) *fault {
	values := make(map[string]types.Value, len(row.cells))
	for _, c := range row.cells {
		if c.name == "observed_at" && r.people.shape[c.name].typ == nil {
			continue
		}
		k, declared := r.people.shape[c.name]
		if !declared || k.computed {
			r.unread(row, c, k.computed)
			continue
		}
		if contains(k.ignore, c.text) {
			continue
		}
		v, bad := r.scale.value(c, k.typ)
		if bad != nil {
			return bad
		}
		if !types.IsNull(v) {
			values[c.name] = v
		}
	}
	observed, bad := r.observed(row)
	if bad != nil {
		return bad
	}
	id := types.Spell(values[r.people.first])
	if id == "" {
		return missing(row, r.people.first)
	}
	r.people.add(id, values, observed)
	return nil
}

func (r *reader) unread(row *row, c cell, computed bool) {
	kind := "people " + c.name
	if r.tally.noticed[kind] {
		return // so that a name is looked for once, and not in each row
	}
	detail := "Nothing declares `" + c.name + "` as a key or attribute of person."
	if near := diag.Nearest(c.name, r.people.stored()); near != "" {
		detail += " There is `" + near + "`."
	}
	if computed {
		detail = "`" + c.name + "` is computed; its column is not read."
	}
	r.passed(row, c, kind, detail)
}

// stored is the names of what a file may say about people, in order.
func (p *people) stored() []string {
	var names []string
	for name, k := range p.shape {
		if !k.computed {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// observed is when the row was learned, zero when it does not say.
func (r *reader) observed(row *row) (types.Instant, *fault) {
	c := row.find("observed_at")
	if c.form == none || r.people.shape[c.name].typ != nil {
		return 0, nil
	}
	return r.scale.instant(row, c.name)
}

// add joins a record to those that share an ID or a merging key with it.
func (p *people) add(id string, values map[string]types.Value, observed types.Instant) {
	p.records++
	n := p.match(id, values)
	if n == nil {
		n = &node{person: &person.Person{ID: id, Attributes: map[string]types.Value{}}, order: len(p.nodes)}
		p.nodes = append(p.nodes, n)
	}
	learned := make(map[string]types.Instant)
	if observed != 0 {
		for name := range values {
			learned[name] = observed
		}
	}
	fill(n.person, values, learned)
	p.index(n, id, values)
}

// match finds the person of a record, joining those who turn out to be one.
func (p *people) match(id string, values map[string]types.Value) *node {
	var found *node
	join := func(n *node, ok bool) {
		if ok {
			found = unite(found, n.root())
		}
	}
	n, ok := p.byID[id]
	join(n, ok)
	for _, k := range p.merging {
		if text := types.Spell(values[k.Name]); text != "" {
			n, ok := p.byKey[k.Name][text]
			join(n, ok)
		}
	}
	return found
}

func (p *people) index(n *node, id string, values map[string]types.Value) {
	p.byID[id] = n
	for _, k := range p.merging {
		if text := types.Spell(values[k.Name]); text != "" {
			p.byKey[k.Name][text] = n
		}
	}
}

// unite makes two persons one, the earlier one staying.
func unite(a, b *node) *node {
	if a == nil || a == b {
		return b
	}
	if b.order < a.order {
		a, b = b, a
	}
	fill(a.person, b.person.Attributes, b.person.Observed)
	b.into, b.person = a, nil
	return a
}

// fill adds what is not known yet, and replaces what was learned earlier.
func fill(p *person.Person, values map[string]types.Value, learned map[string]types.Instant) {
	for name, v := range values {
		at, old := learned[name], p.Observed[name]
		if !types.IsNull(p.Get(name)) && at <= old {
			continue
		}
		p.Attributes[name] = v
		if at == 0 {
			continue
		}
		if p.Observed == nil {
			p.Observed = map[string]types.Instant{}
		}
		p.Observed[name] = at
	}
}

// byAddress finds a person by the value of a merging key.
func (p *people) byAddress(value string) (*node, bool) {
	for _, k := range p.merging {
		if n, ok := p.byKey[k.Name][value]; ok {
			return n.root(), true
		}
	}
	return nil, false
}

// all is every person by ID.
func (p *people) all() []*person.Person {
	var out []*person.Person
	for _, n := range p.nodes {
		if n.into == nil {
			out = append(out, n.person)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}
