package funcs

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/trayecto/trayecto/lang/types"
)

var sha256Hex = &Func{
	Name:   "sha256",
	Doc:    "The SHA-256 of a text's UTF-8 bytes, in 64 small hexadecimal digits.",
	Params: []Param{{Name: "text", Types: texts}},
	Result: types.String,
	Eval: func(_ Env, args []types.Value) types.Value {
		sum := sha256.Sum256([]byte(text(args[0])))
		return types.Text(hex.EncodeToString(sum[:]))
	},
	Examples: []Example{
		{Call: `sha256("abc")`, Want: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{Call: `sha256(lower("ABC"))`, Want: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	},
}
