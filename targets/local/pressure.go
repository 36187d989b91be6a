package local

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
)

func (f *form) calendar(c ir.Calendar) {
	open := resource.Map{}
	for _, o := range c.Open {
		open[o.Name] = f.inner(func(in *form) {
			in.texts("days", o.Days)
			in.text("from", o.From)
			in.text("to", o.To)
		})
	}
	f.list("open", open)
	f.texts("closed", c.Closed)
	f.on(timezone, c.At)
	f.on(personTimezone, c.At)
}

// pressure names the journeys in its priority and is not built on them.
func (f *form) pressure(p ir.Pressure) {
	limits := resource.Map{}
	for _, limit := range p.Limits {
		limits[limit.Name] = f.inner(func(in *form) {
			in.number("max", limit.Max)
			in.span("per", limit.Per)
			in.clock(limit.Per, p.At)
			in.texts("classes", plainWords(limit.Classes))
			in.texts("channels", limit.Channels)
			in.onAll(limit.Channels, p.At)
			in.text("by", limit.By)
		})
	}
	f.list("limits", limits)
	hours := resource.List{}
	for _, h := range p.Hours {
		hours = append(hours, f.inner(func(in *form) {
			in.text("calendar", h.Calendar)
			in.on(h.Calendar, p.At)
			in.texts("classes", plainWords(h.Classes))
		}))
	}
	f.list("hours", hours)
	f.texts("priority", p.Priority)
}

func (f *form) control(c ir.Control) {
	f.value("share", c.Share)
	f.texts("classes", plainWords(c.Classes))
	f.span("renew", c.Renew)
	f.clock(c.Renew, c.At)
}
