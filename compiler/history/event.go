package history

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// declared is an event and its fields by name.
type declared struct {
	event  ir.Event
	fields map[string]types.Type
}

func declaredEvents(p *ir.Program) map[string]*declared {
	out := map[string]*declared{}
	for _, e := range p.Events {
		d := &declared{event: e, fields: map[string]types.Type{}}
		for _, f := range e.Fields {
			d.fields[f.Name] = f.Type
		}
		out[e.Address] = d
	}
	return out
}

// eventRow takes one event.
func (r *reader) eventRow(row *row) *fault {
	d, bad := r.eventOf(row)
	if bad != nil {
		return bad
	}
	at, bad := r.scale.instant(row, "time")
	if bad != nil {
		return bad
	}
	fields, bad := r.fields(row, d)
	if bad != nil {
		return bad
	}
	id, c, bad := row.word("person")
	if bad != nil {
		return bad
	}
	p, bad := r.whose(row, id, c)
	if bad != nil {
		return bad
	}
	r.history.Counts.Events++
	r.history.Newest = newer(r.history.Newest, at)
	if e := (person.Event{Type: d.event.Address, At: at, Seq: r.next(), Fields: fields}); p != nil {
		p.Events = append(p.Events, e)
	}
	return nil
}

func (r *reader) eventOf(row *row) (*declared, *fault) {
	name, c, bad := row.word("type")
	if bad != nil {
		return nil, bad
	}
	d, ok := r.events[address("event", name)]
	switch {
	case !ok:
		return nil, &fault{c, UnknownName, "`type` is not an event that the project declares."}
	case d.event.From != "":
		return nil, &fault{c, NotRecorded, d.event.Address + " is derived from " + d.event.From + ", which is what gets recorded."}
	}
	return d, nil
}

// fields are the values of an event, those that are missing left out.
func (r *reader) fields(row *row, d *declared) (map[string]types.Value, *fault) {
	var out map[string]types.Value
	columns := layoutOf(Events)
	for _, c := range row.cells {
		t, ok := d.fields[c.name]
		switch {
		case c.form == none:
			continue
		case !ok && columns.has(c.name):
			continue
		case !ok:
			r.passed(row, c, d.event.Address+" "+c.name, "`"+c.name+"` is not a field of "+d.event.Address+".")
			continue
		}
		v, bad := r.scale.value(c, t)
		if bad != nil {
			return nil, bad
		}
		if types.IsNull(v) {
			continue
		}
		if out == nil {
			out = make(map[string]types.Value, len(d.event.Fields))
		}
		out[c.name] = v
	}
	for _, f := range d.event.Fields {
		if _, there := out[f.Name]; f.Required && !there {
			return nil, missing(row, f.Name)
		}
	}
	return out, nil
}
