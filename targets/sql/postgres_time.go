package sql

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/types"
)

func (w *writer) now() {
	if w.At != nil {
		w.text(instant(*w.At))
		return
	}
	w.call(w.support("now"))
}

// endless is more years than any clock of ours holds on both sides.
const endless = 4000

func (w *writer) shift(s Shift) {
	if _, present := s.Of.(Now); present && w.At != nil {
		w.text(instant(w.moved(s)))
		return
	}
	switch months, calendar := calendarMonths(s.By); {
	case calendar && months > endless*12 || !calendar && s.By.Exact().Hours() > endless*366*24:
		w.text("TIMESTAMPTZ ", QuoteText(sign(s.Back, "-", "")+"infinity"))
	case calendar:
		zone := QuoteText(w.Zone.String())
		w.text("(((")
		w.expr(s.Of)
		w.text(" AT TIME ZONE ", zone, ")", sign(s.Back, " - ", " + "), fmt.Sprintf("INTERVAL '%d months') AT TIME ZONE %s)", months, zone))
	default:
		w.text("(")
		w.expr(s.Of)
		w.text(sign(s.Back, " - ", " + "), fmt.Sprintf("INTERVAL '%d seconds')", int64(s.By.Exact().Seconds())))
	}
}

func (w *writer) moved(s Shift) types.Instant {
	if s.Back {
		return s.By.Before(*w.At, w.Zone)
	}
	return s.By.After(*w.At, w.Zone)
}

func calendarMonths(s types.Span) (months int64, calendar bool) {
	switch s.Unit {
	case types.Month:
		return s.Amount, true
	case types.Year:
		return 12 * s.Amount, true
	case types.Second, types.Minute, types.Hour, types.Day, types.Week:
	}
	return 0, false
}

func sign(back bool, minus, plus string) string {
	if back {
		return minus
	}
	return plus
}
