package content

import (
	"html"
	"strings"
	"unicode"
)

// Readable is an HTML page as text for a terminal: paragraphs on lines of
// their own, the address of a link behind its words, a picture by what it
// says, nothing of head, style and script. It is for looking at; what browsers
// forgive it may not.
func Readable(page string) string {
	r := reader{}
	for page != "" {
		at := strings.IndexByte(page, '<')
		if at < 0 {
			at = len(page)
		}
		r.words(page[:at])
		page = r.tag(page[at:])
	}
	return r.finish()
}

// reader writes down what it meets.
type reader struct {
	out    strings.Builder
	gap    string // what separates the next word from those before: "", " " or line breaks
	hidden string // the element that hides everything up to its end
	href   []string
}

// hiding is the elements of which nothing is shown.
var hiding = map[string]bool{"head": true, "style": true, "script": true, "title": true}

// lines is how many line breaks stand around an element.
var lines = map[string]int{
	"p": 2, "h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 2, "h6": 2, "ul": 2, "ol": 2, "blockquote": 2, "hr": 2,
	"br": 1, "div": 1, "li": 1, "tr": 1, "td": 1, "th": 1, "table": 1, "section": 1, "header": 1, "footer": 1,
}

func (r *reader) words(text string) {
	if r.hidden != "" || text == "" {
		return
	}
	text = html.UnescapeString(text)
	if first := strings.TrimLeftFunc(text, unicode.IsSpace); len(first) < len(text) {
		r.apart(" ")
	}
	for i, word := range strings.Fields(text) {
		if i > 0 {
			r.apart(" ")
		}
		r.put(word)
	}
	if last := strings.TrimRightFunc(text, unicode.IsSpace); len(last) < len(text) {
		r.apart(" ")
	}
}

func (r *reader) put(word string) {
	if r.out.Len() > 0 {
		r.out.WriteString(r.gap)
	}
	r.gap = ""
	r.out.WriteString(word)
}

// apart keeps at least this distance to the next word.
func (r *reader) apart(gap string) {
	if len(gap) > len(r.gap) || r.gap == " " && gap == "\n" {
		r.gap = gap
	}
}

// tag reads what begins with < and returns what comes after.
func (r *reader) tag(page string) string {
	if page == "" {
		return ""
	}
	if rest, comment := strings.CutPrefix(page, "<!--"); comment {
		_, after, _ := strings.Cut(rest, "-->")
		return after
	}
	end := tagEnd(page)
	name, closing := elementOf(page[1:end])
	switch {
	case name == "": // a lone <
		r.words(page[:1])
		return page[1:]
	case r.hidden != "":
		if closing && name == r.hidden {
			r.hidden = ""
		}
	case hiding[name] && !closing:
		r.hidden = name
	default:
		r.element(name, page[:end], closing)
	}
	return page[end:]
}

func (r *reader) element(name, tag string, closing bool) {
	if n := lines[name]; n > 0 {
		r.apart(strings.Repeat("\n", n))
	}
	switch {
	case name == "li" && !closing:
		r.put("-")
		r.apart(" ")
	case name == "img":
		if alt := attribute(tag, "alt"); alt != "" {
			r.put("[" + alt + "]")
		}
	case name == "a" && !closing:
		r.href = append(r.href, attribute(tag, "href"))
	case name == "a" && len(r.href) > 0:
		href := r.href[len(r.href)-1]
		r.href = r.href[:len(r.href)-1]
		if href != "" {
			r.apart(" ")
			r.put("<" + href + ">")
		}
	}
}

func (r *reader) finish() string { return strings.TrimSpace(r.out.String()) }

// tagEnd is just behind the > that ends the tag at the start of page.
func tagEnd(page string) int {
	quote := byte(0)
	for i := 1; i < len(page); i++ {
		switch c := page[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(page)
}

// elementOf is the name behind <, in small letters, "!" for a doctype, "" when
// this is no tag.
func elementOf(inside string) (name string, closing bool) {
	inside, closing = strings.CutPrefix(inside, "/")
	if strings.HasPrefix(inside, "!") || strings.HasPrefix(inside, "?") {
		return "!", closing
	}
	end := strings.IndexFunc(inside, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if end < 0 {
		end = len(inside)
	}
	return strings.ToLower(inside[:end]), closing
}

// attribute is the value of a quoted attribute of a tag.
func attribute(tag, name string) string {
	for at := 0; ; {
		found := strings.Index(strings.ToLower(tag[at:]), name+"=")
		if found < 0 {
			return ""
		}
		at += found + len(name) + 1
		before := at - len(name) - 2
		if at >= len(tag) || before < 0 || !unicode.IsSpace(rune(tag[before])) || tag[at] != '"' && tag[at] != '\'' {
			continue
		}
		value, _, _ := strings.Cut(tag[at+1:], tag[at:at+1])
		return html.UnescapeString(value)
	}
}
