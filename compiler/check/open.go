package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var noHour = &diag.Rule{Code: "CHK157", Summary: "Hours leave no time to send"}

// checkOpen is about classes of messages whose calendars are each open and never
// at once: nothing of the class could ever be sent.
func checkOpen(p *Pass) {
	for _, class := range []ir.Class{ir.Marketing, ir.Service} {
		calendars, at := p.hours(class)
		if len(calendars) < 2 {
			continue
		}
		weekly := make([]ir.Calendar, len(calendars))
		each := true
		for i, c := range calendars {
			c.Closed = nil
			weekly[i] = c
			_, opens := eval.Opens(weekly[i:i+1], ordinary, p.zone())
			each = each && opens
		}
		if _, opens := eval.Opens(weekly, ordinary, p.zone()); opens || !each {
			continue
		}
		last := len(calendars) - 1
		d := diag.Diagnostic{
			At: at[last], Mark: fmt.Sprintf("%s messages keep to %s", class, calendars[last].Address),
			Detail: fmt.Sprintf("A message goes out only while every calendar of its class is open. %s are never open at once, so no %s message could ever be sent.", listed(addresses(calendars)), class),
			Help:   "let the class keep to one calendar, or let their hours meet",
		}
		for i := range min(last, 3) {
			d.Related = append(d.Related, diag.Label{At: at[i], Text: "and to " + calendars[i].Address})
		}
		p.say(d)
	}
}

// hours is the calendars that a class of messages keeps to, each once, and where
// that is said.
func (p *Pass) hours(class ir.Class) (calendars []ir.Calendar, at []diag.Range) {
	for _, pressure := range p.Program.Pressures {
		b := p.blocks()[pressure.Address]
		for i, h := range pressure.Hours {
			c, ok := ir.Find(p.Program.Calendars, h.Calendar)
			known := slices.ContainsFunc(calendars, func(k ir.Calendar) bool { return k.Address == c.Address })
			if !ok || known || !slices.Contains(h.Classes, class) {
				continue
			}
			place := pressure.At
			if b != nil && i < len(b.Of("hours")) {
				place = b.Of("hours")[i].At
			}
			calendars, at = append(calendars, c), append(at, place)
		}
	}
	return calendars, at
}
