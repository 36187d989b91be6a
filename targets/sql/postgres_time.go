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
	months, seconds := lengthOf(s.By)
	_, present := s.Of.(Now)
	switch {
	case months > endless*12 || seconds > endless*366*24*3600:
		w.text("TIMESTAMPTZ ", QuoteText(sign(s.Back, "-", "")+"infinity"))
	case present && w.At != nil:
		w.text(instant(w.moved(s)))
	case s.By.Calendar():
		zone := QuoteText(w.Zone.String())
		w.text("(((")
		w.expr(s.Of)
		w.text(" AT TIME ZONE ", zone, ")", sign(s.Back, " - ", " + "), fmt.Sprintf("INTERVAL '%d months') AT TIME ZONE %s)", months, zone))
	default:
		w.text("(")
		w.expr(s.Of)
		w.text(sign(s.Back, " - ", " + "), fmt.Sprintf("INTERVAL '%d seconds')", seconds))
	}
}

func (w *writer) moved(s Shift) types.Instant {
	if s.Back {
		return s.By.Before(*w.At, w.Zone)
	}
	return s.By.After(*w.At, w.Zone)
}

// lengthOf is a span in months or in seconds.
func lengthOf(s types.Span) (months, seconds int64) {
	switch s.Unit {
	case types.Month:
		return s.Amount, 0
	case types.Year:
		return 12 * s.Amount, 0
	case types.Second:
		return 0, s.Amount
	case types.Minute:
		return 0, 60 * s.Amount
	case types.Hour:
		return 0, 3600 * s.Amount
	case types.Day:
		return 0, 86400 * s.Amount
	case types.Week:
		return 0, 7 * 86400 * s.Amount
	}
	return 0, 0
}

func sign(back bool, minus, plus string) string {
	if back {
		return minus
	}
	return plus
}
