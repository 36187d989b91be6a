package kit

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
)

// keepsWhoWaits: where a journey is edited in place, a step that is called
// otherwise is to the platform the step that it was, so that whoever waits there
// goes on. A target that refuses on_change = "migrate" has nothing to keep, and
// neither has one that writes to nobody.
func keepsWhoWaits(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	before.Journeys = slices.Clone(before.Journeys)
	for i := range before.Journeys {
		before.Journeys[i].OnChange = "migrate"
	}
	target := h.Target()
	was := target.Lower(h.request(before, p.Config.Platform))
	if !target.Explain(before, p.Config.Platform).Sends || was.Diagnostics.HasErrors() {
		return
	}
	is := target.Lower(h.request(calledOtherwise(before), p.Config.Platform))
	if diff := cmp.Diff(spelled(t, was), spelled(t, is)); diff != "" {
		t.Errorf("steps that are called otherwise are others there (-before +after):\n%s", diff)
	}
}

// calledOtherwise is a program in which each step of a journey has another name,
// and the one that it was applied with first.
func calledOtherwise(p *ir.Program) *ir.Program {
	names := map[string]string{}
	for _, j := range p.Journeys {
		for _, e := range j.Table().Entries {
			names[e.Address] = ir.StepAddress(j.Address, "z_"+e.Step.StepName())
		}
	}
	out, _ := otherwise(reflect.ValueOf(*p), names).Interface().(ir.Program)
	for i, j := range p.Journeys {
		for _, e := range j.Table().Entries {
			name := e.Step.StepName()
			out.Journeys[i].Formerly = append(out.Journeys[i].Formerly, ir.Former{Name: "z_" + name, First: name})
		}
		slices.SortFunc(out.Journeys[i].Formerly, func(a, b ir.Former) int { return strings.Compare(a.Name, b.Name) })
	}
	return &out
}

// otherwise is a copy of a value with other names for steps, wherever they stand.
func otherwise(v reflect.Value, names map[string]string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if other, is := names[v.String()]; is {
			out.SetString(other)
		}
	case reflect.Interface:
		if !v.IsNil() {
			out.Set(otherwise(v.Elem(), names))
		}
	case reflect.Slice:
		if v.IsNil() {
			return out
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(otherwise(v.Index(i), names))
		}
	case reflect.Map:
		if v.IsNil() {
			return out
		}
		out.Set(reflect.MakeMap(v.Type()))
		for _, k := range v.MapKeys() {
			out.SetMapIndex(k, otherwise(v.MapIndex(k), names))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if out.Field(i).CanSet() {
				out.Field(i).Set(otherwise(v.Field(i), names))
			}
		}
		if _, step := v.Interface().(ir.Step); step {
			out.FieldByName("Name").SetString("z_" + v.FieldByName("Name").String())
		}
	default:
	}
	return out
}
