package content

import (
	"regexp"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// blank reports a text that says nothing to anybody.
func (c *compiler) blank(t Template) {
	if c.lost || c.found.HasErrors() {
		return
	}
	for _, p := range t.Pieces {
		if text, constant := p.(Text); !constant || strings.TrimSpace(text.Text) != "" {
			return
		}
	}
	c.report(diag.Diagnostic{Rule: saysNothing, At: t.At, Mark: "nothing to read", Help: "write the text, or leave the argument out"})
}

// Any address begins with a scheme, one that is called with http or https.
var (
	anyScheme  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:.`)
	callScheme = regexp.MustCompile(`^(?i:https?)://.`)
	webHost    = regexp.MustCompile(`^(?i:https?)://[^\s/?#]`)
	scripts    = regexp.MustCompile(`^\s*(?i:javascript|vbscript|data|file|blob):`)
	webScheme  = regexp.MustCompile(`^(?i:https?):`)
)

// address reports what does not begin as an address does: with a scheme, and
// over http with a name. What begins with a value is the value's own matter.
func (c *compiler) address(t Template, begins *regexp.Regexp) {
	if c.lost || c.found.HasErrors() {
		return
	}
	text := Text{}
	if len(t.Pieces) > 0 {
		constant := false
		if text, constant = t.Pieces[0].(Text); !constant {
			return
		}
	}
	first := text.Text
	if len(t.Pieces) > 1 {
		first += "x" // a value goes on from here
	}
	if script := scripts.FindString(first); script != "" {
		c.report(diag.Diagnostic{
			Rule: notAddress, At: t.At, Mark: "runs or reads something on the reader's own device", Help: `write where it leads, such as "https://example.test/page"`,
		})
		return
	}
	if !begins.MatchString(first) || webScheme.MatchString(first) && !webHost.MatchString(first) {
		c.report(diag.Diagnostic{Rule: notAddress, At: t.At, Mark: "not an address", Help: `write it in full, such as "https://example.test/page"`})
	}
}
