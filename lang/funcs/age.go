package funcs

import (
	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/types"
)

var age = &Func{
	Name:   "age",
	Doc:    "The whole years that have passed since a day, in the person's time zone. Who was born on 29 February is a year older on 1 March.",
	Params: []Param{{Name: "since", Types: days}},
	Result: types.Number,
	Timed:  true,
	Eval: func(env Env, args []types.Value) types.Value {
		born, today := env.day(args[0]).Time(), env.today().Time()
		years := today.Year() - born.Year()
		if today.Month() < born.Month() || today.Month() == born.Month() && today.Day() < born.Day() {
			years--
		}
		return types.Decimal{Decimal: decimal.NewFromInt(int64(years))}
	},
	Examples: []Example{
		{Call: `age(date("2000-02-29"))`, Now: "2026-02-28T12:00:00Z", Want: "25"},
		{Call: `age(date("2000-02-29"))`, Now: "2026-03-01T00:00:00Z", Want: "26"},
		{Call: `age(date("1980-07-01"))`, Now: "2026-06-30T22:30:00Z", Zone: "Europe/Madrid", Want: "46"},
	},
}
