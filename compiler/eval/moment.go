package eval

import (
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// moment is a moment made ready, with the journeys that enter on it.
type moment struct {
	ir.Moment
	journeys []*journey
}

// watch is a segment whose joining or leaving is a moment.
type watch struct {
	moment   *moment
	in       question
	joins    bool // else leaving
	existing bool
}

// date is a date that is a moment.
type date struct {
	moment *moment
	ir.OnDate
	of question
}

// clock is an absence that lasts: it began with an event, and is over when what
// is missed comes.
type clock struct {
	moment *moment
	*ir.Absence
	began *person.Event
	over  bool
}

// firing is a moment that comes now, and what entry is in the runs that it starts.
type firing struct {
	moment *moment
	entry  person.Event
}

// moment makes a moment ready: what notices it is found by what happens.
func (m *Machine) moment(of ir.Moment) {
	made := &moment{Moment: of}
	m.moments = append(m.moments, made)
	switch d := of.Detect.(type) {
	case ir.OnEvent:
		m.listen(made, d.Event)
	case ir.OnOutcome:
		kind := person.OutcomeKind(d.Outcome)
		m.onKind[happen{d.Touchpoint, kind}] = append(m.onKind[happen{d.Touchpoint, kind}], made)
		m.stirring.add(kindSignal(kind))
	case ir.Absence:
		m.listen(made, d.On)
		base := m.world.streams[d.Without].base
		m.absences[base] = append(m.absences[base], made)
		m.stirring.add(m.events[base])
	case ir.OnDate:
		of := m.question(d.Date)
		of.reads.add(knownSignal) // the zone
		m.dates = append(m.dates, &date{made, d, of})
		m.stirring.join(of.reads)
	case ir.Enters:
		m.watch(&watch{moment: made, in: m.question(expr.Member{Segment: d.Segment}), joins: true, existing: d.Existing})
	case ir.Leaves:
		m.watch(&watch{moment: made, in: m.question(expr.Member{Segment: d.Segment})})
	case nil:
	}
}

func (m *Machine) listen(made *moment, event string) {
	base := m.world.streams[event].base
	m.onEvent[base] = append(m.onEvent[base], made)
	m.stirring.add(m.events[base])
}

func (m *Machine) watch(w *watch) {
	m.watches = append(m.watches, w)
	m.stirring.join(w.in.reads)
}

// detect finds the moments that a change is. Nothing but what notices moments
// changes by it.
func (l *Life) detect(s stir) []firing {
	fired := l.fired[:0]
	if s.event != nil {
		fired = l.onEvent(fired, s.event)
	}
	if s.outcome != nil {
		fired = l.onOutcome(fired, s.outcome)
	}
	for i, w := range l.machine.watches {
		if s.wakes(w.in) || has(s.watches, i) {
			fired = l.watched(fired, i, w)
		}
	}
	for i, d := range l.machine.dates {
		if s.wakes(d.of) {
			l.setDate(i, d)
		}
	}
	for _, i := range s.dates {
		d := l.machine.dates[i]
		fired = append(fired, firing{d.moment, l.just()})
		l.setDate(i, d)
	}
	for _, c := range s.clocks {
		if !c.over {
			c.over = true
			fired = append(fired, firing{c.moment, *c.began})
		}
	}
	l.fired = fired
	return fired
}

// just is entry where a moment has nothing but its instant.
func (l *Life) just() person.Event { return person.Event{At: l.now} }

// onEvent first ends the absences that the event ends, so that an event which
// ends one may begin the next.
func (l *Life) onEvent(fired []firing, event *person.Event) []firing {
	v := l.seen()
	if len(l.clocks) > 0 {
		l.endAbsences(v, event)
	}
	for _, m := range l.machine.onEvent[event.Type] {
		switch d := m.Detect.(type) {
		case ir.OnEvent:
			if v.counts(expr.Source{Event: d.Event, Where: d.If}, event, Context{}) {
				fired = append(fired, firing{m, *event})
			}
		case ir.Absence:
			if v.counts(expr.Source{Event: d.On, Where: d.If}, event, Context{}) {
				c := &clock{moment: m, Absence: &d, began: event}
				l.clocks = append(l.clocks, c)
				l.queue.add(l.delayed(d.For.After(event.At, l.machine.world.Zone)), clockDue{c})
			}
		case ir.OnOutcome, ir.OnDate, ir.Enters, ir.Leaves:
		}
	}
	return fired
}

// endAbsences ends the clocks for whose event this one was missed. Where a field
// must agree, nothing agrees with a null.
func (l *Life) endAbsences(v *view, event *person.Event) {
	kept := l.clocks[:0]
	for _, c := range l.clocks {
		c.over = c.over || v.streams[c.Without].base == event.Type && v.counts(expr.Source{Event: c.Without}, event, Context{}) && c.agrees(event)
		if !c.over {
			kept = append(kept, c)
		}
	}
	clear(l.clocks[len(kept):])
	l.clocks = kept
}

func (c *clock) agrees(event *person.Event) bool {
	if c.Same == "" {
		return true
	}
	order, comparable := types.Compare(orNull(c.began.Fields[c.Same]), orNull(event.Fields[c.Same]))
	return comparable && order == 0
}

func (l *Life) onOutcome(fired []firing, o *person.Outcome) []firing {
	for _, m := range l.machine.onKind[happen{o.Touchpoint, o.Kind}] {
		d, ok := m.Detect.(ir.OnOutcome)
		if !ok {
			continue
		}
		entry := person.Event{At: o.At, Seq: o.Seq}
		if d.If == nil || l.seen().truth(d.If, Context{It: &entry}) == expr.True {
			fired = append(fired, firing{m, entry})
		}
	}
	return fired
}

// watched looks whether the person is in a watched segment, and sets the timer
// for when that can change by itself.
func (l *Life) watched(fired []firing, i int, w *watch) []firing {
	v := l.seen()
	was, is := l.in[i], v.truth(w.in.of, Context{}) == expr.True
	l.in[i] = is
	l.setWatch(i, w)
	if was != is && is == w.joins {
		for _, j := range w.moment.journeys {
			l.unsure(v, Ref{Journey: j.Address}, Joining, w.in.of, Context{})
		}
		fired = append(fired, firing{w.moment, l.just()})
	}
	return fired
}

func (l *Life) setWatch(i int, w *watch) {
	l.watchRound[i]++
	if w.in.timed {
		l.queue.add(l.delayed(l.seen().next(w.in.of, Context{})), watchDue{i, l.watchRound[i]})
	}
}

// setDate sets the timer for the next day on which a date comes.
func (l *Life) setDate(i int, d *date) {
	l.dateRound[i]++
	v := l.seen()
	l.queue.add(d.next(v.value(d.Date, Context{}), l.now, v.personZone()), dateDue{i, l.dateRound[i]})
}

// next is the first instant after now at which the date comes; never where it
// is not known, or has passed and does not come again.
func (d *date) next(value types.Value, now types.Instant, zone *time.Location) types.Instant {
	day, ok := value.(types.Date)
	if at, isInstant := value.(types.Instant); isInstant {
		day, ok = types.NewDate(at.Time().In(zone)), true
	}
	if !ok {
		return never
	}
	if d.Every.IsZero() || d.Every.Amount == 0 {
		if at := d.on(day, zone); at > now {
			return at
		}
		return never
	}
	for n := d.periods(day, now); ; n++ {
		if at := d.on(d.again(day, n), zone); at > now {
			return at
		}
	}
}

// OnDay is the instant at which a moment on a date comes to those whose date is
// that day, in a zone.
func OnDay(d ir.OnDate, day types.Date, zone *time.Location) types.Instant {
	return (&date{OnDate: d}).on(day, zone)
}

// Comes is the first instant after another one at which a moment on a date comes
// to those whose date it is; false where it does not come again.
func Comes(d ir.OnDate, value types.Value, after types.Instant, zone *time.Location) (types.Instant, bool) {
	at := (&date{OnDate: d}).next(value, after, zone)
	return at, at != never
}

// periods is a number of returns after which the date has surely not come yet
// once more: the search for the next begins there.
func (d *date) periods(day types.Date, now types.Instant) int64 {
	longest := types.Instant(31) * 24 * hour
	switch d.Every.Unit {
	case types.Year:
		longest = 366 * 24 * hour
	case types.Month:
	default:
		longest = types.Instant(d.Every.Exact() / time.Microsecond)
	}
	if d.Every.Calendar() {
		longest *= types.Instant(d.Every.Amount)
	}
	passed := now - types.NewInstant(day.Time())
	return max(0, int64(passed/longest)-2)
}

// again is the day of the n-th return. A day that the month lacks comes on the
// first of the next: 29 February counts on 1 March.
func (d *date) again(day types.Date, n int64) types.Date {
	t := day.Time()
	switch d.Every.Unit {
	case types.Year:
		return types.NewDate(time.Date(t.Year()+int(n*d.Every.Amount), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
	case types.Month:
		first := time.Date(t.Year(), t.Month()+time.Month(n*d.Every.Amount), 1, 0, 0, 0, 0, time.UTC)
		last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
		return types.NewDate(time.Date(first.Year(), first.Month(), min(t.Day(), last+1), 0, 0, 0, 0, time.UTC))
	}
	return types.NewDate(t.Add(time.Duration(n) * d.Every.Exact()))
}

// on is the instant at which a day is noticed: so long before it, at the time
// of day. Days and weeks ahead are counted on the calendar, so that clocks that
// change do not move the time of day; hours and minutes back from it.
func (d *date) on(day types.Date, zone *time.Location) types.Instant {
	ahead := d.Before
	t := day.Time()
	switch ahead.Unit {
	case types.Day:
		t = t.AddDate(0, 0, -int(ahead.Amount))
	case types.Week:
		t = t.AddDate(0, 0, -7*int(ahead.Amount))
	case types.Month, types.Year:
		t = ahead.Before(types.NewInstant(t), time.UTC).Time()
	}
	at := types.NewInstant(types.Civil(t.Year(), t.Month(), t.Day(), clockTime(d.Clock), zone))
	switch ahead.Unit {
	case types.Second, types.Minute, types.Hour:
		return ahead.Before(at, zone)
	}
	return at
}

// clockTime is the time since midnight of "09:00"; midnight where nothing is said.
func clockTime(text string) time.Duration {
	if len(text) != len("09:00") {
		return 0
	}
	two := func(i int) time.Duration { return time.Duration(text[i]-'0')*10 + time.Duration(text[i+1]-'0') }
	return two(0)*time.Hour + two(3)*time.Minute
}
