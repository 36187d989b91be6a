package content

import "strings"

// state is where in HTML a place is.
type state int

// The states. They are those of the tokenizer of the HTML standard as far as
// they decide how a value must be escaped.
const (
	betweenTags state = iota
	rawText           // inside script, style, title, textarea
	tagOpen           // after <
	tagName
	beforeAttribute
	attributeName
	afterAttributeName
	beforeValue // after =
	doubleQuoted
	singleQuoted
	unquoted
	declaration // <!doctype, <![endif], <?xml
	comment
)

// markup follows HTML and knows the place at its end.
type markup struct {
	state     state
	closing   bool   // the tag is an end tag
	tag       string // its name, small letters
	attribute string // the attribute's name, small letters
	value     string // the first bytes of the attribute's value
	filledIn  bool   // a value was put into the attribute's value
	head      string // the first bytes of a declaration or comment
	tail      string // the last bytes of a comment or raw text
}

func newHTML() *markup { return &markup{} }

func (m *markup) feed(text string) {
	for i := range len(text) {
		m.next(text[i])
	}
}

func (m *markup) filled() { m.filledIn = true }

// next takes one byte; bytes beyond ASCII never change the state.
func (m *markup) next(b byte) {
	switch m.state {
	case betweenTags:
		if b == '<' {
			m.state = tagOpen
		}
	case rawText:
		m.raw(b)
	case tagOpen:
		m.open(b)
	case tagName:
		m.name(b)
	case beforeAttribute, attributeName, afterAttributeName, beforeValue:
		m.inTag(b)
	case doubleQuoted:
		m.inValue(b, b == '"')
	case singleQuoted:
		m.inValue(b, b == '\'')
	case unquoted:
		if b == '>' {
			m.endTag()
			return
		}
		m.inValue(b, space(b))
	case declaration:
		m.declare(b)
	case comment:
		m.comment(b)
	}
}

func space(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == '\f' }

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

func small(b byte) string { return strings.ToLower(string([]byte{b})) }

// open takes the byte after <.
func (m *markup) open(b byte) {
	m.tag, m.head, m.tail, m.closing = "", "", "", false
	switch {
	case b == '/':
		m.closing, m.state = true, tagName
	case b == '!' || b == '?':
		m.state = declaration
	case letter(b):
		m.tag, m.state = small(b), tagName
	case b == '<':
	default:
		m.state = betweenTags
	}
}

func (m *markup) name(b byte) {
	switch {
	case b == '>':
		m.endTag()
	case space(b) || b == '/':
		m.state = beforeAttribute
	default:
		m.tag += small(b)
	}
}

func (m *markup) inTag(b byte) {
	switch {
	case b == '>':
		m.endTag()
	case space(b):
		if m.state == attributeName {
			m.state = afterAttributeName
		}
	case m.state == beforeValue:
		m.beginValue(b)
	case b == '/':
		m.state = beforeAttribute
	case b == '=' && m.state != beforeAttribute:
		m.state = beforeValue
	case m.state == attributeName:
		m.attribute += small(b)
	default:
		m.attribute, m.state = small(b), attributeName
	}
}

func (m *markup) beginValue(b byte) {
	m.value, m.filledIn = "", false
	switch b {
	case '"':
		m.state = doubleQuoted
	case '\'':
		m.state = singleQuoted
	default:
		m.state = unquoted
	}
}

func (m *markup) inValue(b byte, ends bool) {
	if ends {
		m.state = beforeAttribute
		return
	}
	m.value = begin(m.value, b)
}

// begin adds a byte to the beginning of something; 64 are enough to know it by.
func begin(s string, b byte) string {
	if len(s) < 64 {
		return s + string([]byte{b})
	}
	return s
}

// end adds a byte to the last n of something.
func end(s string, b byte, n int) string {
	s += string([]byte{b})
	return s[max(0, len(s)-n):]
}

// rawTags hold text in which tags mean nothing.
var rawTags = map[string]bool{
	"script": true, "style": true, "title": true, "textarea": true, "xmp": true, "iframe": true, "noembed": true, "noframes": true,
}

func (m *markup) endTag() {
	m.state, m.tail = betweenTags, ""
	if !m.closing && rawTags[m.tag] {
		m.state = rawText
	}
}

// raw waits for the end tag of m.tag.
func (m *markup) raw(b byte) {
	close := "</" + m.tag
	m.tail = end(m.tail, small(b)[0], len(close))
	if m.tail == close {
		m.closing, m.state = true, tagName
	}
}

func (m *markup) declare(b byte) {
	m.head = begin(m.head, b)
	switch {
	case m.head == "--":
		m.state, m.head, m.tail = comment, "", ""
	case b == '>':
		m.state = betweenTags
	}
}

// comment waits for the end of a comment. What is inside <!--[if mso]> and its
// end is HTML to some mail programs, and is followed as such.
func (m *markup) comment(b byte) {
	m.head, m.tail = begin(m.head, b), end(m.tail, b, len("-->"))
	conditional := strings.HasPrefix(strings.TrimLeft(m.head, " "), "[if")
	switch {
	case b != '>':
	case conditional && strings.HasSuffix(m.tail, "]>"), m.tail == "-->", m.head == ">", m.head == "->":
		m.state = betweenTags
	}
}

// addressAttributes hold a URL.
var addressAttributes = map[string]bool{
	"href": true, "src": true, "action": true, "formaction": true, "cite": true, "background": true, "poster": true, "data": true,
	"longdesc": true, "xlink:href": true, "ping": true, "usemap": true, "codebase": true, "icon": true, "manifest": true, "classid": true,
}

const (
	quoteIt  = "put quotes around the attribute's value"
	moveIt   = "put the value between tags or into a quoted attribute"
	noScript = "script and styles are not for values of people"
)

func (m *markup) spot() spot {
	switch m.state {
	case betweenTags:
		return spot{escape: HTML, markup: true}
	case rawText:
		if m.tag == "title" || m.tag == "textarea" {
			return spot{escape: HTML, markup: true}
		}
		return spot{unsafe: "inside <" + m.tag + ">: " + noScript, help: moveIt}
	case doubleQuoted, singleQuoted:
		return m.quotedSpot()
	case beforeValue, unquoted:
		return spot{unsafe: "the attribute " + m.attribute + " has no quotes", help: quoteIt}
	case comment, declaration:
		return spot{unsafe: "inside a comment", help: moveIt}
	case tagOpen, tagName, beforeAttribute, attributeName, afterAttributeName:
		return spot{unsafe: "inside a tag, outside its attributes' values", help: moveIt}
	}
	return spot{unsafe: "inside a tag", help: moveIt}
}

func (m *markup) quotedSpot() spot {
	begun := m.filledIn || strings.TrimSpace(m.value) != ""
	switch {
	case m.attribute == "style" || m.attribute == "srcdoc" || m.attribute == "srcset" || strings.HasPrefix(m.attribute, "on"):
		return spot{unsafe: "inside the attribute " + m.attribute + ": " + noScript, help: moveIt}
	case !addressAttributes[m.attribute]:
		return spot{escape: Attribute, markup: true}
	case !begun:
		return spot{escape: Attribute, markup: true, whole: true}
	case scripted(m.value):
		return spot{unsafe: "inside a script: " + noScript, help: moveIt}
	}
	return spot{escape: InURL, markup: true}
}

// scripted tells whether an address runs something instead of leading somewhere.
func scripted(value string) bool {
	scheme, _, found := strings.Cut(strings.ToLower(strings.TrimSpace(value)), ":")
	return found && (scheme == "javascript" || scheme == "vbscript" || scheme == "data")
}
