package notifuse

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// Lower turns what is placed here into lists, segments, templates and
// automations. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	r.Program = r.Program.Sorted()
	slices.Sort(r.Placed)
	l := newLowering(r)
	for _, address := range l.Placed {
		l.declaration(address)
	}
	l.limits()
	written, strange := targets.Written(l.LowerRequest, kinds)
	l.found = append(l.found, strange...)
	for _, r := range written {
		l.resources = append(l.resources, normalList(r))
	}
	sort.Slice(l.resources, func(i, j int) bool { return l.resources[i].Address.Less(l.resources[j].Address) })
	return targets.Lowered{Resources: l.resources, Diagnostics: l.found.Sorted(), Lookups: l.lookups}
}

// lowering is one call of Lower.
type lowering struct {
	targets.LowerRequest
	names  names
	placed map[string]bool
	zone   *time.Location // the project's

	resources     []resource.Resource
	lookups       map[resource.Lookup]diag.Range
	found         diag.List
	unlisted      map[string]bool // exclusions that somebody asked for
	serviceListed bool
}

func newLowering(r targets.LowerRequest) *lowering {
	l := &lowering{LowerRequest: r, placed: map[string]bool{},
		lookups: map[resource.Lookup]diag.Range{}, unlisted: map[string]bool{}}
	l.Placed = slices.Clone(r.Placed)
	for _, address := range r.Placed {
		l.placed[address] = true
	}
	l.names, l.found = read(r.Program, r.Platform)
	zone, err := time.LoadLocation(r.Program.Project.Timezone)
	if err != nil {
		panic("notifuse: a program whose time zone does not exist is not lowered: " + err.Error())
	}
	l.zone = zone
	return l
}

func (l *lowering) declaration(address string) {
	switch ir.KindOf(address) {
	case "consent":
		if c, ok := ir.Find(l.Program.Consents, address); ok {
			l.consent(c)
		}
	case "segment":
		if s, ok := ir.Find(l.Program.Segments, address); ok {
			l.segment(s)
		}
	case "touchpoint":
		if t, ok := ir.Find(l.Program.Touchpoints, address); ok {
			l.touchpoint(t)
		}
	case "journey":
		j, ok := ir.Find(l.Program.Journeys, address)
		switch {
		case ok && j.Enter.Instant != nil:
			l.oneOff(j)
		case ok:
			l.journey(j)
		}
	}
}

func (l *lowering) add(object, role, kind string, attributes resource.Map, at diag.Range, places map[string]diag.Range) {
	l.resources = append(l.resources, resource.Resource{
		Address: resource.Address{Object: object, Platform: l.Platform.Name, Role: role},
		Kind:    kind, Key: keyOf(kind, attributes), Attributes: attributes, Switch: switchOf(kind), At: at, Places: places,
	})
}

// keyOf is the name by which people know an object: that of a list.
func keyOf(kind string, attributes resource.Map) string {
	if kind == kindList {
		return text(attributes["name"])
	}
	return ""
}

// look notes what the account must have, and where the files say so.
func (l *lowering) look(kind, key string, at diag.Range) {
	look := resource.Lookup{Kind: kind, Key: key}
	if _, known := l.lookups[look]; !known {
		l.lookups[look] = at
	}
}

// title is a name for people: the address without its kind.
func (l *lowering) title(address string) string { return ir.Short(address) }

// consent is a list of ours, unless the account has one for it.
func (l *lowering) consent(c ir.Consent) {
	if said := l.names.Consent(c.Address); said.Said {
		l.look(lookList, said.Theirs, said.At)
		return
	}
	name := l.title(c.Address)
	if title := c.Title[l.language()]; title != "" {
		name = title
	}
	attributes := resource.Map{"name": resource.String(name), "public": resource.Bool(true), "double_opt_in": resource.Bool(false)}
	if c.Description != "" {
		attributes["description"] = resource.String(c.Description)
	}
	l.add(c.Address, "", kindList, attributes, c.At, nil)
}

// language is the project's first, the default.
func (l *lowering) language() string {
	if len(l.Program.Project.Languages) == 0 {
		return ""
	}
	return l.Program.Project.Languages[0]
}

func (l *lowering) segment(s ir.Segment) {
	c := condition{lowering: l, at: s.At}
	attributes := resource.Map{
		"name": resource.String(l.title(s.Address)), "timezone": resource.String(l.Program.Project.Timezone),
		"tree": encode(c.tree(s.Where)),
	}
	l.add(s.Address, "", kindSegment, attributes, s.At, map[string]diag.Range{"tree": s.Where.Range()})
}

// limits says what the platform does not keep of what is declared, where
// messages go out from it at all.
func (l *lowering) limits() {
	for _, x := range l.Program.Exclusions {
		if l.unlisted[x.Address] {
			l.found = append(l.found, diag.Diagnostic{Rule: noList, At: x.At,
				Detail: fmt.Sprintf("%s matches by what Notifuse cannot compare, so on %s everyone whom it could name counts as named.", x.Address, l.Platform.Address)})
		}
	}
	if !slices.ContainsFunc(l.resources, func(r resource.Resource) bool { return reaches(r.Kind) }) {
		return
	}
	for _, p := range l.Program.Pressures {
		l.unbound(p.At, p.Address, "counts no messages and keeps no hours")
	}
	for _, x := range l.Program.Controls {
		l.unbound(x.At, x.Address, "holds nobody back to measure effects")
	}
	for _, m := range l.Program.Moments {
		if m.Within.IsZero() || !l.late(m) {
			continue
		}
		l.unbound(m.At, m.Address, "drops nothing that comes after a deadline")
	}
}

// late tells whether a journey here may write after the deadline of the moment
// that it begins with.
func (l *lowering) late(m ir.Moment) bool {
	late := false
	for _, j := range l.Program.Journeys {
		if j.Enter.Moment != m.Address || !l.placed[j.Address] {
			continue
		}
		a := &automation{lowering: l, journey: j, arrive: map[string]lasted{}}
		a.walk(j.Steps, lasted{steps: map[string]lasted{}})
		ir.Walk(j.Steps, func(s ir.Step) {
			_, sends := s.(ir.Send)
			late = late || sends && a.arrive[s.StepName()].most+noticed.Exact() > m.Within.Exact()
		})
	}
	return late
}

func (l *lowering) unbound(at diag.Range, address, why string) {
	l.found = append(l.found, diag.Diagnostic{Rule: notBound, At: at,
		Detail: fmt.Sprintf("%s does not bind on %s: Notifuse %s.", address, l.Platform.Address, why)})
}
