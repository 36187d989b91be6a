// Package preview is a message as a person would get it, in every language.
//
// A template's pieces are put together: words as they are, the person's values
// escaped for their place, links by their address, parts in whole. What cannot
// be known (nobody is asked about, or the event that the message is about has
// not happened) stands in braces by its name, with what the text says instead
// where it says something: {first_name: amigo}. Addresses are masked.
//
// In an SMS a link is written {link} and counts as content.LinkLength, because
// platforms send a short address of about that length in its place; what
// stands in braces otherwise counts as nothing, and the count is then a lower
// bound.
package preview

import (
	"sort"
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Message is a touchpoint on one channel in one language.
type Message struct {
	Channel  string `json:"channel"` // "channel.email"
	Language string `json:"language"`
	Subject  string `json:"subject,omitempty"`
	Text     string `json:"text,omitempty"`
	Body     string `json:"body,omitempty"` // HTML
	// SMS is what it takes to send the text, on a channel for SMS.
	SMS *SMS `json:"sms,omitempty"`
	// Links is the addresses that the message leads to, by name.
	Links []Link `json:"links,omitempty"`
	// Open lists what stands in braces, each once, in the order of the message.
	Open []string `json:"open,omitempty"`
}

// SMS is the size of a text.
type SMS struct {
	Encoding content.Encoding `json:"encoding"`
	Units    int              `json:"units"`
	Parts    int              `json:"parts"`
	Room     int              `json:"room"`
	Foreign  []string         `json:"foreign,omitempty"`
	Links    int              `json:"links"` // each counted as content.LinkLength
	AtLeast  bool             `json:"at_least,omitempty"`
}

// Link is a link and where it leads.
type Link struct {
	Link string `json:"link"`
	URL  string `json:"url"`
}

// Subject is whom a message is rendered for.
type Subject struct {
	World  *eval.World
	Person *person.Person // nil: nobody, so every value is open
	Entry  *person.Event  // what the message is about; nil when there is none
}

// IsSMS tells whether a channel sends short messages: it is called sms.
func IsSMS(channel string) bool { return channel[strings.LastIndex(channel, ".")+1:] == "sms" }

// IsMail tells whether a channel sends e-mail: it is called email.
func IsMail(channel string) bool { return channel[strings.LastIndex(channel, ".")+1:] == "email" }

// Render is a touchpoint on a channel in a language. A channel other than
// e-mail gets the text, e-mail the body or, where there is none, the text.
func Render(p *ir.Program, t ir.Touchpoint, channel, language string, s Subject) Message {
	m := Message{Channel: channel, Language: language}
	r := renderer{program: p, subject: s, language: language, sms: IsSMS(channel)}
	if !r.sms {
		m.Subject = r.text(t.Content.Subject[language])
	}
	if body, ok := t.Content.Body[language]; ok && IsMail(channel) {
		m.Body = r.text(body)
	} else {
		r.stretches = nil
		m.Text = r.text(t.Content.Text[language])
		if r.sms {
			m.SMS = r.measure()
		}
	}
	m.Links, m.Open = r.links, r.open
	return m
}

// Size is what an SMS of a touchpoint takes at least, whoever gets it.
func Size(p *ir.Program, t ir.Touchpoint, language string) SMS {
	r := renderer{program: p, language: language, sms: true}
	r.text(t.Content.Text[language])
	return *r.measure()
}

// renderer puts templates together.
type renderer struct {
	program   *ir.Program
	subject   Subject
	language  string
	sms       bool
	stretches []content.Stretch // of the text, for counting
	links     []Link
	open      []string
	uncounted bool // something in braces counts as nothing
}

func (r *renderer) measure() *SMS {
	c := content.CountSMS(r.stretches)
	out := &SMS{Encoding: c.Encoding, Units: c.Units, Parts: c.Parts, Room: c.Room, Foreign: c.Foreign, AtLeast: r.uncounted}
	for _, s := range r.stretches {
		if s.Link {
			out.Links++
		}
	}
	return out
}

func (r *renderer) text(t content.Template) string {
	var b strings.Builder
	for _, piece := range t.Pieces {
		b.WriteString(r.piece(piece))
	}
	return b.String()
}

func (r *renderer) piece(piece content.Piece) string {
	switch piece := piece.(type) {
	case content.Text:
		r.count(content.Stretch{Text: piece.Text})
		return piece.Text
	case content.Slot:
		return r.slot(piece)
	case content.LinkSlot:
		return r.link(piece)
	case content.PartSlot:
		part, _ := ir.Find(r.program.Parts, piece.Part)
		return r.text(part.Body[r.language])
	}
	panic("preview: a piece that is none of the cases")
}

func (r *renderer) count(s content.Stretch) { r.stretches = append(r.stretches, s) }

func (r *renderer) slot(s content.Slot) string {
	value, known := r.value(s.Value)
	if !known {
		r.uncounted = true
		return s.Escape.Apply(r.brace(s.Value))
	}
	r.count(content.Stretch{Text: value})
	return s.Escape.Apply(explain.Mask(value, expr.TypeOf(s.Value)))
}

// value is the person's, as it would be sent; false when it is not known or
// not to be shown.
func (r *renderer) value(e expr.Expr) (string, bool) {
	if r.subject.Person == nil || hidden(r.program, e) {
		return "", false
	}
	value := r.subject.World.Value(e, r.subject.Person, eval.Context{Entry: r.subject.Entry})
	return types.Spell(value), !types.IsNull(value)
}

// hidden tells whether a value rests on something special, or on an address in
// a form that Mask does not know. Identifying ones, such as a name, are what a
// preview is for.
func hidden(p *ir.Program, e expr.Expr) bool {
	if explain.Masked(expr.TypeOf(e)) || !explain.Guarded(p, e) {
		return false
	}
	found := false
	expr.Walk(e, func(e expr.Expr) bool {
		if a, ok := e.(expr.Attribute); ok {
			declared, _ := p.Person.AttributeNamed(a.Path[0])
			found = found || explain.Masked(a.Type) || declared.Sensitivity == "special" || declared.Value != nil && hidden(p, declared.Value)
		}
		return !found
	})
	return found
}

// brace is a value's name, and what the text says in its stead.
func (r *renderer) brace(e expr.Expr) string {
	out := "{" + name(e) + "}"
	if c, ok := e.(expr.Coalesce); ok {
		if last, ok := c.Terms[len(c.Terms)-1].(expr.Literal); ok {
			out = "{" + name(c.Terms[0]) + ": " + types.Spell(last.Value) + "}"
		}
	}
	r.note(out)
	return out
}

func (r *renderer) note(brace string) {
	for _, known := range r.open {
		if known == brace {
			return
		}
	}
	r.open = append(r.open, brace)
}

// name is what an author calls a value, as short as it is clear.
func name(e expr.Expr) string {
	if a, ok := e.(expr.Attribute); ok {
		return strings.Join(a.Path, ".")
	}
	return expr.Print(e)
}

func (r *renderer) link(s content.LinkSlot) string {
	link, _ := ir.Find(r.program.Links, s.Link)
	// The address of a link is counted as a link, not by its letters.
	inner := renderer{program: r.program, subject: r.subject, language: r.language}
	url := inner.text(link.URL)
	r.remember(Link{s.Link, url})
	for _, b := range inner.open {
		r.note(b)
	}
	r.count(content.Stretch{Link: true})
	if r.sms {
		return "{link}"
	}
	return s.Escape.Apply(url)
}

func (r *renderer) remember(l Link) {
	at := sort.Search(len(r.links), func(i int) bool { return r.links[i].Link >= l.Link })
	if at < len(r.links) && r.links[at].Link == l.Link {
		return
	}
	r.links = append(r.links[:at:at], append([]Link{l}, r.links[at:]...)...)
}
