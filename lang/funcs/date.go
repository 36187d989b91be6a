package funcs

import (
	"time"

	"github.com/trayecto/trayecto/lang/types"
)

var date = &Func{
	Name:   "date",
	Doc:    `A day: of a text such as "2000-01-01", or of an instant in the person's time zone. A person's text that is no such day gives null.`,
	Params: []Param{{Name: "of", Types: []types.Type{types.String, types.Timestamp}}},
	Result: types.DateType,
	Eval: func(env Env, args []types.Value) types.Value {
		if written, ok := args[0].(types.Text); ok {
			return readDay(string(written))
		}
		return env.day(args[0])
	},
	Examples: []Example{
		{Call: `date("2000-01-01")`, Want: "2000-01-01"},
		{Call: `date(timestamp("2026-12-31T23:30:00Z"))`, Zone: "Europe/Madrid", Want: "2027-01-01"},
	},
}

func readDay(written string) types.Value {
	t, err := time.Parse(time.DateOnly, written)
	if err != nil {
		return types.Null{}
	}
	return types.NewDate(t)
}
