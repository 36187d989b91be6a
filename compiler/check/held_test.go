package check_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// The worst instant of a week for a deadline is found among the ends of hours, or
// among the times at which a date comes: no other one of the week is worse, for
// random hours, waits and deadlines. So it is around days that are closed by date.
func TestNoInstantIsWorse(t *testing.T) {
	for name, dated := range map[string]bool{"in an ordinary week": false, "around closed days": true} {
		t.Run(name, func(t *testing.T) {
			late, fine := 0, 0
			for seed := range uint64(80) {
				src := rand.New(rand.NewPCG(seed, 3))
				p := answered(src)
				monday, now, days := time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC), types.Instant(0), 7
				if dated {
					p.Moments[0].Within.Amount += 24
					closed(src, p, monday)
					now, days = types.NewInstant(monday), 45
					if _, _, told := check.Latest(p, 0); told {
						continue
					}
				}
				comes, takes, found := check.Latest(p, now)
				if found {
					late++
				} else {
					fine++
				}
				for minute := 0; minute < days*24*60; minute += 30 {
					at := types.NewInstant(monday.Add(time.Duration(minute) * time.Minute))
					longer, is := check.LateAt(p, at)
					switch is = is && mayCome(p, at); {
					case is && !found:
						t.Fatalf("seed %d: at %s it is too late, and no instant was found", seed, types.Spell(at))
					case is && longer > takes:
						t.Fatalf("seed %d: at %s it takes longer than at %s, which was found", seed, types.Spell(at), types.Spell(comes))
					}
				}
			}
			t.Logf("%d late, %d not", late, fine)
			if late < 20 || fine < 5 {
				t.Errorf("%d late, %d not: hardly tried", late, fine)
			}
		})
	}
}

// mayCome tells whether the moment may come at an instant: one on a date comes at
// its time of day, all others at any.
func mayCome(p *ir.Program, at types.Instant) bool {
	d, is := p.Moments[0].Detect.(ir.OnDate)
	return !is || at.Time().Format("15:04") == d.Clock
}

// closed closes calendars for a day or some days of the weeks from a Monday on.
func closed(src *rand.Rand, p *ir.Program, monday time.Time) {
	for i := range p.Calendars {
		for range src.IntN(3) {
			first := monday.AddDate(0, 0, 10+src.IntN(20))
			period := first.Format(time.DateOnly)
			if src.IntN(2) == 0 {
				period += "/" + first.AddDate(0, 0, 1+src.IntN(6)).Format(time.DateOnly)
			}
			p.Calendars[i].Closed = append(p.Calendars[i].Closed, period)
		}
	}
}

// answered is one to three journeys that answer a moment with messages of two
// classes, each with hours of its own.
func answered(src *rand.Rand) *ir.Program {
	hours := func(n int) types.Span { return types.Span{Amount: int64(n), Unit: types.Hour} }
	p := &ir.Program{
		Project: ir.Project{Timezone: "UTC"},
		Moments: []ir.Moment{{Head: ir.Head{Address: "moment.m"}, Within: hours(1 + src.IntN(50))}},
	}
	days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	for i, class := range []ir.Class{ir.Service, ir.Marketing} {
		name := fmt.Sprint(i)
		from := 6 + src.IntN(8)
		p.Calendars = append(p.Calendars, ir.Calendar{Head: ir.Head{Address: "calendar." + name}, Open: []ir.Opening{
			{Days: days[src.IntN(3) : 4+src.IntN(4)], From: fmt.Sprintf("%02d:00", from), To: fmt.Sprintf("%02d:30", from+1+src.IntN(8))},
			{Days: days[src.IntN(7):], From: "22:00", To: "24:00"},
		}})
		p.Pressures = append(p.Pressures, ir.Pressure{Hours: []ir.Hours{{Calendar: "calendar." + name, Classes: []ir.Class{class}}}})
		p.Purposes = append(p.Purposes, ir.Purpose{Head: ir.Head{Address: "purpose." + name}, Class: class})
		p.Touchpoints = append(p.Touchpoints, ir.Touchpoint{Head: ir.Head{Address: "touchpoint." + name}, Purpose: "purpose." + name})
	}
	if src.IntN(3) == 0 {
		p.Moments[0].Detect = ir.OnDate{Date: expr.Attribute{Path: []string{"due"}}, Before: types.Span{Amount: int64(src.IntN(3)), Unit: types.Day}, Clock: fmt.Sprintf("%02d:00", src.IntN(24))}
	}
	for i := range 1 + src.IntN(3) {
		j := ir.Journey{Head: ir.Head{Address: fmt.Sprintf("journey.j%d", i)}, Enter: ir.Enter{Moment: "moment.m"}}
		for k := range src.IntN(3) {
			j.Steps = append(j.Steps, ir.Wait{Name: fmt.Sprintf("w%d", k), For: hours(1 + src.IntN(20))})
		}
		j.Steps = append(j.Steps, ir.Send{Name: "s", Touchpoint: fmt.Sprintf("touchpoint.%d", src.IntN(2))})
		p.Journeys = append(p.Journeys, j)
	}
	return p
}
