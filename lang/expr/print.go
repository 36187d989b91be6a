package expr

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/types"
)

// Print is e as an author would write it, on one line: compiled again, it is e.
// What authors do not write (Record, Is, Suppressed, Excluded) is printed for
// readers only.
func Print(e Expr) string { return string(appendExpr(make([]byte, 0, 128), e)) } // most are shorter

// PrintLines is e with one top-level term a line, each after the first led by
// its && or ||, for telling two versions of a predicate apart.
func PrintLines(e Expr) []string {
	if all, is := e.(And); is {
		return led("&& ", all.Terms, and)
	}
	if any, is := e.(Or); is {
		return led("|| ", any.Terms, or)
	}
	return []string{Print(e)}
}

func led(operator string, terms []Expr, in chain) []string {
	out := make([]string, len(terms))
	for i, term := range terms {
		var b []byte
		if i > 0 {
			b = append(b, operator...)
		}
		out[i] = string(appendTerm(b, term, in))
	}
	return out
}

func appendExpr(b []byte, e Expr) []byte {
	switch e := e.(type) {
	case nil:
		return b
	case Literal:
		return appendPlain(b, e.Value)
	case Attribute:
		return appendPath(b, "person", e.Path)
	case Field:
		return appendPath(b, string(e.Of), e.Path)
	case Record:
		return append(b, e.Consent+"["+e.Channel+"]."+string(e.Fact)...)
	case Aggregate:
		return appendAggregate(b, e)
	case Did:
		b = appendSource(append(b, "did("...), e.Of, "")
		return append(appendWindow(append(b, ", "...), e.Window), ')')
	case FollowedBy:
		b = appendSource(append(b, "followed_by("...), e.First, "")
		b = appendSource(append(b, ", "...), e.Then, "")
		b = appendSpan(append(b, ", "...), e.Gap)
		return append(appendWindow(append(b, ", "...), e.Window), ')')
	case Within:
		b = appendExpr(append(b, "since("...), e.Of)
		return append(appendSpan(append(b, ", "...), e.Length), ')')
	case Compare:
		b = appendOperand(b, e.Left)
		b = append(append(append(b, ' '), e.Op...), ' ')
		return appendOperand(b, e.Right)
	case And:
		return appendChain(b, e.Terms, and)
	case Or:
		return appendChain(b, e.Terms, or)
	case Not:
		return appendOperand(append(b, '!'), e.Term)
	case Is:
		return append(appendExpr(append(b, "is_"+string(e.Verdict)+"("...), e.Term), ')')
	case OneOf:
		b = appendExpr(append(b, "one_of("...), e.Of)
		for _, v := range e.Values {
			b = appendPlain(append(b, ", "...), v)
		}
		return append(b, ')')
	case IsSet:
		return append(appendExpr(append(b, "is_set("...), e.Of), ')')
	case Coalesce:
		return append(appendAll(append(b, "coalesce("...), e.Terms), ')')
	case Call:
		return append(appendAll(append(append(b, e.Func...), '('), e.Args), ')')
	case Any:
		return append(appendExpr(append(b, "any("+e.Of+", "...), e.Where), ')')
	case Member:
		return append(b, e.Segment...)
	case Reachable:
		if e.Consented {
			return append(b, call("consented", e.Purpose, e.Channel)...)
		}
		return append(b, call("reachable", e.Purpose, e.Channel)...)
	case Suppressed:
		return append(b, call("suppressed", e.Channel, quote(e.Class))...)
	case Excluded:
		return append(b, call("excluded", e.Exclusion)...)
	}
	return b
}

func appendAggregate(b []byte, e Aggregate) []byte {
	b = appendSource(append(append(b, e.Op...), '('), e.Of, e.Field)
	if e.Op == Percentile {
		b = append(append(b, ", "...), e.Share.String()...)
	}
	return append(appendWindow(append(b, ", "...), e.Window), ')')
}

func appendPath(b []byte, of string, path []string) []byte {
	b = append(append(b, of...), '.')
	for i, name := range path {
		if i > 0 {
			b = append(b, '.')
		}
		b = append(b, name...)
	}
	return b
}

func call(name string, args ...string) string { return name + "(" + strings.Join(args, ", ") + ")" }

func appendAll(b []byte, list []Expr) []byte {
	for i, e := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendExpr(b, e)
	}
	return b
}

// chain is the operator between terms.
type chain string

const (
	and chain = " && "
	or  chain = " || "
)

func appendChain(b []byte, terms []Expr, in chain) []byte {
	for i, term := range terms {
		if i > 0 {
			b = append(b, in...)
		}
		b = appendTerm(b, term, in)
	}
	return b
}

// appendTerm prints a term of a chain; && binds tighter than ||, so only || inside
// && needs parentheses.
func appendTerm(b []byte, term Expr, in chain) []byte {
	_, isOr := term.(Or)
	_, isAnd := term.(And)
	if isOr || isAnd && in == and {
		return append(appendExpr(append(b, '('), term), ')')
	}
	return appendExpr(b, term)
}

// appendOperand prints e where it must hold together.
func appendOperand(b []byte, e Expr) []byte {
	_, isAnd := e.(And)
	_, isOr := e.(Or)
	_, compares := e.(Compare)
	if isAnd || isOr || compares {
		return append(appendExpr(append(b, '('), e), ')')
	}
	return appendExpr(b, e)
}

func printSource(s Source, field string) string { return string(appendSource(nil, s, field)) }

// appendSource prints a source, with the field after what happens.
func appendSource(b []byte, s Source, field string) []byte {
	if s.Where != nil {
		b = append(b, "where("...)
	}
	switch {
	case s.Touchpoint != "":
		b = append(append(append(b, s.Touchpoint...), '.'), s.Outcome...)
	case s.Step != "":
		b = append(append(append(b, s.Step...), '.'), s.Outcome...)
	default:
		b = append(b, s.Event...)
	}
	if field != "" {
		b = append(append(b, '.'), field...)
	}
	if s.Where != nil {
		b = append(appendExpr(append(b, ", "...), s.Where), ')')
	}
	return b
}

func appendWindow(b []byte, w Window) []byte {
	switch {
	case w.Since == "ever":
		return append(b, `"ever"`...)
	case w.Since != "":
		return append(b, w.Since...)
	}
	return appendSpan(b, w.Length)
}

// appendSpan prints a length of time, in quotes.
func appendSpan(b []byte, s types.Span) []byte {
	return append(append(strconv.AppendInt(append(b, '"'), s.Amount, 10), s.Unit...), '"')
}

// appendPlain prints a value.
func appendPlain(b []byte, v types.Value) []byte {
	switch v := v.(type) {
	case types.Text:
		return appendText(b, string(v))
	case types.Decimal:
		if v.Exponent() == 0 && v.NumDigits() < 19 {
			return strconv.AppendInt(b, v.CoefficientInt64(), 10)
		}
		return append(b, types.Spell(v)...)
	case types.Truth:
		return append(b, types.Spell(v)...)
	case types.Date:
		return append(b, call("date", quote(types.Spell(v)))...)
	case types.Instant:
		return append(b, call("timestamp", quote(types.Spell(v)))...)
	case types.Span:
		return appendSpan(b, v)
	case types.Values:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendPlain(b, item)
		}
		return append(b, ']')
	case types.Null, nil:
		return append(b, "null"...)
	}
	return fmt.Append(b, v)
}

// quote is a text in quotes, its ${ and quotes escaped.
func quote(s string) string { return string(appendText(nil, s)) }

// appendText prints a text. Most have nothing to escape, and are printed for each
// object of each plan.
func appendText(b []byte, s string) []byte {
	if standsForItself(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	return append(b, hclwrite.TokensForValue(cty.StringVal(s)).Bytes()...)
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
