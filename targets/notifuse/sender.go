package notifuse

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/merge"
)

// Channels that the platform does not have.
//
// The platform sends e-mail. What goes another way is handed to an address that
// the platform block names: a webhook node calls it with everything that is
// known of the contact, and the texts of the message stand in the address itself.
// The gate stands before the node as it stands before every send, so whoever
// sends need not know the rules; what became of a message only they know, so
// they record on the contact that a number does not exist or that somebody
// complained, as events whose names the block says.

// sender is who sends what goes over a channel.
type sender struct {
	at                  diag.Range
	url                 string
	bounced, complained string // names of events there; "" is not said
}

// longestAddress is how long an address with texts in it may be: what servers
// and what stands before them are sure to take.
const longestAddress = 4000

// sender reads who sends on a channel.
func (r *reader) sender(n *names, c ir.Channel, b ir.Config) {
	if byMail(c.Address) {
		r.add(b.At, "Notifuse sends e-mail itself.", "remove this block")
		return
	}
	s := sender{at: b.At}
	for _, setting := range b.Settings {
		switch setting.Name {
		case "send":
			s.url = r.text(setting)
			if u, err := url.Parse(s.url); s.url != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
				r.add(setting.At, "This is not an address that can be called.", `write it as in "https://sms.example.com/send"`)
			}
		case "bounced":
			s.bounced = r.eventName(setting)
		case "complained":
			s.complained = r.eventName(setting)
		}
	}
	if _, said := b.Get("send"); !said {
		r.add(b.At, fmt.Sprintf("The block does not say which address sends %s.", ir.ChannelWord(c.Address)), `add send = "https://sms.example.com/send"`)
	}
	n.senders[c.Address] = s
}

// eventName is the name under which something is recorded there.
func (r *reader) eventName(s ir.Setting) string {
	name := r.text(s)
	if len(name) > longestEvent {
		r.add(s.At, fmt.Sprintf("Notifuse keeps events with names of at most %d characters, and %s has %d.", longestEvent, name, len(name)), "record it there under a shorter name")
	}
	return name
}

// handed is who else sends a touchpoint; false where the platform does itself,
// or nobody.
func (l *lowering) handed(t ir.Touchpoint) (sender, bool) {
	if len(t.Channels) != 1 {
		return sender{}, false
	}
	s, said := l.names.senders[t.Channels[0]]
	return s, said
}

// mailed tells whether the platform itself sends a touchpoint.
func (l *lowering) mailed(t ir.Touchpoint) bool {
	if len(t.Channels) != 1 || !byMail(t.Channels[0]) {
		return false
	}
	c, _ := ir.Find(l.Program.Channels, t.Channels[0])
	return c.Via == "" || c.Via == l.Platform.Address
}

// calls is the node that hands a message over.
func (l *lowering) calls(s sender, t ir.Touchpoint, next string) node {
	return node{kind: nodeWebhook, config: resource.Map{"url": resource.String(l.address(s, t))}, next: next}
}

// address is where a message is handed over: which touchpoint it is, and its
// text in each language. What is filled in is left to whoever sends, who is
// told the contact.
func (l *lowering) address(s sender, t ir.Touchpoint) string {
	u, err := url.Parse(s.url)
	if err != nil {
		return "" // said at the block
	}
	query := u.Query()
	query.Set("touchpoint", ir.Short(t.Address))
	for _, language := range languages(t.Content) {
		texts := l.texts(merge.Liquid{})
		query.Set("text_"+language, texts.Lower(t.Content.Text[language], language))
		l.found = append(l.found, texts.Findings()...)
	}
	u.RawQuery = query.Encode()
	if said := u.String(); len(said) <= longestAddress {
		return said
	}
	l.found = append(l.found, diag.Diagnostic{Rule: notHere, At: t.At,
		Detail: fmt.Sprintf("The texts of %s stand in the address that Notifuse calls, which then has %d characters; %d are sure to arrive.", t.Address, len(u.String()), longestAddress),
		Help:   "write shorter texts, or fewer languages"})
	return ""
}

// handOver checks a touchpoint that another sends. It is no object here: its
// text stands where it is sent.
func (l *lowering) handOver(s sender, t ir.Touchpoint) {
	channel, _ := ir.Find(l.Program.Channels, t.Channels[0])
	for _, language := range languages(t.Content) {
		if empty(t.Content.Text[language]) {
			l.refuseText(t.At, fmt.Sprintf("%s has no plain text in %s, and nothing else goes by %s.", t.Address, language, ir.ChannelWord(channel.Address)), "add a text to content")
		}
	}
	if s.bounced == "" || s.complained == "" {
		l.found = append(l.found, diag.Diagnostic{Rule: notKept, At: s.at,
			Detail: fmt.Sprintf("Whoever has a number that does not exist, or complained, gets nothing more by %s, and Notifuse does not learn it by itself.", ir.ChannelWord(channel.Address)),
			Help:   `let whoever sends record it there, and say under which names: bounced = "sms_bounced", complained = "sms_complained"`})
	}
}

func empty(t content.Template) bool {
	for _, piece := range t.Pieces {
		if text, is := piece.(content.Text); !is || strings.TrimSpace(text.Text) != "" {
			return false
		}
	}
	return true
}

// stopped is where somebody is not to be written to on a channel of a sender's.
func (s sender) stopped(want verdict) tree {
	var terms []tree
	for _, name := range []string{s.bounced, s.complained} {
		if name == "" {
			continue // said at the block
		}
		if want == isTrue {
			terms = append(terms, happened(customEvent+name, nil, "at_least", 1, ever))
		} else {
			terms = append(terms, happened(customEvent+name, nil, "at_most", 0, ever))
		}
	}
	if want == isTrue {
		return some(terms...)
	}
	return all(terms...)
}

// speaks tells whether the list of a consent speaks of a channel: a contact has
// one status on a list, so of one channel alone.
func (c condition) speaks(consent, channel string) bool {
	of, ok := ir.Find(c.Program.Consents, consent)
	if !ok {
		return false
	}
	_, sent := c.names.senders[channel]
	return byMail(channel) || sent && len(of.Channels) == 1
}
