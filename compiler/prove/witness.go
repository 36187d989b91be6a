package prove

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Witness is a made-up person for whom something holds, with the lists that
// they are or are not on, at one instant.
type Witness struct {
	Person *person.Person
	Lists  person.Lists
	Now    types.Instant
}

// writer makes a person out of a point. What it cannot make so, such as a sum
// that no single event gives, comes out wrong: so nobody believes a witness
// before the reference evaluator agrees.
type writer struct {
	*space
	program *ir.Program
	point   *point
	epoch   int
	out     *Witness
	objects int
}

// witness is the person at a point in an epoch.
func (s *space) witness(program *ir.Program, p *point, epoch int) *Witness {
	w := &writer{space: s, program: program, point: p, epoch: epoch, out: &Witness{
		Now:   s.moment.now,
		Lists: person.Lists{},
		Person: &person.Person{
			ID: "made-up-1", Attributes: map[string]types.Value{}, Observed: map[string]types.Instant{},
			Objects: map[person.ObjectKey]map[string]types.Value{},
		},
	}}
	w.keys()
	w.values()
	w.calls()
	w.records()
	w.suppressions()
	w.events()
	w.exclusions()
	w.out.Person.Sort()
	return w.out
}

// ago is an instant before now.
func (w *writer) ago(micros int64) types.Instant { return w.out.Now - types.Instant(micros) }

func (w *writer) keys() {
	p := w.out.Person
	for i, k := range w.program.Person.Keys {
		if _, asked := w.byKey["value of "+expr.Print(expr.Attribute{Path: []string{k.Name}, Type: k.Type})+" as "+class(k.Type)]; !asked && i > 0 {
			continue
		}
		p.Attributes[k.Name] = types.Text(p.ID)
	}
}

// values writes what is known as it is.
func (w *writer) values() {
	for i, v := range w.vars {
		attribute, ok := v.of.(expr.Attribute)
		if !ok {
			continue
		}
		r := w.region(w.point, i, w.epoch)
		switch v.kind {
		case valued:
			w.attribute(attribute.Path, r.value)
		case aged, agedLong:
			if !types.IsNull(r.value) && (len(v.spans) > 0) && w.unbound(v) {
				w.attribute(attribute.Path, w.ago(w.age(v, r)))
			}
		case counted, opaque, decided:
		}
	}
}

// unbound tells whether no fixed instant is asked of what v is the age of.
func (w *writer) unbound(v *variable) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(v.key, "long "), "age of ")
	i, ok := w.byKey["value of "+name]
	return !ok || len(w.vars[i].cuts) == 0
}

// age is an age in a region, in microseconds.
func (w *writer) age(v *variable, r region) int64 {
	const hour, day = int64(time.Hour / time.Microsecond), int64(24 * time.Hour / time.Microsecond)
	end := func(i int64) int64 { return w.moment.length(expr.Window{Length: v.spans[i]}) }
	switch {
	case r.future:
		return -30 * day
	case r.lo < 0 && r.hi == 0:
		return end(0) / 2
	case r.hi == int64(len(v.spans)):
		return end(r.lo) + 10*day
	}
	from, to := end(r.lo), end(r.hi)
	middle := from + (to-from)/2
	if whole := middle / day * day; whole >= from {
		return whole
	}
	return max(middle, from) / hour * hour
}

func (w *writer) attribute(path []string, value types.Value) {
	p := w.out.Person
	if len(path) == 1 {
		p.Attributes[path[0]] = value
		if path[0] == w.program.Person.Keys[0].Name {
			p.ID = types.Spell(value)
		}
		p.Observed[path[0]] = w.ago(int64(time.Second / time.Microsecond))
		return
	}
	if types.IsNull(value) {
		return
	}
	a, ok := w.program.Person.AttributeNamed(path[0])
	if !ok {
		return
	}
	if object, ok := ir.Find(w.program.Objects, a.Type.String()); ok && len(path) == 2 && object.Key.Name == path[1] {
		w.attribute(path[:1], value)
		return
	}
	if types.IsNull(p.Get(path[0])) {
		p.Attributes[path[0]] = w.reference()
		p.Observed[path[0]] = w.ago(int64(time.Second / time.Microsecond))
	}
	w.through(a.Type, types.Spell(p.Get(path[0])), path[1:], value)
}

func (w *writer) reference() types.Text {
	w.objects++
	return types.Text(fmt.Sprintf("made-up-%d", w.objects))
}

// through writes an attribute of an object that something refers to.
func (w *writer) through(t types.Type, key string, path []string, value types.Value) {
	reference, ok := t.(types.Object)
	if !ok || types.IsNull(value) {
		return
	}
	object, ok := ir.Find(w.program.Objects, reference.String())
	if !ok || object.Key.Name == path[0] {
		return
	}
	at := person.ObjectKey{Object: object.Address, Key: key}
	if w.out.Person.Objects[at] == nil {
		w.out.Person.Objects[at] = map[string]types.Value{}
	}
	known := w.out.Person.Objects[at]
	if len(path) == 1 {
		known[path[0]] = value
		return
	}
	for _, a := range object.Attributes {
		if a.Name == path[0] {
			if types.IsNull(known[a.Name]) {
				known[a.Name] = w.reference()
			}
			w.through(a.Type, types.Spell(known[a.Name]), path[1:], value)
		}
	}
}

// calls turns a few functions around, where their argument is an attribute that
// is not asked about itself.
func (w *writer) calls() {
	for i, v := range w.vars {
		call, ok := v.of.(expr.Call)
		if !ok || v.kind != valued || len(call.Args) == 0 {
			continue
		}
		attribute, ok := call.Args[0].(expr.Attribute)
		value := w.region(w.point, i, w.epoch).value
		if !ok || types.IsNull(value) || len(attribute.Path) != 1 || !types.IsNull(w.out.Person.Get(attribute.Path[0])) {
			continue
		}
		if before := turnedRound(call, value, w.out.Now); before != nil {
			w.attribute(attribute.Path, before)
		}
	}
}

// turnedRound is an argument for which a function has a value, or nil.
func turnedRound(call expr.Call, value types.Value, now types.Instant) types.Value {
	switch call.Func {
	case "lower":
		return value
	case "age":
		if n, ok := value.(types.Decimal); ok && !n.IsNegative() {
			return types.NewDate(now.Time().AddDate(-int(n.Floor().IntPart()), -1, 0))
		}
	case "starts_with", "contains":
		part, ok := call.Args[len(call.Args)-1].(expr.Literal)
		if yes, _ := value.(types.Truth); ok && bool(yes) {
			return part.Value
		}
		return types.Text("other")
	}
	return nil
}

// records writes the acts that bring about the states of consent records.
func (w *writer) records() {
	for i, v := range w.vars {
		record, ok := v.of.(expr.Record)
		if !ok || record.Fact != expr.State {
			continue
		}
		state, _ := w.region(w.point, i, w.epoch).value.(types.Text)
		w.record(record, eval.ConsentState(state))
	}
}

func (w *writer) record(of expr.Record, state eval.ConsentState) {
	const hour, day = int64(time.Hour / time.Microsecond), int64(24 * time.Hour / time.Microsecond)
	granted, hasGranted := w.fact(of, expr.GrantedAt, 30*day)
	confirmed, hasConfirmed := w.fact(of, expr.ConfirmedAt, 0)
	expires, hasExpires := w.fact(of, expr.ExpiresAt, -365*day)
	act := func(kind person.ActKind, ago int64) {
		a := person.Act{Consent: of.Consent, Channel: of.Channel, Kind: kind, At: w.ago(ago)}
		if kind == person.Grant && hasExpires {
			a.ExpiresAt = w.ago(expires)
		}
		w.out.Person.Acts = append(w.out.Person.Acts, a)
	}
	if state == eval.Expired {
		hasExpires, granted, expires = true, max(granted, 2*day), min(max(expires, hour), day)
	}
	if hasGranted || state == eval.Granted || state == eval.Expired {
		act(person.Grant, granted)
		if hasConfirmed {
			if confirmed == 0 {
				confirmed = granted - min(hour, granted/2)
			}
			act(person.Confirm, confirmed)
		}
	}
	switch state {
	case eval.Refused:
		act(person.Refuse, min(granted/2, 20*day))
	case eval.Withdrawn:
		act(person.Withdraw, min(granted/2, 20*day))
	case eval.StateUnknown, eval.Granted, eval.Expired, eval.Requested, eval.Revoked:
	}
}

// fact is how long ago an instant of a record was, and whether it is set. Usual
// is what it is where nothing asks how long.
func (w *writer) fact(of expr.Record, fact expr.Fact, usual int64) (ago int64, set bool) {
	of.Fact = fact
	name := expr.Print(of)
	if i, ok := w.byKey["value of "+name]; ok {
		r := w.region(w.point, i, w.epoch)
		if set = !types.IsNull(r.value); set && len(w.vars[i].cuts) > 0 {
			if at, ok := r.value.(types.Instant); ok {
				return int64(w.out.Now - at), set
			}
		}
	}
	for _, prefix := range []string{"age of ", "long age of "} {
		if i, ok := w.byKey[prefix+name]; ok {
			if r := w.region(w.point, i, w.epoch); !types.IsNull(r.value) && len(w.vars[i].spans) > 0 {
				usual = w.age(w.vars[i], r)
			}
		}
	}
	return usual, set
}

// suppressions writes, for an address that is closed, a message to it that
// bounced. It closes the address for every class of messages.
func (w *writer) suppressions() {
	var closed []string
	for i, v := range w.vars {
		s, ok := v.of.(expr.Suppressed)
		if !ok || slices.Contains(closed, s.Channel) || w.region(w.point, i, w.epoch).value != types.Value(types.Truth(true)) {
			continue
		}
		closed = append(closed, s.Channel)
		at := w.ago(int64(40 * 24 * time.Hour / time.Microsecond))
		w.out.Person.Outcomes = append(w.out.Person.Outcomes, person.Outcome{Channel: s.Channel, Kind: person.Bounced, At: at})
	}
}

// exclusions makes the lists: fresh, and naming the person or nobody.
func (w *writer) exclusions() {
	for _, x := range w.program.Exclusions {
		list := &person.ExclusionList{Exclusion: x.Address, Rows: map[string]bool{}, AsOf: w.out.Now}
		w.out.Lists[x.Address] = list
		i, ok := w.byKey["verdict of "+expr.Print(expr.Excluded{Exclusion: x.Address})]
		if !ok || w.region(w.point, i, w.epoch).value != types.Value(types.Truth(true)) {
			continue
		}
		world, err := w.judges.of(w.program, w.out.Lists, w.out.Now)
		if err != nil {
			continue
		}
		columns := make([]string, len(x.Match))
		for k, m := range x.Match {
			columns[k] = types.Spell(world.Value(m, w.out.Person, eval.Context{}))
		}
		list.Rows[strings.Join(columns, "\x00")] = true
	}
}
