package sql

import (
	"github.com/trayecto/trayecto/lang/types"
)

// spelled is a value in our words. For a truth the words are true and false,
// and what is neither is not known.
func spelled(read Expr, words []Word, t Type) Expr {
	out := Case{}
	for _, w := range words {
		same := Compare{Op: Equal, Left: read, Right: Literal{types.Text(w.Theirs)}}
		out.Arms = append(out.Arms, Arm{When: same, Then: word(w.Ours, t)})
	}
	if t == Text || t == Key {
		out.Else = read
	}
	return out
}

func word(ours string, t Type) Expr {
	if t == Truth {
		return Literal{types.Truth(ours == "true")}
	}
	return Literal{types.Text(ours)}
}

// typeOf is how values of a type of the language are held.
func typeOf(t types.Type) (Type, bool) {
	switch t := t.(type) {
	case types.Basic:
		return typeOfBasic(t)
	case types.Enum, types.Object:
		return Text, true
	case types.List, nil:
		return "", false
	}
	return "", false
}

func typeOfBasic(t types.Basic) (Type, bool) {
	switch t {
	case types.String, types.Email, types.Phone, types.URL:
		return Text, true
	case types.Number, types.Money:
		return Decimal, true
	case types.Bool:
		return Truth, true
	case types.DateType:
		return Date, true
	case types.Timestamp:
		return Instant, true
	case types.Duration:
		return "", false
	}
	return "", false
}

func texts(words []string) []types.Value {
	out := make([]types.Value, len(words))
	for i, w := range words {
		out[i] = types.Text(w)
	}
	return out
}
