package rehearse

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// Write is a test as a block, laid out as fmt does it. Read back it is the same
// test.
func Write(t ir.Test) string {
	w := &writer{}
	w.open("test " + quote(Name(t)))
	w.say("description", unlessEmpty(t.Description))
	w.say("platform", t.Platform)
	if starts, ok := t.Starts.(types.Instant); ok {
		w.say("starts", quote(types.Spell(starts)))
	}
	w.say("listed", list(t.Listed))
	w.say("control", list(t.Control))
	if len(t.Person) > 0 {
		w.open("person")
		w.givens(t.Person)
		w.shut()
	}
	for _, o := range t.Objects {
		w.open("object " + quote(ir.Short(o.Object)) + " " + quote(o.Key))
		w.givens(o.Values)
		w.shut()
	}
	for _, a := range t.Assigns {
		w.open("assign")
		w.say("split", a.Split)
		w.say("to", quote(a.To))
		w.shut()
	}
	for _, h := range t.Before {
		w.happening("before", h)
	}
	for _, h := range t.Happens {
		w.happening("at", h)
	}
	for _, e := range t.Expects {
		w.expectation(e)
	}
	w.shut()
	return w.text.String()
}

// writer lays out blocks: one argument in one line, several under each other.
type writer struct {
	text  strings.Builder
	stack []*part
}

// part is a block that is being written.
type part struct {
	head  string
	lines [][2]string // names and values
	parts []string    // blocks inside, written
}

func (w *writer) open(head string) { w.stack = append(w.stack, &part{head: head}) }

// say adds an argument; an empty value is none.
func (w *writer) say(name, value string) {
	if value != "" {
		top := w.stack[len(w.stack)-1]
		top.lines = append(top.lines, [2]string{name, value})
	}
}

// shut ends the innermost block.
func (w *writer) shut() {
	done := w.stack[len(w.stack)-1].write()
	w.stack = w.stack[:len(w.stack)-1]
	if len(w.stack) == 0 {
		w.text.WriteString(done)
		return
	}
	around := w.stack[len(w.stack)-1]
	around.parts = append(around.parts, done)
}

func (p *part) write() string {
	if len(p.parts) == 0 && len(p.lines) == 0 {
		return p.head + " {}\n"
	}
	if len(p.parts) == 0 && len(p.lines) == 1 {
		return fmt.Sprintf("%s { %s = %s }\n", p.head, p.lines[0][0], p.lines[0][1])
	}
	var b strings.Builder
	b.WriteString(p.head + " {\n")
	width := 0
	for _, l := range p.lines {
		width = max(width, len(l[0]))
	}
	for _, l := range p.lines {
		fmt.Fprintf(&b, "  %-*s = %s\n", width, l[0], l[1])
	}
	for i, inner := range p.parts {
		if i > 0 && chapter(inner) != chapter(p.parts[i-1]) {
			b.WriteString("\n")
		}
		b.WriteString("  " + strings.ReplaceAll(strings.TrimRight(inner, "\n"), "\n", "\n  ") + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// chapter is what a test's block is about: who, what happens, what must come of
// it. An empty line stands between them.
func chapter(block string) string {
	switch word, _, _ := strings.Cut(block, " "); word {
	case "before", "at":
		return "what happens"
	case "expect":
		return "what must come of it"
	}
	return "who"
}

func (w *writer) givens(list []ir.Given) {
	for _, g := range list {
		w.say(g.Name, literal(g.Value))
	}
}

func (w *writer) happening(block string, h ir.Happening) {
	w.open(block + " " + quote(h.Offset.String()))
	switch {
	case h.Outcome != nil:
		what := h.Outcome.Step
		if what == "" {
			what = h.Outcome.Touchpoint
		}
		w.say("outcome", what+"."+h.Outcome.Outcome)
		w.say("address", unlessEmpty(h.Address))
	case h.Bounced != "":
		w.say("bounced", h.Bounced)
	case h.Act != nil:
		w.say(string(h.Act.Kind), h.Act.Consent)
		w.say("channel", h.Act.Channel)
		if expires, ok := h.Act.Expires.(types.Instant); ok {
			w.say("expires", quote(types.Spell(expires)))
		}
	case h.Event != "":
		w.say("event", h.Event)
		if len(h.With) > 0 {
			w.say("with", object(h.With))
		}
	default:
		w.say("set", object(h.Set))
	}
	w.shut()
}

func (w *writer) expectation(e ir.Expectation) {
	w.open("expect " + quote(e.Name))
	w.say("sent", e.Sent)
	w.say("not_sent", e.NotSent)
	w.say("done", e.Done)
	w.say("left", e.Left)
	w.say("converted", e.Converted)
	w.say("in", e.In)
	w.say("not_in", e.NotIn)
	w.say("by", e.By)
	w.say("step", e.Step)
	w.span("within", e.Within)
	if e.Times != nil {
		w.say("times", strconv.Itoa(*e.Times))
	}
	w.say("says", unlessEmpty(e.Says))
	w.span("at", e.AsOf)
	w.shut()
}

func (w *writer) span(name string, s types.Span) {
	if !s.IsZero() {
		w.say(name, quote(s.String()))
	}
}

func list(addresses []string) string {
	if len(addresses) == 0 {
		return ""
	}
	return "[" + strings.Join(addresses, ", ") + "]"
}

// object is values by name in one line.
func object(list []ir.Given) string {
	parts := make([]string, len(list))
	for i, g := range list {
		name := g.Name
		if !bareName.MatchString(name) {
			name = quote(name)
		}
		parts[i] = name + " = " + literal(g.Value)
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

var bareName = regexp.MustCompile(`^\pL[\pL\pN_]*$`)

// literal is a value as it is written.
func literal(v types.Value) string {
	switch v := v.(type) {
	case types.Null, nil:
		return "null"
	case types.Decimal, types.Truth:
		return types.Spell(v)
	case types.Values:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = literal(x)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case types.Text, types.Date, types.Instant, types.Span:
		return quote(types.Spell(v))
	}
	panic("rehearse: a value that is none of the kinds")
}

// quote is a text in quotes, in which nothing is special.
func quote(text string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes())
}

// unlessEmpty is a text in quotes, and nothing for the empty one.
func unlessEmpty(text string) string {
	if text == "" {
		return ""
	}
	return quote(text)
}
