package project

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// fit checks that a value is of a type; a nil type takes anything. The
// complaint is "" when it is.
func fit(v cty.Value, t types.Type) (fitted cty.Value, complaint string) {
	if v.IsNull() {
		return v, "null is not a value"
	}
	switch t := t.(type) {
	case nil:
		return v, ""
	case types.List:
		return fitList(v, t)
	case types.Basic:
		return fitBasic(v, t)
	case types.Enum:
		if v.Type() != cty.String {
			return v, "not a text in quotes"
		}
		if !t.Has(v.AsString()) {
			return v, "not one of " + t.String() + nearest(v.AsString(), t.Values)
		}
		return v, ""
	case types.Object:
		return v, "a variable is not a reference to an object"
	}
	return v, "not a value of a variable"
}

// nearest names the word that may have been meant, where there is one.
func nearest(word string, words []string) string {
	if near := diag.Nearest(word, words); near != "" {
		return fmt.Sprintf(": there is %q", near)
	}
	return ""
}

func fitList(v cty.Value, t types.List) (cty.Value, string) {
	if !v.CanIterateElements() || v.Type().IsObjectType() || v.Type().IsMapType() {
		return v, "not a list"
	}
	for _, item := range v.AsValueSlice() {
		if _, complaint := fit(item, t.Element); complaint != "" {
			return v, complaint
		}
	}
	return v, ""
}

func fitBasic(v cty.Value, t types.Basic) (cty.Value, string) {
	switch t {
	case types.Number, types.Money:
		if v.Type() != cty.Number {
			return v, "not a number"
		}
		return v, ""
	case types.Bool:
		if v.Type() != cty.Bool {
			return v, "not true or false"
		}
		return v, ""
	}
	if v.Type() != cty.String {
		return v, "not a text in quotes"
	}
	if _, err := types.Parse(t, v.AsString(), time.UTC); err != nil {
		return v, err.Error()
	}
	return v, ""
}

// placeholder is a value of a type for a variable that has none, so that what
// uses it is read on.
func placeholder(t types.Type) cty.Value {
	switch t := t.(type) {
	case types.List:
		return cty.EmptyTupleVal
	case types.Enum:
		return cty.StringVal(t.Values[0])
	case types.Basic:
		switch t {
		case types.Number, types.Money:
			return cty.Zero
		case types.Bool:
			return cty.False
		case types.Duration:
			return cty.StringVal("1d")
		case types.DateType, types.Timestamp:
			return cty.StringVal("2000-01-01")
		}
	case types.Object, nil:
	}
	return cty.StringVal("")
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
