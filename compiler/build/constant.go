package build

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/shopspring/decimal"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// text is a text that says something.
func (r *reader) text(name string) string {
	text, a, ok := r.anyText(name)
	if ok && strings.TrimSpace(text) == "" {
		r.nothing(a)
		return ""
	}
	return text
}

// anyText is a text that may be empty; false when there is none.
func (r *reader) anyText(name string) (string, block.Argument, bool) {
	v, a, ok := r.constant(name)
	if !ok {
		return "", a, false
	}
	if v.Type() != cty.String {
		r.another(a, described(v))
		return "", a, false
	}
	return v.AsString(), a, true
}

func (r *reader) texts(name string) []string {
	v, a, ok := r.constant(name)
	if !ok {
		return nil
	}
	if list, written := a.Expr.(*hclsyntax.TupleConsExpr); written && len(list.Exprs) == 0 {
		r.nothing(a)
		return nil
	}
	return r.textList(v, a)
}

func (r *reader) textList(v cty.Value, a block.Argument) []string {
	if !v.CanIterateElements() || v.Type().IsObjectType() || v.Type().IsMapType() {
		r.another(a, described(v))
		if v.Type() == cty.String {
			r.to.found[len(r.to.found)-1].Help = "put it in [ ]"
		}
		return nil
	}
	var out []string
	for _, item := range v.AsValueSlice() {
		if item.IsNull() || item.Type() != cty.String {
			r.another(a, "one of these is no text")
			return nil
		}
		out = append(out, item.AsString())
	}
	return out
}

func (r *reader) word(name string) string {
	a, ok := r.block.Get(name)
	if !ok {
		return ""
	}
	form, ok := a.Arg.Form.(block.Word)
	if !ok {
		panic("build: " + name + " is not a word")
	}
	word := hcl.ExprAsKeyword(a.Expr)
	if word != "" && word != "null" {
		r.unquoted(a, word, form.Values)
		return ""
	}
	word, _, ok = r.anyText(name)
	if !ok || slices.Contains(form.Values, word) {
		return word
	}
	r.unknownWord(a, word, form.Values)
	return ""
}

// wordOr is word with what counts when nothing is written.
func (r *reader) wordOr(name, otherwise string) string {
	if word := r.word(name); word != "" {
		return word
	}
	return otherwise
}

func (r *reader) words(name string) []string {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	form, ok := a.Arg.Form.(block.Words)
	if !ok {
		panic("build: " + name + " is not a list of words")
	}
	list, constant := r.texts(name), a.Expr
	if _, written := constant.(*hclsyntax.TupleConsExpr); !written && list != nil && len(list) == 0 {
		r.nothing(a)
	}
	var out []string
	for i, word := range list {
		if slices.Contains(form.Values, word) {
			out = append(out, word)
			continue
		}
		r.unknownWord(item(a, i), word, form.Values)
	}
	return out
}

// item is an argument narrowed to one item of its list, where that is written.
func item(a block.Argument, i int) block.Argument {
	if list, ok := a.Expr.(*hclsyntax.TupleConsExpr); ok && i < len(list.Exprs) {
		a.At = expr.At(list.Exprs[i].Range())
	}
	return a
}

// isWord tells whether an argument is a bare name such as otherwise.
func (r *reader) isWord(name, word string) bool {
	a, ok := r.block.Get(name)
	return ok && hcl.ExprAsKeyword(a.Expr) == word
}

func (r *reader) unknownWord(a block.Argument, word string, values []string) {
	d := diag.Diagnostic{Rule: UnknownWord, At: a.At, Mark: "not one of " + listed(values)}
	d.Detail = fmt.Sprintf("%s is %s, not %q.", a.Name, listed(quotedAll(values)), word)
	if near := block.Suggest(word, values); near != "" {
		d.Help = "write " + strconv.Quote(near)
	}
	r.say(d)
}

func (r *reader) unquoted(a block.Argument, word string, values []string) {
	d := diag.Diagnostic{Rule: Unquoted, At: a.At, Mark: "a word needs quotes"}
	d.Detail = fmt.Sprintf("%s takes %s. Bare names are references and types.", a.Name, a.Arg.Form.Spell())
	near := block.Suggest(word, values)
	if near == "" && len(values) == 1 {
		near = values[0]
	}
	if near != "" {
		d.Help = "write " + strconv.Quote(near)
		d.Fix = strconv.Quote(near)
	}
	r.say(d)
}

func quotedAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strconv.Quote(w)
	}
	return out
}

// meantTruth is what to write instead of a word that says yes or no.
var meantTruth = map[string]string{
	"true": "write true without quotes", "false": "write false without quotes", "yes": "write true", "no": "write false", "sí": "write true",
	"si": "write true", "on": "write true", "off": "write false",
}

func (r *reader) flag(name string) bool {
	v, a, ok := r.constant(name)
	if !ok {
		return false
	}
	if v.Type() != cty.Bool {
		r.another(a, described(v))
		if v.Type() == cty.String {
			r.to.found[len(r.to.found)-1].Help = meantTruth[strings.ToLower(strings.TrimSpace(v.AsString()))]
		}
		return false
	}
	return v.True()
}

// decimal is nil when nothing is written.
func (r *reader) decimal(name string) types.Value {
	v, a, ok := r.constant(name)
	if !ok {
		return nil
	}
	if v.Type() != cty.Number {
		r.another(a, described(v))
		if v.Type() == cty.String {
			r.to.found[len(r.to.found)-1].Help = unquotedNumber(v.AsString(), a.Arg.Form)
		}
		return nil
	}
	if form, bounded := a.Arg.Form.(block.Number); bounded && !within(v, form) {
		r.another(a, "this is "+numeral(v)+inHundred(v, form))
		return nil
	}
	d, err := types.NewDecimal(numeral(v))
	if err != nil {
		r.another(a, "this is "+numeral(v))
		return nil
	}
	return d
}

// unquotedNumber is what to write for "0.1" or "10 %"; "" where that is not plain.
func unquotedNumber(text string, form block.Form) string {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	const longest = 20 // of a number that somebody wrote by hand
	d, err := decimal.NewFromString(strings.Replace(strings.TrimSpace(number), ",", ".", 1))
	if err != nil || len(text) > longest || strings.ContainsAny(text, "eE") {
		return ""
	}
	bounded, ok := form.(block.Number)
	if percent && !bounded.Integer {
		d = d.Shift(-2)
	}
	x, _ := d.Float64()
	if !ok || !within(cty.NumberFloatVal(x), bounded) {
		return ""
	}
	return "write " + d.String() + " without quotes"
}

func (r *reader) integer(name string) int {
	d, ok := r.decimal(name).(types.Decimal)
	if !ok {
		return 0
	}
	return int(d.IntPart())
}

func within(v cty.Value, form block.Number) bool {
	f := v.AsBigFloat()
	if form.Integer && !f.IsInt() {
		return false
	}
	if form.Min == 0 && form.Max == 0 {
		return true
	}
	x, _ := f.Float64()
	if form.Between {
		return x > form.Min && x < form.Max
	}
	return x >= form.Min && x <= form.Max
}

// inHundred adds, where a share was written in per cent, the share.
func inHundred(v cty.Value, form block.Number) string {
	x, _ := v.AsBigFloat().Float64()
	if form.Min != 0 || form.Max != 1 || x <= 1 || x > 100 || x == 100 && form.Between {
		return ""
	}
	return fmt.Sprintf("; %s %% is %s", numeral(v), strconv.FormatFloat(x/100, 'f', -1, 64))
}

func numeral(v cty.Value) string { return v.AsBigFloat().Text('f', -1) }

// localized is a text for each language; one string is for all of the project's.
func (r *reader) localized(name string) map[string]string {
	v, a, ok := r.constant(name)
	if !ok {
		return nil
	}
	out := map[string]string{}
	switch {
	case v.Type() == cty.String && strings.TrimSpace(v.AsString()) == "":
		r.nothing(a)
	case v.Type() == cty.String:
		for _, language := range r.scope.Languages {
			out[language] = v.AsString()
		}
	case (v.Type().IsObjectType() || v.Type().IsMapType()) && v.LengthInt() == 0:
		r.nothing(a)
	case v.Type().IsObjectType() || v.Type().IsMapType():
		for language, text := range v.AsValueMap() {
			if text.IsNull() || text.Type() != cty.String {
				r.another(a, "one of these is no text")
				return nil
			}
			if strings.TrimSpace(text.AsString()) == "" {
				r.another(a, "the text for "+language+" is empty")
			}
			out[language] = text.AsString()
		}
	default:
		r.another(a, described(v))
	}
	return out
}
