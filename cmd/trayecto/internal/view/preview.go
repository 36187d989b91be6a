package view

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/preview"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/targets/run"
)

// Preview is the messages of a touchpoint, e-mail as text.
func Preview(p run.Preview) string {
	var b strings.Builder
	open := false
	for i, m := range p.Messages {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(sentAs(m, p) + "\n")
		if m.Subject != "" {
			fmt.Fprintf(&b, "  Subject: %s\n\n", m.Subject)
		}
		text := m.Text
		if m.Body != "" {
			text = content.Readable(m.Body)
		}
		b.WriteString(inset(text))
		if m.SMS != nil {
			for _, l := range m.Links {
				fmt.Fprintf(&b, "  {link} leads to %s (%s)\n", l.URL, l.Link)
			}
		}
		open = open || len(m.Open) > 0
	}
	if notes := notes(p, open); notes != "" {
		b.WriteString("\n" + notes)
	}
	return printable(b.String())
}

// sentAs says how it is sent, to whom and in which language: SMS to +34 6**
// *** *12, es, 2 parts (...).
func sentAs(m preview.Message, p run.Preview) string {
	name := ir.ChannelWord(m.Channel)
	out := strings.ToUpper(name[:1]) + name[1:]
	if p.Person != "" {
		to := p.To[m.Channel]
		if to == "" {
			to = "nobody, for the address is not known"
		}
		out += " to " + to
	}
	out += ", " + m.Language
	if m.SMS != nil {
		out += ", " + size(*m.SMS)
	}
	return out
}

// size is what an SMS takes: 2 parts (UCS-2 because of "ó", "í"; 81 of 134
// characters, link counted as 23).
func size(s preview.SMS) string {
	least := ""
	if s.AtLeast {
		least = "at least "
	}
	why := string(s.Encoding)
	if len(s.Foreign) > 0 {
		why += " because of " + Quoted(s.Foreign)
	}
	out := fmt.Sprintf("%s%s (%s; %s%d of %d characters", least, plural(s.Parts, "part"), why, least, s.Units, s.Room)
	switch {
	case s.Links == 1:
		out += fmt.Sprintf(", link counted as %d", content.LinkLength)
	case s.Links > 1:
		out += fmt.Sprintf(", links counted as %d each", content.LinkLength)
	}
	return out + ")"
}

// Quoted is a list of characters in quotes, at most the first five.
func Quoted(list []string) string {
	var out []string
	for i, c := range list {
		if i == 5 {
			return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", len(list)-i)
		}
		out = append(out, strconv.Quote(c))
	}
	return strings.Join(out, ", ")
}

// inset is a text set in, its empty lines kept empty.
func inset(text string) string {
	var b strings.Builder
	for _, line := range strings.Split(text, "\n") {
		if line != "" {
			b.WriteString("  " + line)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// notes says what a reader must know: where values are from, what braces mean.
func notes(p run.Preview, open bool) string {
	var b strings.Builder
	switch {
	case p.About == "" || p.Person == "":
	case p.At == nil:
		fmt.Fprintf(&b, "It is about %s, which %s never had.\n", p.About, p.Person)
	default:
		fmt.Fprintf(&b, "It is about %s of %s.\n", p.About, moment(*p.At, p.Timezone))
	}
	switch {
	case !open:
	case p.Person == "":
		b.WriteString("In braces: what differs from person to person, and what is said where it is not known. --person ID fills it in.\n")
	default:
		b.WriteString("In braces: what is not known, or not shown.\n")
	}
	return b.String()
}
