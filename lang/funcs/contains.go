package funcs

import (
	"strings"

	"github.com/trayecto/trayecto/lang/types"
)

var contains = &Func{
	Name:   "contains",
	Doc:    "Whether a text has another text in it, capitals and accents as written. Every text has the empty text in it.",
	Params: []Param{{Name: "text", Types: texts}, {Name: "part", Types: texts}},
	Result: types.Bool,
	Eval: func(_ Env, args []types.Value) types.Value {
		return types.Truth(strings.Contains(text(args[0]), text(args[1])))
	},
	Examples: []Example{
		{Call: `contains("Calle Mayor 3", "Mayor")`, Want: "true"},
		{Call: `contains("Calle Mayor 3", "mayor")`, Want: "false"},
	},
}
