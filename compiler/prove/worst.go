package prove

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// The most messages that one person can get within the window of a limit, if
// nothing holds any back. It is an upper bound and not somebody's life: every
// journey is entered whenever it may be, every wait that may end early does,
// every branch is the one with more messages, and every message bounces at once,
// so that the next channel is tried. Journeys add up, each at its worst.
//
// Within a journey the messages of a run lie at least as far apart as the waits
// between them are long. A run of a key begins when the one before is over, and
// again says how far their beginnings lie apart. So the least time in which k
// messages are there is found step by step, last to first, for k = 1, 2, ..., and
// the most is the last k that fits the window.

// Worst is the most that one person can get of what a limit counts.
type Worst struct {
	Pressure string     `json:"pressure"` // "pressure.all"
	Limit    string     `json:"limit"`
	Max      int        `json:"max"`
	Per      string     `json:"per"`
	Classes  []ir.Class `json:"classes"`
	// Counted is what the limit counts apart and is at its worst: a channel or a
	// purpose; "" where everything counts together.
	Counted string `json:"counted,omitempty"`
	// Most is the bound; it means nothing where there is none.
	Most    int    `json:"most"`
	Endless bool   `json:"endless,omitempty"`
	Of      []Load `json:"of,omitempty"` // the journeys that add to it
}

// Load is the most that one journey adds.
type Load struct {
	Journey string `json:"journey"`
	Most    int    `json:"most"`
	Endless bool   `json:"endless,omitempty"`
}

// Reached tells whether the limit can be passed where nothing holds messages back.
func (w Worst) Reached() bool { return w.Endless || w.Most > w.Max }

// Uncounted is messages of a class that no limit counts, by the journeys that
// send them.
type Uncounted struct {
	Class    ir.Class `json:"class"`
	Journeys []string `json:"journeys"`
}

// mostCounted is beyond what limits may say: who can get so many, can get any
// number.
const mostCounted = 1001

// AtWorst is the worst case of each limit over the journeys that placed lists, nil
// for all that the environment does not leave out, and what no limit counts. Without limits there is nothing to say.
func AtWorst(p *ir.Program, placed []string) ([]Worst, []Uncounted) {
	var out []Worst
	var limits []ir.Limit
	if placed == nil {
		placed = []string{}
		for _, j := range p.Journeys {
			if !p.LeftOut(j.Address) {
				placed = append(placed, j.Address)
			}
		}
	}
	scale := weighing{p, placed, map[ir.Class]time.Duration{}}
	for _, pressure := range p.Pressures {
		for _, l := range pressure.Limits {
			out = append(out, scale.worst(pressure.Address, l))
			limits = append(limits, l)
		}
	}
	if len(limits) == 0 {
		return nil, nil
	}
	return out, uncounted(p, placed, limits)
}

// weighing is what is weighed. Closed is how long messages of a class may be
// held back by hours, as far as it was asked.
type weighing struct {
	program *ir.Program
	placed  []string
	closed  map[ir.Class]time.Duration
}

// worst is the worst of what a limit counts apart.
func (s weighing) worst(pressure string, l ir.Limit) Worst {
	p := s.program
	out := Worst{Pressure: pressure, Limit: l.Name, Max: l.Max, Per: l.Per.String(), Classes: l.Classes}
	apart := []string{""}
	switch l.By {
	case "channel":
		apart = addressesOf(p.Channels)
	case "purpose":
		apart = addressesOf(p.Purposes)
	}
	for i, counted := range apart {
		w := out
		w.Counted = counted
		for _, j := range p.Journeys {
			if !slices.Contains(s.placed, j.Address) {
				continue
			}
			if most, endless := s.mostOf(j, counter{l, counted}); endless || most > 0 {
				w.Of = append(w.Of, Load{j.Address, most, endless})
				w.Most, w.Endless = w.Most+most, w.Endless || endless
			}
		}
		if i == 0 || w.Endless && !out.Endless || w.Endless == out.Endless && w.Most > out.Most {
			out = w
		}
	}
	return out
}

func addressesOf[D ir.Declaration](list []D) []string {
	out := make([]string, len(list))
	for i, d := range list {
		out[i] = d.Header().Address
	}
	return out
}

// counter is what of a limit is counted: everything, or what goes out on one
// channel or for one purpose.
type counter struct {
	ir.Limit
	apart string
}

// of is how many messages a step sends that count: one on each channel, if each
// before it bounces.
func (c counter) of(p *ir.Program, touchpoint string) int {
	t, _ := ir.Find(p.Touchpoints, touchpoint)
	purpose, _ := ir.Find(p.Purposes, t.Purpose)
	if !slices.Contains(c.Classes, purpose.Class) || c.By == "purpose" && t.Purpose != c.apart {
		return 0
	}
	n := 0
	for _, channel := range t.Channels {
		counts := len(c.Channels) == 0 || slices.Contains(c.Channels, channel)
		if counts && (c.By != "channel" || channel == c.apart) {
			n++
		}
	}
	return n
}

// mostOf is the most that a journey adds within the limit's window.
func (s weighing) mostOf(j ir.Journey, c counter) (most int, endless bool) {
	b := burden{weighing: s, journey: j, table: j.Table(), window: longest(c.Per)}
	sends := false
	for _, e := range b.table.Entries {
		n := 0
		if send, is := e.Step.(ir.Send); is {
			n = c.of(s.program, send.Touchpoint)
		}
		b.weight = append(b.weight, n)
		sends = sends || n > 0
	}
	if !sends {
		return 0, false
	}
	if len(j.Enter.Per) > 0 { // a run for each of as many objects as there are
		return 0, true
	}
	b.again = b.reentry()
	b.survey()
	most = b.within()
	if b.again == 0 || b.again == forever {
		return most, most >= mostCounted
	}
	// Beginnings lie apart, so no more runs than these touch the window.
	runs := int64(b.window/b.again) + 2
	b.again = forever
	if single := int64(b.within()); b.window != math.MaxInt64 && runs*single < int64(most) {
		most = int(runs * single)
	}
	return most, most >= mostCounted
}

// forever is longer than any time.
const forever = time.Duration(math.MaxInt64)

// burden is how one journey weighs.
type burden struct {
	weighing
	journey ir.Journey
	table   ir.Table
	window  time.Duration
	weight  []int           // by entry: how many messages it sends that count
	again   time.Duration   // between the beginnings of two runs at least
	over    []time.Duration // by entry: how soon after it the run may be over
	since   []time.Duration // by entry: how long after its beginning a run leaves it at most
}

// reentry is how far the beginnings of two runs lie apart at least.
func (b *burden) reentry() time.Duration {
	enter := b.journey.Enter
	if enter.Instant != nil || enter.Again == "" || enter.Again == "never" {
		return forever
	}
	apart := b.returns()
	if enter.Again == "always" {
		return apart
	}
	span, err := types.ParseSpan(enter.Again)
	if err != nil {
		return apart
	}
	return max(apart, shortest(span))
}

// returns is how far apart a date comes at least, if it is one that stays as it
// is: zones, and days that a month lacks, move it by a day or two.
func (b *burden) returns() time.Duration {
	m, _ := ir.Find(b.program.Moments, b.journey.Enter.Moment)
	d, is := m.Detect.(ir.OnDate)
	if !is || !b.stays(d.Date) {
		return 0
	}
	if d.Every.IsZero() {
		return forever
	}
	return max(0, shortest(d.Every)-2*day)
}

func (b *burden) stays(e expr.Expr) bool {
	stays := true
	expr.Walk(e, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.Attribute:
			a, ok := b.program.Person.AttributeNamed(e.Path[0])
			stays = stays && ok && a.Stable && a.Value == nil && len(e.Path) == 1
		case expr.Literal:
		default:
			stays = false
		}
		return stays
	})
	return stays
}

// survey finds how soon a run may be over, and how late it gets to each entry.
func (b *burden) survey() {
	n := len(b.table.Entries)
	b.over, b.since = make([]time.Duration, n), make([]time.Duration, n)
	ends := b.journey.Goal != nil || b.journey.LeaveIf != nil
	for i := n - 1; i >= 0; i-- {
		e := b.table.Entries[i]
		least := forever
		b.follow(e, func(next int, wait time.Duration) {
			if next != ir.Over {
				wait = plus(wait, b.over[next])
			}
			least = min(least, wait)
		})
		if b.over[i] = least; ends || hasControl(e) {
			b.over[i] = 0
		}
	}
	for i, e := range b.table.Entries {
		b.since[i] = plus(b.since[i], b.atMost(e))
		to := func(next int) {
			if next != ir.Over {
				b.since[next] = max(b.since[next], b.since[i])
			}
		}
		if len(e.Ways) == 0 {
			to(e.Next)
		}
		for _, w := range e.Ways {
			to(w.Next)
		}
	}
}

func hasControl(e ir.Entry) bool {
	return slices.ContainsFunc(e.Ways, func(w ir.Way) bool { return w.Control })
}

// follow visits where an entry leads and how long that takes at least.
func (b *burden) follow(e ir.Entry, to func(next int, wait time.Duration)) {
	if w, is := e.Step.(ir.Wait); is && w.Until == nil {
		to(e.Next, shortest(w.For))
		return
	}
	if len(e.Ways) == 0 {
		to(e.Next, 0)
	}
	for _, w := range e.Ways {
		if !w.Control {
			to(w.Next, 0)
		}
	}
}

// atMost is how long a run stays at an entry at most.
func (b *burden) atMost(e ir.Entry) time.Duration {
	switch s := e.Step.(type) {
	case ir.Wait:
		return longest(s.For)
	case ir.Split:
		if s.Decide == "" {
			return 0
		}
		if after, err := types.ParseSpan(s.Decide); err == nil {
			return longest(after)
		}
		return forever
	case ir.Send:
		return b.held(s)
	case ir.Do, ir.Choose:
	}
	return 0
}

// held is how long a message is held back at most: where it waits for its turn,
// without end.
func (b *burden) held(s ir.Send) time.Duration {
	t, _ := ir.Find(b.program.Touchpoints, s.Touchpoint)
	purpose, _ := ir.Find(b.program.Purposes, t.Purpose)
	for _, p := range b.program.Pressures {
		for _, l := range p.Limits {
			if s.IfCapped == "wait" && slices.Contains(l.Classes, purpose.Class) {
				return forever
			}
		}
	}
	known, asked := b.closed[purpose.Class]
	if !asked {
		known = closed(hoursOf(b.program, purpose.Class))
		b.closed[purpose.Class] = known
	}
	return known
}

// hoursOf is the calendars that a class of messages keeps to.
func hoursOf(p *ir.Program, class ir.Class) []ir.Calendar {
	var out []ir.Calendar
	for _, pressure := range p.Pressures {
		for _, h := range pressure.Hours {
			if c, ok := ir.Find(p.Calendars, h.Calendar); ok && slices.Contains(h.Classes, class) {
				out = append(out, c)
			}
		}
	}
	return out
}

// closed is longer than calendars are closed at a stretch: the longest stretch of
// an ordinary week on either side of all days that are closed by their date, and
// a change of clocks. A stretch begins where some calendar closes.
func closed(calendars []ir.Calendar) time.Duration {
	if len(calendars) == 0 {
		return 0
	}
	var longest, dated time.Duration
	weekly := slices.Clone(calendars)
	monday := time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC)
	ends := []time.Time{monday}
	for i, c := range calendars {
		weekly[i].Closed = nil
		for _, period := range c.Closed {
			dated += daysIn(period)
		}
		for _, open := range c.Open {
			for d := range 7 {
				ends = append(ends, monday.AddDate(0, 0, d).Add(clockOf(open.To)))
			}
		}
	}
	for _, end := range ends {
		at := types.NewInstant(end)
		opens, ok := eval.Opens(weekly, at, time.UTC)
		if !ok {
			return forever
		}
		longest = max(longest, time.Duration(opens-at)*time.Microsecond)
	}
	return 2*longest + dated + clockChange
}

// clockOf is the time since midnight of "18:00"; "24:00" is the end of the day.
func clockOf(text string) time.Duration {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return day
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
}

// daysIn is how long a closed day or period is.
func daysIn(period string) time.Duration {
	from, to := period, period
	if len(period) > len(time.DateOnly) {
		from, to = period[:len(time.DateOnly)], period[len(time.DateOnly)+1:]
	}
	first, err := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	if err != nil || err2 != nil || last.Before(first) {
		return forever / 4
	}
	return last.Sub(first) + day
}

func plus(a, b time.Duration) time.Duration {
	if a > forever-b {
		return forever
	}
	return a + b
}

// within is the most messages that fit the window, which does not hold both of
// two that lie as far apart as it is long.
func (b *burden) within() int {
	n := len(b.table.Entries)
	least := [][]time.Duration{make([]time.Duration, n)} // by count, by entry; none are there at once
	for k := 1; k <= mostCounted; k++ {
		row := make([]time.Duration, n)
		least = append(least, row)
		fits := false
		for i := n - 1; i >= 0; i-- {
			e := b.table.Entries[i]
			if w := b.weight[i]; w > 0 {
				row[i] = b.after(i, least, max(0, k-w))
				fits = fits || row[i] < b.window
				continue
			}
			row[i] = forever
			b.follow(e, func(next int, wait time.Duration) {
				if next != ir.Over {
					row[i] = min(row[i], plus(wait, row[next]))
				}
			})
		}
		if !fits {
			return k - 1
		}
	}
	return mostCounted
}

// after is the least time from a message to k more: in the same run, or in one
// that begins when it may.
func (b *burden) after(i int, least [][]time.Duration, k int) time.Duration {
	if k == 0 {
		return 0
	}
	out, over := forever, time.Duration(0)
	if next := b.table.Entries[i].Next; next != ir.Over {
		out, over = least[k][next], b.over[next]
	}
	if b.journey.Goal != nil || b.journey.LeaveIf != nil {
		over = 0
	}
	if b.again == forever {
		return out
	}
	begins := over
	if late := b.since[i]; late < b.again {
		begins = max(begins, b.again-late)
	}
	return min(out, plus(begins, least[k][0]))
}

// uncounted lists by class the journeys that send what no limit counts.
func uncounted(p *ir.Program, placed []string, limits []ir.Limit) []Uncounted {
	var out []Uncounted
	for _, class := range []ir.Class{ir.Service, ir.Marketing} {
		u := Uncounted{Class: class}
		for _, j := range p.Journeys {
			free := false
			ir.Walk(j.Steps, func(s ir.Step) {
				send, _ := s.(ir.Send)
				t, ok := ir.Find(p.Touchpoints, send.Touchpoint)
				purpose, _ := ir.Find(p.Purposes, t.Purpose)
				free = free || ok && purpose.Class == class && slices.ContainsFunc(t.Channels, func(channel string) bool { return !limited(limits, class, channel) })
			})
			if free && slices.Contains(placed, j.Address) {
				u.Journeys = append(u.Journeys, j.Address)
			}
		}
		if len(u.Journeys) > 0 {
			out = append(out, u)
		}
	}
	return out
}

func limited(limits []ir.Limit, class ir.Class, channel string) bool {
	return slices.ContainsFunc(limits, func(l ir.Limit) bool {
		return slices.Contains(l.Classes, class) && (len(l.Channels) == 0 || slices.Contains(l.Channels, channel))
	})
}

// Sentence says what a limit is up against, in words.
func (w Worst) Sentence() string {
	limit := fmt.Sprintf("%d %s in %s (%s, %s)", w.Max, messagesIn(w.Classes, w.Max), w.Per, w.Pressure, w.Limit)
	if w.Counted != "" {
		limit += " for " + w.Counted
	}
	switch {
	case w.Endless:
		return limit + " can be passed without end, by " + w.loads()
	case w.Most > w.Max:
		return fmt.Sprintf("%s can be passed: at worst %d, by %s", limit, w.Most, w.loads())
	case w.Most == 0:
		return limit + " is never reached: nothing is sent that it counts"
	}
	return fmt.Sprintf("%s is never passed: at worst %d, by %s", limit, w.Most, w.loads())
}

// mostLoads is how many journeys a sentence names.
const mostLoads = 4

func (w Worst) loads() string {
	text := ""
	for i, l := range w.Of {
		if i == mostLoads {
			return text + fmt.Sprintf(" and %d more", len(w.Of)-i)
		}
		if i > 0 {
			text += ", "
		}
		text += l.Journey
		if !l.Endless && len(w.Of) > 1 {
			text += fmt.Sprintf(" %d", l.Most)
		}
	}
	return text
}

func messagesIn(classes []ir.Class, n int) string {
	text := "messages"
	if n == 1 {
		text = "message"
	}
	if len(classes) == 1 {
		return string(classes[0]) + " " + text
	}
	return text
}
