package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// Function is what there is to know about a function of single values.
func Function(f *funcs.Func) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s\n", f.Signature(), f.Doc)
	var params []string
	for _, p := range f.Params {
		params = append(params, p.Name+" is a "+kinds(p.Types))
	}
	if f.Result != nil {
		params = append(params, "the result a "+f.Result.String())
	}
	fmt.Fprintf(&b, "  %s.\n", strings.Join(params, ", "))
	if f.Null == funcs.NullOut {
		b.WriteString("  Of something not known the result is not known.\n")
	}
	for _, e := range f.Examples {
		fmt.Fprintf(&b, "    %s is %s%s\n", e.Call, result(e.Want), when(e.Now))
	}
	return b.String()
}

func kinds(list []types.Type) string {
	var names []string
	for _, t := range list {
		names = append(names, t.String())
	}
	return strings.Join(names, " or ")
}

func result(want string) string {
	if want == "" {
		return "not known"
	}
	return want
}

func when(now string) string {
	if now == "" {
		return ""
	}
	return ", at " + now
}

// FunctionForm is what there is to know about a function of people and events.
func FunctionForm(f funcs.Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s\n", f.Signature, f.Doc)
	if f.Place != "" {
		fmt.Fprintf(&b, "  It stands in %s only.\n", f.Place)
	}
	fmt.Fprintf(&b, "    %s\n", f.Example)
	return b.String()
}

// BlockType is what may stand in a block.
func BlockType(t *block.Type) string {
	var b strings.Builder
	b.WriteString(t.Name)
	for _, l := range t.Labels {
		b.WriteString(` "` + l + `"`)
	}
	fmt.Fprintf(&b, "\n  %s\n", t.Doc)
	width := 0
	for _, a := range t.Args {
		width = max(width, len(a.Name))
	}
	for _, a := range t.Args {
		must := ""
		if a.Required {
			must = " Required."
		}
		fmt.Fprintf(&b, "    %s   %s%s (%s)\n", pad(a.Name, width), a.Doc, must, a.Form.Spell())
	}
	if nested := t.Nested(); len(nested) > 0 {
		var names []string
		for _, n := range nested {
			names = append(names, n.Name)
		}
		fmt.Fprintf(&b, "  Blocks inside: %s\n", strings.Join(names, ", "))
	}
	return b.String()
}
