package sql

import (
	"strings"
	"unicode"
)

func (w *writer) function(f Func) {
	switch f.Name {
	case Lower:
		w.lower(f.Args[0])
	case SHA256:
		w.text("encode(sha256(convert_to(")
		w.expr(f.Args[0])
		w.text(", 'UTF8')), 'hex')")
	case Contains:
		w.text("(")
		w.call("strpos", f.Args...)
		w.text(" > 0)")
	case StartsWith:
		w.call("starts_with", f.Args...)
	case DayOf:
		w.text("CAST((")
		w.expr(f.Args[0])
		w.text(" AT TIME ZONE ", QuoteText(w.Zone.String()), ") AS date)")
	case Midnight:
		w.text("(CAST(")
		w.expr(f.Args[0])
		w.text(" AS timestamp) AT TIME ZONE ", QuoteText(w.Zone.String()), ")")
	case Weekday:
		w.text("(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])[CAST(extract(isodow FROM ")
		w.expr(f.Args[0])
		w.text(") AS integer)]")
	case DaysFrom:
		w.infix("-", f.Args[1], f.Args[0])
	}
}

// lower maps letters by the tables of Unicode and not by the database's
// locale, which may know only ASCII.
func (w *writer) lower(of Expr) {
	if w.At == nil {
		w.call(w.support("lower"), of)
		return
	}
	w.text(lowered(func() string { return w.Expr(of) }))
}

func lowered(of func() string) string {
	x := "CAST(" + of() + " AS text)"
	upper, lower := letters()
	return "CASE WHEN octet_length(" + x + ") = char_length(" + x + ") THEN lower(" + x + ` COLLATE "C") ELSE translate(` +
		x + ", " + QuoteText(upper) + ", " + QuoteText(lower) + ") END"
}

// letters lists every letter that has a lower form, and those forms.
func letters() (upper, lower string) {
	var from, to strings.Builder
	for _, letters := range unicode.CaseRanges { // in order, and no other letter has cases
		for r := rune(letters.Lo); r <= rune(letters.Hi); r++ {
			if l := unicode.ToLower(r); l != r {
				from.WriteRune(r)
				to.WriteRune(l)
			}
		}
	}
	return from.String(), to.String()
}
