package check

import (
	"fmt"
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
)

var disguised = &diag.Rule{Code: "CON102", Summary: "A service message carries marketing"}

// checkDisguised looks at links and parts, which say what they are. Prose is
// not judged.
func checkDisguised(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		if p.class(t.Purpose) != ir.Service {
			continue
		}
		for _, offer := range p.offers(t.Content) {
			p.say(diag.Diagnostic{
				At: offer.at, Mark: offer.address + " is marketing",
				Related: []diag.Label{{At: p.at(t, "purpose"), Text: t.Purpose + " is of class service"}},
				Detail:  fmt.Sprintf("%s is sent without a yes because it is service, and leads people to an offer. Prose is not judged; links and parts are.%s", t.Address, p.without(t, p.marketing(t))),
				Help:    "take it out, or give the touchpoint a marketing purpose",
			})
		}
	}
}

// offer is something marketing in a text.
type offer struct {
	address string
	at      diag.Range
}

// offers lists the marketing links and parts of all texts, each place once.
func (p *Pass) offers(c ir.Content) []offer {
	var out []offer
	for _, texts := range []map[string]content.Template{c.Subject, c.Body, c.Text} {
		for _, language := range languages(texts) {
			out = append(out, p.offersIn(texts[language], nil)...)
		}
	}
	return out
}

// offersIn looks into parts too, but not again into those that it is in: parts
// that contain each other are another check's.
func (p *Pass) offersIn(t content.Template, under []string) []offer {
	var out []offer
	for _, piece := range t.Pieces {
		switch piece := piece.(type) {
		case content.LinkSlot:
			if link := p.links[piece.Link]; link.Marketing {
				out = append(out, offer{piece.Link, piece.At})
			}
		case content.PartSlot:
			if !slices.Contains(under, piece.Part) && p.sells(piece.Part, append(slices.Clip(under), piece.Part)) {
				out = append(out, offer{piece.Part, piece.At})
			}
		case content.Text, content.Slot:
		}
	}
	return out
}

// sells tells whether a part is marketing, or something in it.
func (p *Pass) sells(address string, under []string) bool {
	part := p.parts[address]
	if part.Marketing {
		return true
	}
	for _, language := range languages(part.Body) {
		if len(p.offersIn(part.Body[language], under)) > 0 {
			return true
		}
	}
	return false
}

func languages[T any](byLanguage map[string]T) []string {
	out := make([]string, 0, len(byLanguage))
	for language := range byLanguage {
		out = append(out, language)
	}
	sort.Strings(out)
	return out
}
