package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
)

func (b *builder) calendar(from *block.Block) {
	r := b.read(from)
	calendar := ir.Calendar{Head: r.head(), Closed: r.days("closed")}
	for _, child := range from.Of("open") {
		open := r.in(child)
		calendar.Open = append(calendar.Open, ir.Opening{
			Name: child.Label(0), Days: open.words("days"), From: open.clock("from"), To: open.clock("to"),
		})
	}
	b.program.Calendars = append(b.program.Calendars, calendar)
}

func (b *builder) pressure(from *block.Block) {
	r := b.read(from)
	pressure := ir.Pressure{Head: r.head(), Priority: r.refs("priority")}
	for _, child := range from.Of("limit") {
		limit := r.in(child)
		pressure.Limits = append(pressure.Limits, ir.Limit{
			Name: child.Label(0), Max: limit.integer("max"), Per: limit.span("per"),
			Classes: limit.classesOrAll(), Channels: limit.refs("channels"), By: limit.word("by"),
		})
	}
	for _, child := range from.Of("hours") {
		hours := r.in(child)
		pressure.Hours = append(pressure.Hours, ir.Hours{Calendar: hours.ref("calendar"), Classes: hours.classesOrAll()})
	}
	b.program.Pressures = append(b.program.Pressures, pressure)
}

func (b *builder) control(from *block.Block) {
	r := b.read(from)
	b.program.Controls = append(b.program.Controls, ir.Control{
		Head: r.head(), Share: r.decimal("share"), Classes: r.classesOrAll(), Renew: r.span("renew"),
	})
}
