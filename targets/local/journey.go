package local

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
)

func (f *form) journey(j ir.Journey) {
	f.list("enter", f.inner(func(in *form) { in.enter(j.Enter) }))
	f.expr("goal", j.Goal)
	f.expr("leave_if", j.LeaveIf)
	f.text("on_change", j.OnChange)
	f.list("steps", f.steps(j.Steps))
	formerly := resource.List{}
	for _, was := range j.Formerly {
		formerly = append(formerly, f.inner(func(in *form) {
			in.text("step", was.Name)
			in.text("first", was.First)
		}))
	}
	f.list("formerly", formerly)
}

func (f *form) enter(e ir.Enter) {
	f.text("on", e.Moment)
	f.on(e.Moment, e.At)
	f.value("at", e.Instant)
	f.text("who", e.Who)
	f.on(e.Who, e.At)
	f.expr("if", e.If)
	f.text("again", e.Again)
	f.texts("per", e.Per)
}

// steps are a list in the order of the file; each says what it does under its
// own word: {send = "hello", touchpoint = "touchpoint.welcome_mail"}.
func (f *form) steps(steps []ir.Step) resource.List {
	out := resource.List{}
	for _, s := range steps {
		out = append(out, f.inner(func(in *form) { in.step(s) }))
	}
	return out
}

func (f *form) step(s ir.Step) {
	switch s := s.(type) {
	case ir.Send:
		f.text("send", s.Name)
		f.text("touchpoint", s.Touchpoint)
		f.on(s.Touchpoint, s.At)
		f.text("if_capped", s.IfCapped)
	case ir.Do:
		f.text("do", s.Name)
		f.text("action", s.Action)
		f.on(s.Action, s.At)
	case ir.Wait:
		f.text("wait", s.Name)
		f.span("for", s.For)
		f.clock(s.For, s.At)
		f.expr("until", s.Until)
	case ir.Choose:
		f.choose(s)
	case ir.Split:
		f.split(s)
	}
}

func (f *form) choose(s ir.Choose) {
	f.text("choose", s.Name)
	branches := resource.List{}
	for _, b := range s.When {
		branches = append(branches, f.inner(func(in *form) {
			in.text("name", b.Name)
			in.expr("if", b.If)
			in.list("steps", in.steps(b.Steps))
		}))
	}
	f.list("when", branches)
	f.list("otherwise", f.steps(s.Otherwise))
}

func (f *form) split(s ir.Split) {
	f.text("split", s.Name)
	f.text("metric", s.Metric)
	f.on(s.Metric, s.At)
	f.value("test_on", s.TestOn)
	f.text("decide", s.Decide)
	variants := resource.List{}
	for _, v := range s.Variants {
		variants = append(variants, f.inner(func(in *form) {
			in.text("name", v.Name)
			in.number("weight", v.Weight)
			in.flag("control", v.Control)
			in.list("steps", in.steps(v.Steps))
		}))
	}
	f.list("variants", variants)
}
