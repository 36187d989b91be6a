package local

import "github.com/trayecto/trayecto/compiler/ir"

func (f *form) moment(m ir.Moment) {
	f.text("kind", m.Kind)
	f.text("phase", m.Phase)
	f.number("emotion", m.Emotion)
	f.span("within", m.Within)
	f.localized("fear", m.Fear)
	f.localized("opportunity", m.Opportunity)
	f.text("anticipates", m.Anticipates)
	f.list("detect", f.inner(func(in *form) { in.detect(m.Detect) }))
	f.clock(m.Within, m.At)
}

// detect puts how a moment is noticed. An outcome is looked at by name.
func (f *form) detect(d ir.Detect) {
	switch d := d.(type) {
	case ir.OnEvent:
		f.text("on", d.Event)
		f.on(d.Event, d.At)
		f.expr("if", d.If)
	case ir.OnOutcome:
		f.text("on", d.Touchpoint+"."+d.Outcome)
		f.expr("if", d.If)
	case ir.Absence:
		f.text("on", d.On)
		f.on(d.On, d.At)
		f.text("without", d.Without)
		f.on(d.Without, d.At)
		f.text("same", d.Same)
		f.span("for", d.For)
		f.expr("if", d.If)
		f.clock(d.For, d.At)
	case ir.OnDate:
		f.expr("date", d.Date)
		f.span("every", d.Every)
		f.span("before", d.Before)
		f.text("at", d.Clock)
		f.on(timezone, d.At)
		f.on(personTimezone, d.At)
	case ir.Enters:
		f.text("enters", d.Segment)
		f.on(d.Segment, d.At)
		f.flag("existing", d.Existing)
	case ir.Leaves:
		f.text("leaves", d.Segment)
		f.on(d.Segment, d.At)
	case nil:
	}
}
