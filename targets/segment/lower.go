package segment

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// lookPlan is the kind of look-ups: a tracking plan by name.
const lookPlan = "tracking plan"

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.audiences()
	l.traits()
	l.rules()
	l.unheld()
	return l.End(kinds, nil)
}

// lowering is one call of Lower.
type lowering struct {
	account.Lowering
	grain types.Span // the declared approximation; zero: none
}

func newLowering(r targets.LowerRequest) *lowering {
	l := &lowering{Lowering: account.Begin(r, wrongSetting)}
	l.settings()
	return l
}

// audiences makes the audience of each placed segment. Its name is the address
// of the segment, which people find in the files.
func (l *lowering) audiences() {
	for _, s := range account.Here(l, l.Program.Segments) {
		words, ok := l.definition(s)
		if !ok {
			continue
		}
		attributes := resource.Map{"definition": resource.Map{"query": resource.String(words)}, "enabled": resource.Bool(true)}
		if s.Description != "" {
			attributes["description"] = resource.String(s.Description)
		}
		l.Add(resource.Resource{
			Address: l.Address(s.Address, ""), Kind: kindAudience,
			Attributes: attributes, At: s.At, Places: map[string]diag.Range{"definition": s.Where.Range()},
		})
	}
}

// definition is a segment in Segment's words.
func (l *lowering) definition(s ir.Segment) (string, bool) {
	q := l.query(s.At)
	words, ok := q.condition(s.Where)
	l.Found = append(l.Found, q.Found...)
	return words, ok
}

// unheld refuses what would do something to people, and says that consents are
// for another platform to keep.
func (l *lowering) unheld() {
	for _, j := range account.Here(l, l.Program.Journeys) {
		l.refuse(j.Head, "It runs no journeys.")
	}
	for _, t := range account.Here(l, l.Program.Touchpoints) {
		l.refuse(t.Head, "It sends no messages.")
	}
	for _, a := range account.Here(l, l.Program.Actions) {
		l.refuse(a.Head, "It carries out no actions.")
	}
	for _, c := range account.Here(l, l.Program.Consents) {
		l.Found = append(l.Found, diag.Diagnostic{
			Rule: noConsent, At: c.At, Mark: "not on " + l.Platform.Address,
			Detail: "Segment holds what is known of people and what they did. Who said yes to what is kept by the platform that sends, and is asked there.",
			Help:   "write leave_out = [" + c.Address + "] in the env file",
		})
	}
}

func (l *lowering) refuse(h ir.Head, why string) {
	l.Found = append(l.Found, diag.Diagnostic{
		Rule: noSends, At: h.At, Mark: "not on " + l.Platform.Address,
		Detail: "Segment tells other systems who is in an audience. " + why,
		Help:   "write leave_out = [" + h.Address + "] in the env file, or send it to a platform that sends: platforms = [...]",
	})
}
