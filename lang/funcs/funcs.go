// Package funcs is the built-in functions, one file each.
//
// A function of single values is one literal with everything that is known of
// it: its signature, its documentation, what it does with null, how it is
// computed, and examples that run as tests. What has another meaning than
// computing a value from values (aggregates over events, where, coalesce,
// reachable) is a case of the typed expression; here it has its documentation
// only, as a Form.
package funcs

import (
	"strings"

	"github.com/trayecto/trayecto/lang/types"
)

// Func is a function of single values.
type Func struct {
	Name   string
	Doc    string // one or two sentences
	Params []Param
	Result types.Type
	Null   NullRule
	// Timed functions depend on Env.Now and are never constant.
	Timed bool
	// Eval computes the result. Callers use Apply.
	Eval     func(env Env, args []types.Value) types.Value
	Examples []Example
}

// Param is a parameter; an argument has one of the types. A parameter of type
// string takes every textual type.
type Param struct {
	Name  string
	Types []types.Type
}

var (
	texts = []types.Type{types.String}
	days  = []types.Type{types.DateType, types.Timestamp}
)

// NullRule says what a function does with null.
type NullRule int

// The null rules.
const (
	NullOut  NullRule = iota // null in, null out: Eval never sees a null
	NullSeen                 // Eval decides
)

// Example is a call as an author writes it and what comes out.
type Example struct {
	Call string // lower("ANA")
	Want string // ana, as types.Spell writes it
	Now  string // RFC 3339, for timed functions
	Zone string // UTC if empty
}

// Apply computes f by its null rule. The result may be
// null for other reasons than a null argument (see Doc).
func (f *Func) Apply(env Env, args []types.Value) types.Value {
	if f.Null == NullOut {
		for _, a := range args {
			if types.IsNull(a) {
				return types.Null{}
			}
		}
	}
	return f.Eval(env, args)
}

// Signature is how f is called: age(since).
func (f *Func) Signature() string {
	names := make([]string, len(f.Params))
	for i, p := range f.Params {
		names[i] = p.Name
	}
	return f.Name + "(" + strings.Join(names, ", ") + ")"
}
