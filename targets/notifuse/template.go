package notifuse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/merge"
)

// What the platform takes, in bytes.
const (
	longestName    = 32
	longestSubject = 255
	largestSource  = 100 << 10
)

// The categories of templates.
const (
	categoryMarketing = "marketing"
	categoryService   = "transactional"
)

// touchpoint is one template, its languages side by side: the platform takes
// the one of the contact's language, and the account's default otherwise.
func (l *lowering) touchpoint(t ir.Touchpoint) {
	if s, other := l.handed(t); other {
		l.handOver(s, t)
		return
	}
	if !l.mailed(t) {
		l.notMail(t)
		return
	}
	purpose, _ := ir.Find(l.Program.Purposes, t.Purpose)
	category := categoryService
	if purpose.Class == ir.Marketing {
		category = categoryMarketing
	}
	name := fit(l.title(t.Address))
	contents := resource.Map{}
	for _, language := range languages(t.Content) {
		contents[language] = l.mail(t, language, name)
	}
	l.look(lookLanguage, l.language(), l.Platform.At)
	l.add(t.Address, "", kindTemplate, resource.Map{"name": resource.String(name), "category": resource.String(category), "contents": contents}, t.At, nil)
}

func (l *lowering) notMail(t ir.Touchpoint) {
	at, others := t.ChannelsAt, []string{}
	if at.IsZero() {
		at = t.At
	}
	help := fmt.Sprintf("leave it out here: leave_out = [%s]", t.Address)
	for _, address := range t.Channels {
		c, _ := ir.Find(l.Program.Channels, address)
		switch {
		case !byMail(address) && len(t.Channels) == 1:
			help = fmt.Sprintf("say who sends it, in the block of %s: channel %q { send = \"https://…\" }; or %s", l.Platform.Address, ir.Short(address), help)
			fallthrough
		case !byMail(address):
			others = append(others, ir.ChannelWord(address))
		case c.Via != "" && c.Via != l.Platform.Address:
			others = append(others, "e-mail through "+c.Via)
		}
	}
	l.found = append(l.found, diag.Diagnostic{Rule: notHere, At: at,
		Detail: fmt.Sprintf("%s goes by %s, and Notifuse itself sends e-mail alone.", t.Address, strings.Join(others, " and ")), Help: help})
}

// languages lists the languages that a content has a text in, sorted.
func languages(c ir.Content) []string {
	var out []string
	for _, texts := range []map[string]content.Template{c.Subject, c.Body, c.Text} {
		for language := range texts {
			out = append(out, language)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fit is a name that is short enough, and still of one object.
func fit(name string) string {
	if len(name) <= longestName {
		return name
	}
	return strings.ToValidUTF8(name[:longestName-7], "") + "-" + short(name, 6)
}

// mail is a message in one language: subject, the source of the HTML, and the
// plain text where there is one beside it.
func (l *lowering) mail(t ir.Touchpoint, language, name string) resource.Map {
	subject, body, plain := t.Content.Subject[language], t.Content.Body[language], t.Content.Text[language]
	out := resource.Map{"subject": resource.String(l.subject(t, subject, language))}
	hypertext := l.texts(hypertext{})
	if len(body.Pieces) == 0 {
		body = asHTML(plain)
	} else if len(plain.Pieces) > 0 {
		words := l.texts(merge.Liquid{})
		out["text"] = resource.String(words.Lower(plain, language))
		l.found = append(l.found, words.Findings()...)
	}
	source := document(name, hypertext.Lower(body, language))
	l.found = append(l.found, hypertext.Findings()...)
	if wrong := unbalanced(l.sample(body, language)); wrong != "" {
		l.refuseText(body.At, fmt.Sprintf("Notifuse reads a message as XML and fails when it sends: %s.", wrong), "close every tag, and write &lt; for a less-than sign")
	}
	if len(source) > largestSource {
		l.refuseText(body.At, fmt.Sprintf("The message has %d bytes, and Notifuse takes %d.", len(source), largestSource), "")
	}
	out["source"] = resource.String(source)
	return out
}

func (l *lowering) subject(t ir.Touchpoint, subject content.Template, language string) string {
	texts := l.texts(merge.Liquid{})
	said := texts.Lower(subject, language)
	l.found = append(l.found, texts.Findings()...)
	at := subject.At
	if at.IsZero() {
		at = t.At
	}
	switch {
	case said == "":
		l.refuseText(at, fmt.Sprintf("%s has no subject in %s, and Notifuse takes no message without.", t.Address, language), "")
	case len(said) > longestSubject:
		l.refuseText(at, fmt.Sprintf("With what is filled in, the subject has %d bytes, and Notifuse takes %d.", len(said), longestSubject), "")
	}
	return said
}

func (l *lowering) refuseText(at diag.Range, detail, help string) {
	l.found = append(l.found, diag.Diagnostic{Rule: notHere, At: at, Detail: detail, Help: help})
}

// asHTML is a plain text as a message: an e-mail without body sends the text.
func asHTML(plain content.Template) content.Template {
	out := merge.HTML(plain)
	out.Pieces = slices.Concat([]content.Piece{content.Text{Text: "<p>"}}, out.Pieces, []content.Piece{content.Text{Text: "</p>"}})
	return out
}

// sample is a message with something filled in everywhere.
func (l *lowering) sample(t content.Template, language string) string {
	var b strings.Builder
	for _, piece := range t.Pieces {
		switch piece := piece.(type) {
		case content.Text:
			b.WriteString(piece.Text)
		case content.Slot, content.LinkSlot:
			b.WriteString("x")
		case content.PartSlot:
			part, _ := ir.Find(l.Program.Parts, piece.Part)
			b.WriteString(l.sample(part.Body[language], language))
		}
	}
	return b.String()
}

// words is a text in which nothing is filled in.
func words(t content.Template) (string, bool) {
	var b strings.Builder
	for _, piece := range t.Pieces {
		text, constant := piece.(content.Text)
		if !constant {
			return "", false
		}
		b.WriteString(text.Text)
	}
	return b.String(), true
}

// noWords is why a value of a type is not filled in; "" where it is.
func noWords(t types.Type) string {
	if form, ok := formOf(t); ok && form == texts && t != types.Type(types.Bool) {
		return ""
	}
	return fmt.Sprintf("it writes texts as they are, and knows no way of ours to write %s", t)
}
