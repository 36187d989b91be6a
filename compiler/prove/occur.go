package prove

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// events writes what happened.
func (w *writer) events() {
	seq := int64(0)
	for at, p := range w.inOrder {
		happened := slices.Clone(w.point.happens[pastAt{at, w.epoch}])
		slices.SortStableFunc(happened, func(a, b happening) int { return int(b.age/1_000_000) - int(a.age/1_000_000) })
		w.sequences(p, happened)
		for _, h := range happened {
			seq++
			if p.event == nil {
				w.outcome(p, h, seq)
				continue
			}
			w.out.Person.Events = append(w.out.Person.Events, w.event(p, h, seq))
		}
		w.folds(p)
	}
}

func (w *writer) outcome(p *past, h happening, seq int64) {
	if p.source.Step != "" {
		return // exists only in a run
	}
	o := person.Outcome{Touchpoint: p.source.Touchpoint, Kind: person.OutcomeKind(p.source.Outcome), At: w.ago(h.age), Seq: seq}
	if o.Kind == person.Bounced || o.Kind == person.Complained {
		o.Address = "old@example.test" // what happened at an earlier address stops nothing
		for i, v := range w.vars {
			if _, ok := v.of.(expr.Suppressed); ok && w.region(w.point, i, w.epoch).value == types.Value(types.Truth(true)) {
				o.Address = ""
			}
		}
	}
	w.out.Person.Outcomes = append(w.out.Person.Outcomes, o)
}

func (w *writer) event(p *past, h happening, seq int64) person.Event {
	e := person.Event{Type: p.event.Address, At: w.ago(h.age), Seq: seq, Fields: map[string]types.Value{}}
	for i, v := range p.within.vars {
		field, ok := v.of.(expr.Field)
		if !ok || v.kind != valued || h.fields == nil {
			continue
		}
		value := p.within.region(h.fields, i, 0).value
		if len(field.Path) == 1 {
			if field.Path[0] != "at" && !types.IsNull(value) {
				e.Fields[field.Path[0]] = value
			}
			continue
		}
		for _, f := range p.event.Fields {
			if f.Name == field.Path[0] && !types.IsNull(value) {
				if types.IsNull(e.Fields[f.Name]) {
					e.Fields[f.Name] = w.reference()
				}
				w.through(f.Type, types.Spell(e.Fields[f.Name]), field.Path[1:], value)
			}
		}
	}
	for _, f := range p.event.Fields {
		if _, there := e.Fields[f.Name]; f.Required && !there {
			e.Fields[f.Name] = usual(f.Type)
		}
	}
	return e
}

// usual is some value of a type.
func usual(t types.Type) types.Value {
	switch t := t.(type) {
	case types.Enum:
		return types.Text(t.Values[0])
	case types.List:
		return types.Values{}
	case types.Object:
		return types.Text("made-up-0")
	case types.Basic:
		switch t {
		case types.Bool:
			return types.Truth(false)
		case types.Duration:
			return types.Span{Amount: 1, Unit: types.Day}
		case types.Number, types.Money:
			return types.Decimal{Decimal: decimal.NewFromInt(1)}
		case types.DateType, types.Timestamp:
			return anyOf(t)
		case types.Email:
			return types.Text("ana@example.test")
		case types.String, types.Phone, types.URL:
		}
	}
	return types.Text("other")
}
