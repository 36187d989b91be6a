package funcs

import "github.com/trayecto/trayecto/lang/types"

var timestamp = &Func{
	Name:   "timestamp",
	Doc:    `An instant: of a text such as "2026-12-01T09:00:00Z" or "2026-12-01 10:00", which without a zone is in the project's. A person's text that is no such instant gives null.`,
	Params: []Param{{Name: "of", Types: []types.Type{types.String}}},
	Result: types.Timestamp,
	Eval: func(env Env, args []types.Value) types.Value {
		at, err := types.ParseInstant(text(args[0]), env.Zone)
		if err != nil {
			return types.Null{}
		}
		return at
	},
	Examples: []Example{
		{Call: `timestamp("2026-12-01T09:00:00+01:00")`, Want: "2026-12-01T08:00:00Z"},
		{Call: `timestamp("2026-12-01 10:00")`, Zone: "Europe/Madrid", Want: "2026-12-01T09:00:00Z"},
	},
}
