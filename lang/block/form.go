package block

import (
	"strconv"
	"strings"
)

func (Text) form()       {}
func (Word) form()       {}
func (Words) form()      {}
func (Texts) form()      {}
func (Localized) form()  {}
func (Number) form()     {}
func (Bool) form()       {}
func (Span) form()       {}
func (Instant) form()    {}
func (Clock) form()      {}
func (Ref) form()        {}
func (Address) form()    {}
func (Refs) form()       {}
func (TypeName) form()   {}
func (Condition) form()  {}
func (Value) form()      {}
func (Values) form()     {}
func (Content) form()    {}
func (Channels) form()   {}
func (Occurrence) form() {}
func (Step) form()       {}
func (Constant) form()   {}

// Spell says what may be written.
func (Text) Spell() string { return "a text in quotes" }

// Spell says what may be written.
func (w Word) Spell() string { return "one of " + words(w.Values) }

// Spell says what may be written.
func (w Words) Spell() string { return "a list of " + words(w.Values) }

// Spell says what may be written.
func (Texts) Spell() string { return "a list of texts" }

// Spell says what may be written.
func (Localized) Spell() string { return `a text for all languages, or one each: { es = "..." }` }

// Spell says what may be written.
func (n Number) Spell() string {
	noun := "a number"
	if n.Integer {
		noun = "a whole number"
	}
	if n.Min == 0 && n.Max == 0 {
		return noun
	}
	if n.Between {
		return noun + " between " + decimal(n.Min) + " and " + decimal(n.Max)
	}
	return noun + " from " + decimal(n.Min) + " to " + decimal(n.Max)
}

// Spell says what may be written.
func (Bool) Spell() string { return "true or false" }

// Spell says what may be written.
func (s Span) Spell() string {
	if len(s.Words) == 0 {
		return `a length of time, such as "30d"`
	}
	return `a length of time, such as "30d", or ` + words(s.Words)
}

// Spell says what may be written.
func (Instant) Spell() string { return `an instant, such as "2026-12-01 10:00"` }

// Spell says what may be written.
func (Clock) Spell() string { return `a time of day, such as "09:00"` }

// Spell says what may be written.
func (r Ref) Spell() string { return "a reference to " + kinds(r.Kinds) }

// Spell says what may be written.
func (a Address) Spell() string { return "an address, such as " + a.Kinds[0] + ".x" }

// Spell says what may be written.
func (r Refs) Spell() string { return "a list of references to " + kinds(r.Kinds) }

// Spell says what may be written.
func (TypeName) Spell() string { return `a type, such as string, enum("a", "b") or object.order` }

// Spell says what may be written.
func (Condition) Spell() string { return "a condition, true or false for a person" }

// Spell says what may be written.
func (Value) Spell() string { return "an expression with a value" }

// Spell says what may be written.
func (Values) Spell() string { return "a list of expressions" }

// Spell says what may be written.
func (Content) Spell() string {
	return `a text with ${...}, for all languages, one each, or template("...")`
}

// Spell says what may be written.
func (Channels) Spell() string { return "a list of channels, or prefer(...)" }

// Spell says what may be written.
func (Step) Spell() string { return "a step of a journey, such as step.welcome.hello" }

// Spell says what may be written.
func (Occurrence) Spell() string {
	return "something that happens, such as event.x or touchpoint.x.bounced"
}

// Spell says what may be written.
func (Constant) Spell() string { return "a value that does not depend on a person" }

// words lists strings for a sentence: a, b or c.
func words(list []string) string {
	quoted := make([]string, len(list))
	for i, w := range list {
		quoted[i] = strconv.Quote(w)
	}
	return alternatives(quoted)
}

func kinds(list []string) string {
	named := make([]string, len(list))
	for i, k := range list {
		named[i] = k + ".<name>"
	}
	return alternatives(named)
}

func alternatives(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
