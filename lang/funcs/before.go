package funcs

import "github.com/trayecto/trayecto/lang/types"

var before = &Func{
	Name:   "before",
	Doc:    "Whether now is in the length of time before an instant: it comes after now, by at most that length. A day begins at midnight in the person's time zone.",
	Params: []Param{{Name: "at", Types: days}, {Name: "length", Types: []types.Type{types.Duration}}},
	Result: types.Bool,
	Timed:  true,
	Eval: func(env Env, args []types.Value) types.Value {
		at, length := env.instant(args[0]), args[1].(types.Span)
		return types.Truth(at > env.Now && at <= length.After(env.Now, env.Zone))
	},
	Examples: []Example{
		{Call: `before(timestamp("2026-12-04T09:00:00Z"), "3d")`, Now: "2026-12-01T09:00:00Z", Want: "true"},
		{Call: `before(timestamp("2026-12-04T09:00:01Z"), "3d")`, Now: "2026-12-01T09:00:00Z", Want: "false"},
		{Call: `before(timestamp("2026-12-04T09:00:00Z"), "3d")`, Now: "2026-12-04T09:00:00Z", Want: "false"},
		{Call: `before(date("2026-12-25"), "1mo")`, Now: "2026-11-24T23:00:00Z", Zone: "Europe/Madrid", Want: "true"},
	},
}
