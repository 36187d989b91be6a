package merge

import (
	"html"
	"strings"

	"github.com/trayecto/trayecto/lang/content"
)

// HTML is a plain text as a page of its own: words escaped, values and links
// escaped for their new place, lines broken.
func HTML(t content.Template) content.Template {
	out := content.Template{At: t.At}
	for _, piece := range t.Pieces {
		switch p := piece.(type) {
		case content.Text:
			p.Text = strings.ReplaceAll(html.EscapeString(p.Text), "\n", "<br>\n")
			piece = p
		case content.Slot:
			p.Escape = content.HTML
			piece = p
		case content.LinkSlot:
			p.Escape = content.HTML
			piece = p
		case content.PartSlot:
		}
		out.Pieces = append(out.Pieces, piece)
	}
	return out
}

// Closing is a page with a part at its end, inside of the body. One that has the
// part already, in whatever form, stays as it is: has is how it shows.
func Closing(page, has, part string) string {
	if strings.Contains(page, has) {
		return page
	}
	if at := strings.LastIndex(strings.ToLower(page), "</body>"); at >= 0 {
		return page[:at] + part + page[at:]
	}
	return page + part
}
