package notifuse

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The platform takes a message as MJML, wraps it in a page of its own, and
// writes the template's name into title and preview. So a whole page is taken
// apart: its styles go to the head, its body becomes a division with the body's
// attributes, and title and preview are written as the platform would.

var (
	bodyTag  = regexp.MustCompile(`(?is)<body\b([^>]*)>(.*?)</body\s*>`)
	styleTag = regexp.MustCompile(`(?is)<style\b.*?</style\s*>`)
	pageTags = regexp.MustCompile(`(?is)<!doctype[^>]*>|</?html\b[^>]*>|<head\b.*?</head\s*>`)
)

// document is the MJML source of a message that shows some HTML.
func document(name, hypertext string) string {
	head := ""
	if m := bodyTag.FindStringSubmatchIndex(hypertext); m != nil {
		if styles := styleTag.FindAllString(hypertext[:m[0]], -1); len(styles) > 0 {
			head = "<mj-raw>" + strings.Join(styles, "") + "</mj-raw>"
		}
		hypertext = "<div" + hypertext[m[2]:m[3]] + ">" + hypertext[m[4]:m[5]] + "</div>"
	} else {
		hypertext = pageTags.ReplaceAllString(hypertext, "")
	}
	return "<mjml><mj-head><mj-title>" + escaped(name) + "</mj-title><mj-preview>" + preview + "</mj-preview>" + head +
		"</mj-head><mj-body><mj-raw>" + hypertext + "</mj-raw></mj-body></mjml>"
}

// preview is what mail programs show beside the subject. Without one the
// platform would write the template's name there.
const preview = " "

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escaped(text string) string { return xmlText.Replace(text) }

var (
	comments = regexp.MustCompile(`(?s)<!--.*?-->`)
	tag      = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>`)
	loose    = regexp.MustCompile(`<[^a-zA-Z/!]|<$`)
)

// void is the elements of HTML that have no end.
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// unbalanced says which tag has no end, or no beginning; "" when all have both.
func unbalanced(hypertext string) string {
	hypertext = comments.ReplaceAllString(hypertext, "")
	hypertext = styleTag.ReplaceAllString(hypertext, "")
	var open []string
	for _, m := range tag.FindAllStringSubmatch(hypertext, -1) {
		name := strings.ToLower(m[2])
		switch {
		case slices.Contains(void, name) || strings.HasSuffix(m[3], "/"):
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0:
			return fmt.Sprintf("</%s> ends what was not begun", name)
		case open[len(open)-1] != name:
			return fmt.Sprintf("<%s> is not ended before </%s>", open[len(open)-1], name)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Sprintf("<%s> is not ended", open[len(open)-1])
	}
	if loose.MatchString(tag.ReplaceAllString(hypertext, "")) {
		return "a < begins no tag"
	}
	return ""
}
