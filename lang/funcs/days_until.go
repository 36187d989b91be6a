package funcs

import (
	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/types"
)

var daysUntil = &Func{
	Name:   "days_until",
	Doc:    "The days from today, in the person's time zone, to a day: 0 today, 1 tomorrow, negative when it has passed.",
	Params: []Param{{Name: "day", Types: days}},
	Result: types.Number,
	Timed:  true,
	Eval: func(env Env, args []types.Value) types.Value {
		return types.Decimal{Decimal: decimal.NewFromInt(int64(env.day(args[0]) - env.today()))}
	},
	Examples: []Example{
		{Call: `days_until(date("2026-12-25"))`, Now: "2026-12-01T09:00:00Z", Want: "24"},
		{Call: `days_until(date("2026-11-30"))`, Now: "2026-12-01T09:00:00Z", Want: "-1"},
		{Call: `days_until(anniversary(date("1990-12-04")))`, Now: "2026-12-01T09:00:00Z", Want: "3"},
	},
}
