package prove

import (
	"fmt"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
)

// The most messages that one person can get within the window of a limit, if
// nothing holds any back. It is an upper bound and not somebody's life: every
// journey is entered whenever it may be, every wait that may end early does,
// every branch is the one with more messages, and every message bounces at once,
// so that the next channel is tried. Journeys add up, each at its worst.

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
