package funcs

import (
	"time"

	"github.com/trayecto/trayecto/lang/types"
)

var anniversary = &Func{
	Name:   "anniversary",
	Doc:    "The next day, today included, on which a day comes round again, in the person's time zone. 29 February comes round on 1 March where the year has none. A day to come is its own first.",
	Params: []Param{{Name: "of", Types: days}},
	Result: types.DateType,
	Timed:  true,
	Eval: func(env Env, args []types.Value) types.Value {
		day, today := env.day(args[0]), env.today()
		if day >= today {
			return day
		}
		year := today.Time().Year()
		if this := inYear(day, year); this >= today {
			return this
		}
		return inYear(day, year+1)
	},
	Examples: []Example{
		{Call: `anniversary(date("1990-05-04"))`, Now: "2026-05-04T09:00:00Z", Want: "2026-05-04"},
		{Call: `anniversary(date("1990-05-04"))`, Now: "2026-05-05T09:00:00Z", Want: "2027-05-04"},
		{Call: `anniversary(date("2000-02-29"))`, Now: "2026-02-28T09:00:00Z", Want: "2026-03-01"},
		{Call: `anniversary(date("2000-02-29"))`, Now: "2028-02-28T09:00:00Z", Want: "2028-02-29"},
	},
}

// inYear is the day of the same month and day in another year; time.Date turns
// a 29 February that the year lacks into 1 March.
func inYear(day types.Date, year int) types.Date {
	_, month, d := day.Time().Date()
	return types.NewDate(time.Date(year, month, d, 0, 0, 0, 0, time.UTC))
}
