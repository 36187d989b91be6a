package fake

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// most is how many primary expressions a definition may have.
const most = 50

// Query is a definition that was understood.
type Query struct {
	root condition
	Size int // primary expressions, those inside of where included
}

// Parse reads the definition of an audience.
func Parse(text string) (*Query, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	root := p.or()
	if p.err == nil && p.next().kind != "" {
		p.fail("something follows the end")
	}
	if p.err == nil && p.size > most {
		p.err = fmt.Errorf("a definition has at most %d primary expressions, and this one has %d", most, p.size)
	}
	if p.err != nil {
		return nil, p.err
	}
	return &Query{root, p.size}, nil
}

// Trait is the definition of a computed trait that was understood.
type Trait struct{ of scalar }

// ParseTrait reads the definition of a computed trait, which has one value.
func ParseTrait(text string) (*Trait, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	of := p.scalar()
	if p.err == nil && p.next().kind != "" {
		p.fail("something follows the end")
	}
	if _, made := of.(fold); p.err == nil && !made {
		p.fail("a computed trait is made of events")
	}
	if p.err != nil {
		return nil, p.err
	}
	return &Trait{of}, nil
}

// parser is one reading. The first thing that is wrong ends it.
type parser struct {
	tokens []token
	at     int
	inside int // where(...) around this place
	size   int
	err    error
}

func (p *parser) next() token { return p.tokens[min(p.at, len(p.tokens)-1)] }

func (p *parser) take() token {
	t := p.next()
	p.at++
	return t
}

func (p *parser) fail(words string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("at %d: "+words, append([]any{p.next().at}, args...)...)
	}
	p.at = len(p.tokens) // nothing more is read
}

func (p *parser) want(kind string) string {
	t := p.next()
	if t.kind != kind {
		p.fail("%q and not %q", kind, t.text)
		return ""
	}
	p.at++
	return t.text
}

func (p *parser) word(name string) bool {
	if t := p.next(); t.kind == "name" && t.text == name {
		p.at++
		return true
	}
	return false
}

// or is the loosest; AND binds over it.
func (p *parser) or() condition {
	terms := []condition{p.and()}
	for p.word("OR") {
		terms = append(terms, p.and())
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return junction{terms: terms, one: true}
}

func (p *parser) and() condition {
	terms := []condition{p.unary()}
	for p.word("AND") {
		terms = append(terms, p.unary())
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return junction{terms: terms}
}

func (p *parser) unary() condition {
	switch {
	case p.word("NOT"):
		return negation{p.unary()}
	case p.next().kind == "(":
		p.take()
		out := p.or()
		p.want(")")
		return out
	}
	return p.question()
}

// named are the comparisons that symbols stand for.
var named = map[string]string{"=": "equals", "==": "equals", "!=": "differs", ">": "greater_than", ">=": "at_least", "<": "less_than", "<=": "at_most"}

// verbs are the comparisons, with what they take.
var verbs = map[string]string{
	"equals": "scalar", "differs": "scalar", "greater_than": "scalar", "at_least": "scalar", "less_than": "scalar", "at_most": "scalar",
	"exists": "", "absent": "", "contains": "texts", "omits": "texts", "starts_with": "texts", "ends_with": "texts", "one_of": "texts",
	"before_date": "texts", "after_date": "texts", "within_last": "length", "before_last": "length",
}

// question is one expression that ends in a comparison.
func (p *parser) question() condition {
	p.size++
	q := question{of: p.scalar()}
	if verb := named[p.next().kind]; verb != "" {
		p.take()
		q.verb, q.with = verb, p.scalar()
		return q
	}
	p.want(".")
	q.verb = p.want("name")
	takes, known := verbs[q.verb]
	if !known {
		p.fail("there is no comparison %q", q.verb)
		return q
	}
	p.want("(")
	switch takes {
	case "scalar":
		q.with = p.scalar()
	case "length":
		q.length, q.days = p.length()
	case "texts":
		q.texts = append(q.texts, p.want("text"))
		for p.next().kind == "," {
			p.take()
			q.texts = append(q.texts, p.want("text"))
		}
	}
	p.want(")")
	return q
}

// length is "7 days".
func (p *parser) length() (d time.Duration, days bool) {
	n, err := strconv.Atoi(p.want("number"))
	if err != nil || n < 1 {
		p.fail("a whole number of hours or days")
		return 0, false
	}
	switch unit := p.want("name"); unit {
	case "hour", "hours":
		return time.Duration(n) * time.Hour, false
	case "day", "days":
		return time.Duration(n) * 24 * time.Hour, true
	}
	p.fail("hours or days")
	return 0, false
}

// scalar is what has one value. Texts and numbers may stand by themselves.
func (p *parser) scalar() scalar {
	t := p.take()
	switch t.kind {
	case "text":
		return constant{t.text}
	case "number":
		return constant{Number(t.text)}
	case "name":
		return p.extractor(t.text)
	}
	p.at--
	p.fail("a value and not %q", t.text)
	return constant{}
}

func (p *parser) extractor(name string) scalar {
	p.want("(")
	switch name {
	case "literal":
		t := p.take()
		p.want(")")
		switch {
		case t.kind == "text":
			return constant{t.text}
		case t.kind == "number":
			return constant{Number(t.text)}
		case t.text == "true" || t.text == "false":
			return constant{t.text == "true"}
		}
	case "trait":
		text := p.want("text")
		p.want(")")
		return trait(text)
	case "property":
		if p.inside == 0 {
			p.fail("property is only valid inside of where or a reducer")
		}
		text := p.want("text")
		p.want(")")
		return property(text)
	case "event":
		text := p.want("text")
		p.want(")")
		return p.stream(fold{event: text})
	}
	p.fail("there is no value %q", name)
	return constant{}
}

// folds are the functions that make one value of many events.
var folds = []string{"sum", "avg", "min", "max", "first", "last"}

// stream is what follows event('...') until it has become one value.
func (p *parser) stream(f fold) scalar {
	for p.err == nil {
		p.want(".")
		name := p.want("name")
		p.want("(")
		switch {
		case name == "where":
			p.inside++
			f.where = append(f.where, p.or())
			p.inside--
		case name == "within":
			p.within(&f)
		case name == "count":
			f.by = "count"
			p.want(")")
			return f
		case slices.Contains(folds, name):
			f.by = name
			if !p.word("property") {
				p.fail("%s is of a property", name)
			}
			p.want("(")
			f.property = p.want("text")
			p.want(")")
			p.want(")")
			return f
		default:
			p.fail("there is no function %q of events", name)
		}
		p.want(")")
	}
	return f
}

func (p *parser) within(f *fold) {
	if p.word("parent") {
		p.want(":")
		f.after, _ = p.length()
		if p.inside == 0 {
			p.fail("there is no parent here")
		}
		return
	}
	f.last, f.days = p.length()
}
