package funcs

import "github.com/trayecto/trayecto/lang/types"

var since = &Func{
	Name:   "since",
	Doc:    "Whether now is in the length of time since an instant: it is not after now, and less than that length ago. A day begins at midnight in the person's time zone.",
	Params: []Param{{Name: "at", Types: days}, {Name: "length", Types: []types.Type{types.Duration}}},
	Result: types.Bool,
	Timed:  true,
	Eval: func(env Env, args []types.Value) types.Value {
		at, length := env.instant(args[0]), args[1].(types.Span)
		return types.Truth(at <= env.Now && at > length.Before(env.Now, env.Zone))
	},
	Examples: []Example{
		{Call: `since(timestamp("2026-12-01T09:00:00Z"), "3d")`, Now: "2026-12-01T09:00:00Z", Want: "true"},
		{Call: `since(timestamp("2026-12-01T09:00:00Z"), "3d")`, Now: "2026-12-04T08:59:59Z", Want: "true"},
		{Call: `since(timestamp("2026-12-01T09:00:00Z"), "3d")`, Now: "2026-12-04T09:00:00Z", Want: "false"},
		{Call: `since(date("2026-03-31"), "1mo")`, Now: "2026-04-29T12:00:00Z", Want: "true"},
	},
}
