package funcs

import (
	"strings"

	"github.com/trayecto/trayecto/lang/types"
)

var lower = &Func{
	Name:   "lower",
	Doc:    "A text in small letters, by Unicode and not by the rules of one language.",
	Params: []Param{{Name: "text", Types: texts}},
	Result: types.String,
	Eval: func(_ Env, args []types.Value) types.Value {
		return types.Text(strings.ToLower(text(args[0])))
	},
	Examples: []Example{
		{Call: `lower("ANA@Example.test")`, Want: "ana@example.test"},
		{Call: `lower("ÁRBOL")`, Want: "árbol"},
	},
}
