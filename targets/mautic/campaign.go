package mautic

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/account"
)

// longest is how many events a campaign may have. Mautic documents no limit;
// past this one nobody can read it there.
const longest = 100

// campaigns makes the campaign of each placed journey.
func (l *lowering) campaigns() {
	for _, j := range account.Here(l, l.Program.Journeys) {
		c := &campaign{l: l, journey: j, names: map[string]int{}}
		from := c.entry()
		c.steps(j.Steps, way0, func(cursor) {})
		if len(c.events) == 0 && !c.told && !c.found.HasErrors() {
			c.refuse(j.At, "send something, or leave the journey out", "A campaign needs at least one event, and to wait is none.")
		}
		l.Found = append(l.Found, c.found...)
		if c.told || c.found.HasErrors() {
			continue
		}
		l.Add(resource.Resource{
			Address: l.Address(j.Address, ""), Kind: kindCampaign, Switch: resource.On, At: j.At, Places: map[string]diag.Range{"lists": j.Enter.At},
			Attributes: resource.Map{
				"allowRestart": resource.Bool(j.Enter.Again == "always"), "events": numbered(c.events),
				"lists": resource.List{resource.Map{"id": from}},
			},
		})
	}
	l.unkept()
}

// campaign is one journey on its way.
type campaign struct {
	l       *lowering
	journey ir.Journey
	events  []resource.Map
	names   map[string]int // how often an event of a name is there
	parted  diag.Range     // the first step that makes several ways of one
	found   diag.List
	told    bool // something that stands in the way was told elsewhere
}

// refuse says what the campaign cannot do, and what would help.
func (c *campaign) refuse(at diag.Range, help, why string, args ...any) {
	if at.IsZero() {
		at = c.journey.At
	}
	c.found = append(c.found, diag.Diagnostic{Rule: noPlace, At: at, Mark: c.l.Platform.Address + " cannot do this", Detail: fmt.Sprintf(why, args...), Help: help})
}

// entry is the segment whose members a campaign takes in, after everything that
// it would do otherwise than the journey says has been refused.
func (c *campaign) entry() resource.Value {
	j := c.journey
	moment, _ := ir.Find(c.l.Program.Moments, j.Enter.Moment)
	enters, ok := moment.Detect.(ir.Enters)
	if !ok {
		c.refuse(j.Enter.At, "enter on a moment that detects who enters a segment", "A campaign takes in whoever is in a segment, and nothing else can begin it.")
		return nil
	}
	c.held(enters)
	switch {
	case j.Enter.If != nil:
		c.refuse(j.Enter.If.Range(), "say it in "+enters.Segment, "A campaign takes in everybody in its segment.")
	case j.Enter.Again != "never" && j.Enter.Again != "always" && j.Enter.Again != "":
		c.refuse(j.Enter.At, "write again = \"never\" or again = \"always\"", "A campaign lets somebody in once, or each time, and counts no time between.")
	case len(j.Enter.Per) > 0:
		c.refuse(j.Enter.At, "", "A campaign counts entries by contact and not by %s.", j.Enter.Per[0])
	}
	if j.OnChange != "migrate" {
		c.refuse(j.At, "write on_change = \"migrate\"", "Mautic edits a campaign in place: whoever waits at an event that stays goes on from there, so %q cannot be kept.", j.OnChange)
	}
	if !c.l.Has(enters.Segment) {
		c.refuse(j.Enter.At, "", "%s does not go to %s.", enters.Segment, c.l.Platform.Address)
	}
	return c.source(enters)
}

// roleIn is the role of the segment of those who are in a journey.
const roleIn = "in"

// source is the segment whose members a campaign takes in and lets go again: the
// one that people enter, or where more than leaving it ends the journey, those of
// it for whom none of that holds.
func (c *campaign) source(enters ir.Enters) resource.Value {
	ends := c.ends(c.journey.LeaveIf, enters.Segment)
	if c.journey.Goal != nil {
		ends = append(ends, c.journey.Goal)
	}
	if len(ends) == 0 {
		return resource.Ref{Address: c.l.Address(enters.Segment, ""), Output: "id"}
	}
	terms := []expr.Expr{expr.Member{Place: expr.Place{At: enters.At}, Segment: enters.Segment}}
	for _, e := range ends {
		terms = append(terms, expr.Not{Place: expr.Place{At: e.Range()}, Term: expr.Is{Place: expr.Place{At: e.Range()}, Term: e, Verdict: expr.True}})
	}
	q := c.l.clause(c.journey.Enter.At)
	filters, ok := q.filters(expr.And{Place: expr.Place{At: c.journey.Enter.At}, Terms: terms})
	if c.found = append(c.found, q.Found...); !ok {
		return nil
	}
	c.l.warn(c.journey.Head, "Whoever has reached the goal or is to leave when they come into "+enters.Segment+" enters later, if that changes: Mautic does not remember it.")
	address := c.l.Address(c.journey.Address, roleIn)
	c.l.Add(resource.Resource{Address: address, Kind: kindSegment, At: c.journey.At, Attributes: resource.Map{"filters": filters}, Places: map[string]diag.Range{"filters": c.journey.Enter.At}})
	return resource.Ref{Address: address, Output: "id"}
}

// ends lists what ends a journey beside leaving its segment.
func (c *campaign) ends(e expr.Expr, segment string) []expr.Expr {
	if or, ok := e.(expr.Or); ok {
		var out []expr.Expr
		for _, term := range or.Terms {
			out = append(out, c.ends(term, segment)...)
		}
		return out
	}
	if e == nil || leaves(e, segment) {
		return nil
	}
	return []expr.Expr{e}
}

// leaves tells whether leaving a segment is a reason to leave.
func leaves(e expr.Expr, segment string) bool {
	if or, ok := e.(expr.Or); ok {
		return slices.ContainsFunc(or.Terms, func(term expr.Expr) bool { return leaves(term, segment) })
	}
	not, ok := e.(expr.Not)
	if !ok {
		return false
	}
	member, ok := not.Term.(expr.Member)
	return ok && member.Segment == segment
}

// held sees that a journey says what a campaign does with its segment: it takes
// in who is there already, and lets go who is there no more.
func (c *campaign) held(enters ir.Enters) {
	at := enters.At
	if at.IsZero() {
		at = c.journey.Enter.At
	}
	if !enters.Existing {
		c.refuse(at, "write existing = true where that is meant", "A campaign takes in everybody who is in %s when it is published, and whoever comes into it because its words change.", enters.Segment)
	} else {
		c.l.warn(c.journey.Head, fmt.Sprintf("Whoever comes into %s because its words change enters too: Mautic does not tell why somebody is in a segment.", enters.Segment))
	}
	if leaves(c.journey.LeaveIf, enters.Segment) {
		return
	}
	leave := c.journey.Enter.At
	if c.journey.LeaveIf != nil {
		leave = c.journey.LeaveIf.Range()
	}
	c.refuse(leave, "write leave_if = !"+enters.Segment+", with || before what else is a reason", "A campaign lets go of whoever is not in its segment any more.")
}

// add makes an event behind another. A name that is there already, on another
// way, gets a number, so that each is found again when the campaign is edited.
func (c *campaign) add(from cursor, name string, event resource.Map) string {
	c.names[name]++
	if n := c.names[name]; n > 1 {
		name = fmt.Sprintf("%s (%d)", name, n)
	}
	id := fmt.Sprintf("new_%d", len(c.events)+1)
	event["id"], event["name"] = resource.String(id), resource.String(name)
	event["triggerMode"] = resource.String("immediate")
	if n, unit := from.delay(); n > 0 {
		event["triggerMode"], event["triggerInterval"], event["triggerIntervalUnit"] = resource.String("interval"), resource.Number(fmt.Sprint(n)), resource.String(unit)
	}
	if from.parent != "" {
		event["parent"] = resource.String(from.parent)
	}
	if from.path != "" {
		event["decisionPath"] = resource.String(from.path)
	}
	if len(c.events) == longest {
		c.long()
	}
	c.events = append(c.events, event)
	return id
}

// parts notes where one way becomes several that take different times.
func (c *campaign) parts(at diag.Range) {
	if c.parted.IsZero() {
		c.parted = at
	}
}

// long refuses a campaign that nobody could read any more, where it begins to be
// so long.
func (c *campaign) long() {
	if c.parted.IsZero() {
		c.refuse(c.journey.At, "make two journeys of it", "This makes more than %d events, which is the most that a campaign gets here.", longest)
		return
	}
	c.refuse(c.parted, "put what has no wait in it before this step, or make two journeys of it", "Ways that take different times do not come together again in a campaign: what follows this step is there once for each way. That makes more than %d events.", longest)
}

// event is one of Mautic's.
func event(kind, of string, properties resource.Map) resource.Map {
	return resource.Map{"type": resource.String(of), "eventType": resource.String(kind), "properties": properties}
}

// condition asks whether a contact is in a segment, as it was built last.
func condition(segment resource.Value) resource.Map {
	return event("condition", "lead.segments", resource.Map{"segments": resource.List{segment}})
}

// unkept says what Mautic does not keep to though it sends marketing.
func (l *lowering) unkept() {
	if l.Offers() {
		l.Unkept(notKept,
			"Mautic does not hold messages back by these limits and hours. Its own frequency rules work by the settings of the installation.",
			"Mautic does not know who is in the control group, so campaigns write to them too, and effects measured against it come out too small.")
	}
}

func (l *lowering) warn(h ir.Head, why string) {
	l.Found = append(l.Found, diag.Diagnostic{Rule: notKept, At: h.At, Mark: "not on " + l.Platform.Address, Detail: why})
}
