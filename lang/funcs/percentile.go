package funcs

import "github.com/trayecto/trayecto/lang/types"

var percentile = &Func{
	Name:   "percentile",
	Doc:    "How many hundredths of all people have a smaller value than this person. It is about all people at once, and not evaluated yet.",
	Params: []Param{{Name: "value", Types: []types.Type{types.Number, types.Money}}},
	Result: types.Number,
	Timed:  true,
}
