package docs

import (
	"fmt"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// functionPages is a page for each function, by name.
func functionPages() []Page {
	var out []Page
	for _, f := range funcs.All {
		out = append(out, functionPage(f))
	}
	for _, f := range funcs.Forms {
		out = append(out, formPage(f))
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func functionPage(f *funcs.Func) Page {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", f.Signature(), f.Doc)
	for _, p := range f.Params {
		fmt.Fprintf(&b, "- `%s` is %s.\n", p.Name, either(p.Types))
	}
	fmt.Fprintf(&b, "- The result is %s.\n", f.Result)
	if f.Null == funcs.NullOut {
		b.WriteString("- When an argument is not known, the result is not known.\n")
	}
	if f.Timed {
		b.WriteString("- It depends on the present and is never constant.\n")
	}
	if len(f.Examples) > 0 {
		b.WriteString("\n```\n")
	}
	for _, e := range f.Examples {
		fmt.Fprintf(&b, "%s  is %s%s\n", e.Call, e.Want, when(e))
	}
	if len(f.Examples) > 0 {
		b.WriteString("```\n")
	}
	return Page{Name: f.Name, Section: Functions, Line: f.Doc, Text: b.String()}
}

func either(list []types.Type) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = t.String()
	}
	return strings.Join(words, " or ")
}

// when says what an example depends on beside its arguments.
func when(e funcs.Example) string {
	text := ""
	if e.Now != "" {
		text = "  at " + e.Now
	}
	if e.Zone != "" {
		text += "  in " + e.Zone
	}
	return text
}

func formPage(f funcs.Form) Page {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n- %s\n", f.Signature, f.Doc, f.Null)
	if f.Place != "" {
		fmt.Fprintf(&b, "- It stands in %s only.\n", f.Place)
	}
	fmt.Fprintf(&b, "\n```\n%s\n```\n", f.Example)
	return Page{Name: f.Name, Section: Functions, Line: f.Doc, Text: b.String()}
}
