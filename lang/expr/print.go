package expr

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/types"
)

// Print is e as an author would write it, on one line: compiled again, it is e.
// What authors do not write (Record, Is, Suppressed, Excluded) is printed for
// readers only.
func Print(e Expr) string {
	switch e := e.(type) {
	case nil:
		return ""
	case Literal:
		return printValue(e.Value)
	case Attribute:
		return "person." + strings.Join(e.Path, ".")
	case Field:
		return string(e.Of) + "." + strings.Join(e.Path, ".")
	case Record:
		return e.Consent + "[" + e.Channel + "]." + string(e.Fact)
	case Aggregate:
		if e.Op == Percentile {
			return call(string(e.Op), printSource(e.Of, e.Field), e.Share.String(), printWindow(e.Window))
		}
		return call(string(e.Op), printSource(e.Of, e.Field), printWindow(e.Window))
	case Did:
		return call("did", printSource(e.Of, ""), printWindow(e.Window))
	case FollowedBy:
		return call("followed_by", printSource(e.First, ""), printSource(e.Then, ""), quote(e.Gap.String()), printWindow(e.Window))
	case Compare:
		return operand(e.Left) + " " + string(e.Op) + " " + operand(e.Right)
	case And:
		return strings.Join(printTerms(e.Terms, " && "), " && ")
	case Or:
		return strings.Join(printTerms(e.Terms, " || "), " || ")
	case Not:
		return "!" + operand(e.Term)
	case Is:
		return call("is_"+string(e.Verdict), Print(e.Term))
	case OneOf:
		return call("one_of", append([]string{Print(e.Of)}, printValues(e.Values)...)...)
	case IsSet:
		return call("is_set", Print(e.Of))
	case Coalesce:
		return call("coalesce", printAll(e.Terms)...)
	case Within:
		return call("since", Print(e.Of), quote(e.Length.String()))
	case Member:
		return e.Segment
	case Reachable:
		if e.Consented {
			return call("consented", e.Purpose, e.Channel)
		}
		return call("reachable", e.Purpose, e.Channel)
	case Suppressed:
		return call("suppressed", e.Channel, quote(e.Class))
	case Excluded:
		return call("excluded", e.Exclusion)
	case Call:
		return call(e.Func, printAll(e.Args)...)
	case Any:
		return call("any", e.Of, Print(e.Where))
	}
	return ""
}

// PrintLines is e with one top-level term a line, each after the first led by
// its && or ||, for telling two versions of a predicate apart.
func PrintLines(e Expr) []string {
	if and, ok := e.(And); ok {
		return led("&& ", printTerms(and.Terms, " && "))
	}
	if or, ok := e.(Or); ok {
		return led("|| ", printTerms(or.Terms, " || "))
	}
	return []string{Print(e)}
}

func led(operator string, terms []string) []string {
	for i := 1; i < len(terms); i++ {
		terms[i] = operator + terms[i]
	}
	return terms
}

func call(name string, args ...string) string { return name + "(" + strings.Join(args, ", ") + ")" }

func printAll(list []Expr) []string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = Print(e)
	}
	return out
}

// printTerms prints the terms of a chain; && binds tighter than ||, so only ||
// inside && needs parentheses.
func printTerms(terms []Expr, operator string) []string {
	out := make([]string, len(terms))
	for i, term := range terms {
		out[i] = Print(term)
		_, or := term.(Or)
		_, and := term.(And)
		if or || and && operator == " && " {
			out[i] = "(" + out[i] + ")"
		}
	}
	return out
}

// operand prints e where it must hold together.
func operand(e Expr) string {
	_, and := e.(And)
	_, or := e.(Or)
	_, compare := e.(Compare)
	if and || or || compare {
		return "(" + Print(e) + ")"
	}
	return Print(e)
}

// printSource prints a source, with the field after what happens.
func printSource(s Source, field string) string {
	out := s.Event
	switch {
	case s.Touchpoint != "":
		out = s.Touchpoint + "." + s.Outcome
	case s.Step != "":
		out = s.Step + "." + s.Outcome
	}
	if field != "" {
		out += "." + field
	}
	if s.Where != nil {
		return call("where", out, Print(s.Where))
	}
	return out
}

func printWindow(w Window) string {
	switch {
	case w.Since == "ever":
		return quote("ever")
	case w.Since != "":
		return w.Since
	}
	return quote(w.Length.String())
}

func printValues(list []types.Value) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = printValue(v)
	}
	return out
}

func printValue(v types.Value) string {
	switch v := v.(type) {
	case types.Text:
		return quote(string(v))
	case types.Decimal, types.Truth:
		return types.Spell(v)
	case types.Date:
		return call("date", quote(types.Spell(v)))
	case types.Instant:
		return call("timestamp", quote(types.Spell(v)))
	case types.Span:
		return quote(v.String())
	case types.Values:
		return "[" + strings.Join(printValues(v), ", ") + "]"
	case types.Null, nil:
		return "null"
	}
	return fmt.Sprint(v)
}

// quote is a text in quotes, its ${ and quotes escaped. Most texts have nothing
// to escape, and are printed for each object of each plan.
func quote(s string) string {
	if standsForItself(s) {
		return `"` + s + `"`
	}
	return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
}

func standsForItself(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~' || c == '"' || c == '\\' || c == '$' || c == '%':
			return false
		}
	}
	return true
}
