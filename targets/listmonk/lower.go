package listmonk

import (
	"fmt"
	"sort"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// roleFrame is the role of what the platform itself holds: the template around
// every campaign's text. Without one of its own a campaign gets the account's.
const roleFrame = "frame"

// frame is a template that adds nothing.
const frame = `{{ template "content" . }}`

// Lower turns what is placed here into lists, templates and campaigns.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := lowering{LowerRequest: r, lookups: map[resource.Lookup]diag.Range{}}
	l.Program = r.Program.Sorted()
	zone, err := time.LoadLocation(r.Program.Project.Timezone)
	if err != nil {
		panic("listmonk: a program whose time zone does not exist is not lowered: " + err.Error())
	}
	var found diag.List
	account, found := read(l.Program, r.Platform)
	l.found = found
	l.guarding = guarding{program: l.Program, platform: r.Platform, account: account, zone: zone}
	l.placed = map[string]bool{}
	for _, address := range r.Placed {
		l.placed[address] = true
	}
	l.all()
	sort.Slice(l.resources, func(i, j int) bool { return l.resources[i].Address.Less(l.resources[j].Address) })
	return targets.Lowered{Resources: l.resources, Diagnostics: l.found.Sorted(), Lookups: l.lookups}
}

// lowering is one call of Lower.
type lowering struct {
	targets.LowerRequest
	guarding
	placed    map[string]bool
	used      []string // segments and touchpoints that something here holds
	resources []resource.Resource
	lookups   map[resource.Lookup]diag.Range
	found     diag.List
}

func (l *lowering) all() {
	written, found := targets.Written(l.LowerRequest, kinds)
	l.found = append(l.found, found...)
	for _, r := range written {
		l.resources = append(l.resources, normal(r))
	}
	for _, c := range l.Program.Consents {
		if l.placed[c.Address] {
			l.consent(c)
		}
	}
	for _, j := range l.Program.Journeys {
		if l.placed[j.Address] {
			l.journey(j)
		}
	}
	for _, t := range l.Program.Touchpoints {
		if l.placed[t.Address] {
			l.touchpoint(t)
		}
	}
	for _, a := range l.Program.Actions {
		if l.placed[a.Address] {
			l.refuse(noJourney, a.At, a.Address+" goes to "+l.Platform.Address+", and listmonk does nothing but send e-mail.",
				"give it another platform, or leave it out here: leave_out = [action]")
		}
	}
	for _, s := range l.Program.Segments {
		if l.placed[s.Address] {
			l.segment(s)
		}
	}
}

func (l *lowering) refuse(rule *diag.Rule, at diag.Range, detail, help string) {
	l.found = append(l.found, diag.Diagnostic{Rule: rule, At: at, Detail: detail, Help: help})
}

// consent is a list, unless the project says which of the platform's it is.
func (l *lowering) consent(c ir.Consent) {
	if wanted(l.Program, c) == double {
		l.confirms(c)
	}
	if l.account.names.Consent(c.Address).Said {
		l.lookup(l.listOf(c).(resource.Lookup), l.account.names.Consent(c.Address).At)
		return
	}
	attributes := resource.Map{
		"name": resource.String(l.title(c)), "type": resource.String("public"), "optin": resource.String(wanted(l.Program, c)),
	}
	if c.Description != "" {
		attributes["description"] = resource.String(c.Description)
	}
	l.add(c.Header(), "", kindList, attributes)
}

// title is what people see of a consent, in the project's first language.
func (l *lowering) title(c ir.Consent) string {
	if len(l.Program.Project.Languages) > 0 {
		if title := c.Title[l.Program.Project.Languages[0]]; title != "" {
			return title
		}
	}
	return ir.Short(c.Address)
}

// listOf is the list of a consent: ours, or one that is there.
func (l *lowering) listOf(c ir.Consent) resource.Value {
	if name := l.account.names.Consent(c.Address); name.Said {
		return resource.Lookup{Kind: lookList[wanted(l.Program, c)], Key: name.Theirs}
	}
	return resource.Ref{Address: resource.Address{Object: c.Address, Platform: l.Platform.Name}, Output: "id"}
}

func (l *lowering) lookup(look resource.Lookup, at diag.Range) resource.Lookup {
	if _, known := l.lookups[look]; !known {
		l.lookups[look] = at
	}
	return look
}

// segment is written into whatever is for it; alone it is nothing that listmonk
// could hold, only a number that it can count.
func (l *lowering) segment(s ir.Segment) {
	if c := l.counting(s); len(c.found) > 0 {
		l.found = append(l.found, c.found...)
		return
	}
	if !l.isUsed(s.Address) {
		l.refuse(notHeld, s.At, fmt.Sprintf("listmonk stores no segments: their conditions are written into the campaigns that are for them. %s counts %s in plans, and holds nothing of it.", l.Platform.Address, s.Address),
			"leave it out here, or let a one-off journey write to it")
	}
}

func (l *lowering) isUsed(address string) bool {
	for _, used := range l.used {
		if used == address {
			return true
		}
	}
	return false
}

// add makes one object of a declaration, or, with a role, of the platform.
func (l *lowering) add(head ir.Head, role, kind string, attributes resource.Map) {
	address := resource.Address{Object: head.Address, Platform: l.Platform.Name, Role: role}
	name, _ := attributes["name"].(resource.String)
	r := resource.Resource{Address: address, Kind: kind, Key: string(name), Attributes: attributes, At: head.At}
	if kind == kindCampaign {
		r.Switch = resource.On
	}
	l.resources = append(l.resources, r)
}

// frame is the template around campaigns, made once.
func (l *lowering) frame() resource.Ref {
	address := resource.Address{Object: l.Platform.Address, Platform: l.Platform.Name, Role: roleFrame}
	for _, r := range l.resources {
		if r.Address == address {
			return resource.Ref{Address: address, Output: "id"}
		}
	}
	l.add(l.Platform.Header(), roleFrame, kindTemplate, resource.Map{
		"name": resource.String("Trayecto, nothing around the text (" + l.Platform.Name + ")"), "type": resource.String("campaign"), "body": resource.String(frame),
	})
	return resource.Ref{Address: address, Output: "id"}
}
