package funcs

import "github.com/trayecto/trayecto/lang/types"

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

var dayOfWeek = &Func{
	Name:   "day_of_week",
	Doc:    "The day of the week of a day or an instant, in the person's time zone: mon tue wed thu fri sat sun.",
	Params: []Param{{Name: "at", Types: days}},
	Result: types.Enum{Values: weekdays},
	Timed:  true,
	Eval: func(env Env, args []types.Value) types.Value {
		sunday0 := int(env.day(args[0]).Time().Weekday())
		return types.Text(weekdays[(sunday0+6)%7])
	},
	Examples: []Example{
		{Call: `day_of_week(date("2026-12-01"))`, Now: "2026-12-01T00:00:00Z", Want: "tue"},
		{Call: `day_of_week(timestamp("2026-12-06T23:30:00Z"))`, Now: "2026-12-08T00:00:00Z", Want: "sun"},
		{Call: `day_of_week(timestamp("2026-12-06T23:30:00Z"))`, Now: "2026-12-08T00:00:00Z", Zone: "Europe/Madrid", Want: "mon"},
	},
}
