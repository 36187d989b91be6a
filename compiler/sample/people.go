package sample

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// People is n random people of a program, made up, with histories in order.
// Keys are unique; IDs are in order.
func People(src Source, p *ir.Program, o Options, n int) []*person.Person {
	c := crowd{src, o, p}
	out := make([]*person.Person, n)
	for i := range out {
		out[i] = c.person(i)
	}
	return out
}

// Lists is random exclusion lists for a program: none, old, of unknown age, or
// fresh, naming some of the first people that People makes.
func Lists(src Source, p *ir.Program, o Options) person.Lists {
	lists := person.Lists{}
	for _, x := range p.Exclusions {
		if chance(src, 4) {
			continue
		}
		list := &person.ExclusionList{Exclusion: x.Address, Rows: map[string]bool{}}
		for i := range 1 + src.IntN(6) {
			row := emailOf(i)
			if len(x.Match) > 1 {
				row += "\x00" + phoneOf(i-src.IntN(2)*i)
			}
			list.Rows[row] = true
		}
		if !chance(src, 4) {
			list.AsOf = o.instant(src)
		}
		lists[x.Address] = list
	}
	return lists
}

type crowd struct {
	src Source
	Options
	program *ir.Program
}

func (c crowd) person(n int) *person.Person {
	p := &person.Person{ID: fmt.Sprintf("c%05d", n), Attributes: map[string]types.Value{}}
	p.Attributes["customer_id"] = types.Text(p.ID)
	if !chance(c.src, 6) {
		p.Attributes["email"] = types.Text(emailOf(n))
	}
	if !chance(c.src, 4) {
		p.Attributes["phone"] = types.Text(phoneOf(n))
	}
	c.attributes(p)
	if chance(c.src, 6) {
		return p
	}
	c.events(p)
	c.acts(p)
	c.outcomes(p)
	c.objects(p)
	p.Sort()
	return p
}

func (c crowd) attributes(p *person.Person) {
	for _, a := range c.program.Person.Attributes {
		switch {
		case a.Value != nil:
		case a.Name == c.program.Person.Timezone:
			p.Attributes[a.Name] = c.orNull(types.Text(one(c.src, append(zones, "", "Nowhere/Else"))))
		default:
			p.Attributes[a.Name] = c.orNull(c.constant(c.src, a.Type))
		}
		if !a.FreshFor.IsZero() && !chance(c.src, 3) {
			if p.Observed == nil {
				p.Observed = map[string]types.Instant{}
			}
			p.Observed[a.Name] = c.instant(c.src)
		}
	}
}

func (c crowd) orNull(v types.Value) types.Value {
	if chance(c.src, 4) {
		return types.Null{}
	}
	return v
}

func (c crowd) events(p *person.Person) {
	sequence := c.src.IntN(1000)
	for range c.src.IntN(9) {
		event := c.event()
		sequence += 1 + c.src.IntN(3)
		event.At, event.Seq = c.instant(c.src), int64(sequence)
		p.Events = append(p.Events, event)
	}
	if len(p.Events) > 1 && chance(c.src, 2) { // at the same instant
		p.Events[1].At = p.Events[0].At
	}
}

// event is a recorded event without its place in time.
func (c crowd) event() person.Event {
	recorded := slices.DeleteFunc(slices.Clone(c.program.Events), func(e ir.Event) bool { return e.From != "" })
	event := one(c.src, recorded)
	fields := map[string]types.Value{}
	for _, f := range event.Fields {
		fields[f.Name] = c.constant(c.src, f.Type)
		if !f.Required {
			fields[f.Name] = c.orNull(fields[f.Name])
		}
	}
	return person.Event{Type: event.Address, Fields: fields}
}

// acts are recorded ones, some of which captures derive from events too.
func (c crowd) acts(p *person.Person) {
	for _, consent := range c.program.Consents {
		for range c.src.IntN(4) {
			act := person.Act{
				Consent: consent.Address, At: c.instant(c.src), Channel: one(c.src, append([]string{""}, consent.Channels...)),
				Kind:    one(c.src, []person.ActKind{person.Grant, person.Grant, person.Confirm, person.Refuse, person.Withdraw}),
				Address: one(c.src, []string{"", "", types.Spell(p.Get("email")), "old@example.test"}),
			}
			if len(p.Events) > 0 && chance(c.src, 3) {
				act.At = one(c.src, p.Events).At
			}
			if act.Kind == person.Grant && chance(c.src, 4) {
				act.ExpiresAt = c.instant(c.src)
			}
			p.Acts = append(p.Acts, act)
		}
	}
}

func (c crowd) outcomes(p *person.Person) {
	for i, t := range c.program.Touchpoints {
		for n := range c.src.IntN(4) {
			p.Outcomes = append(p.Outcomes, person.Outcome{
				Touchpoint: t.Address, Channel: one(c.src, append([]string{""}, t.Channels...)),
				Address: one(c.src, []string{"", "", "", types.Spell(p.Get("email")), "old@example.test"}),
				Kind:    c.outcome(), At: c.instant(c.src), Seq: int64(10*i + n),
			})
		}
	}
}

// outcome is most often one that stops nothing.
func (c crowd) outcome() person.OutcomeKind {
	if chance(c.src, 4) {
		return one(c.src, []person.OutcomeKind{person.Bounced, person.Complained, person.Unsubscribed})
	}
	return one(c.src, []person.OutcomeKind{person.Sent, person.Delivered, person.Opened, person.Clicked, person.SoftBounced})
}

// objects knows some attributes of some of the objects.
func (c crowd) objects(p *person.Person) {
	for _, object := range c.program.Objects {
		for _, key := range keys {
			if chance(c.src, 3) {
				continue
			}
			known := map[string]types.Value{}
			for _, a := range object.Attributes {
				known[a.Name] = c.orNull(c.constant(c.src, a.Type))
			}
			if p.Objects == nil {
				p.Objects = map[person.ObjectKey]map[string]types.Value{}
			}
			p.Objects[person.ObjectKey{Object: object.Address, Key: key}] = known
		}
	}
}
