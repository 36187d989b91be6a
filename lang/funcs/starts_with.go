package funcs

import (
	"strings"

	"github.com/trayecto/trayecto/lang/types"
)

var startsWith = &Func{
	Name:   "starts_with",
	Doc:    "Whether a text begins with another, capitals and accents as written.",
	Params: []Param{{Name: "text", Types: texts}, {Name: "beginning", Types: texts}},
	Result: types.Bool,
	Eval: func(_ Env, args []types.Value) types.Value {
		return types.Truth(strings.HasPrefix(text(args[0]), text(args[1])))
	},
	Examples: []Example{
		{Call: `starts_with("+34600000000", "+34")`, Want: "true"},
		{Call: `starts_with("0034600000000", "+34")`, Want: "false"},
	},
}
