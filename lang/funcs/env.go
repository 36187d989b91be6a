package funcs

import (
	"time"

	"github.com/trayecto/trayecto/lang/types"
)

// Env is what a function may know beside its arguments. Zone is the person's
// time zone, else the project's.
type Env struct {
	Now  types.Instant
	Zone *time.Location
}

// today is the day it is now.
func (env Env) today() types.Date { return types.NewDate(env.Now.Time().In(env.Zone)) }

// day is the day of a date, or of an instant in the zone.
func (env Env) day(v types.Value) types.Date {
	if at, ok := v.(types.Instant); ok {
		return types.NewDate(at.Time().In(env.Zone))
	}
	return v.(types.Date)
}

// instant is an instant, or the midnight at which a date begins in the zone.
func (env Env) instant(v types.Value) types.Instant {
	if day, ok := v.(types.Date); ok {
		y, m, d := day.Time().Date()
		return types.NewInstant(types.Civil(y, m, d, 0, env.Zone))
	}
	return v.(types.Instant)
}

// text is a textual value; the type checker lets nothing else through.
func text(v types.Value) string { return string(v.(types.Text)) }
