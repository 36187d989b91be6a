package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
)

var endless = &diag.Rule{Code: "CHK107", Summary: "Parts contain each other without end"}

// checkEndless reports each circle of parts once, at its first part's slot.
func checkEndless(p *Pass) {
	told := map[string]bool{}
	for _, part := range p.Program.Parts {
		way := p.wayBack(part.Address)
		if len(way) == 0 || told[part.Address] {
			continue
		}
		path := part.Address
		for _, slot := range way {
			told[slot.Part] = true
			path += " -> " + slot.Part
		}
		d := diag.Diagnostic{
			At: way[0].At, Mark: "contains " + way[0].Part,
			Detail: fmt.Sprintf("The text would never end: %s.", path), Help: "take one of these parts out of the other",
		}
		for _, slot := range way[1:min(len(way), 4)] {
			d.Related = append(d.Related, diag.Label{At: slot.At, Text: "contains " + slot.Part})
		}
		p.say(d)
	}
}

// wayBack is the shortest way from a part into itself: the slots on it; none
// if there is no way.
func (p *Pass) wayBack(start string) []content.PartSlot {
	type arrival struct {
		at  string
		way []content.PartSlot
	}
	seen := map[string]bool{}
	for queue := []arrival{{at: start}}; len(queue) > 0; queue = queue[1:] {
		for _, slot := range p.slotsOf(queue[0].at) {
			way := append(slices.Clip(queue[0].way), slot)
			if slot.Part == start {
				return way
			}
			if !seen[slot.Part] {
				seen[slot.Part] = true
				queue = append(queue, arrival{slot.Part, way})
			}
		}
	}
	return nil
}

// slotsOf lists the parts that a part contains, in any language.
func (p *Pass) slotsOf(part string) []content.PartSlot {
	var out []content.PartSlot
	body := p.parts[part].Body
	for _, language := range languages(body) {
		for _, piece := range body[language].Pieces {
			if slot, ok := piece.(content.PartSlot); ok {
				out = append(out, slot)
			}
		}
	}
	return out
}
