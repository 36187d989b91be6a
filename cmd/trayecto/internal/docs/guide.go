package docs

import (
	"embed"
	"strings"
)

//go:embed guide/*.md
var guideFiles embed.FS

// guideOrder is the guides in the order in which they are read.
var guideOrder = []string{
	"getting-started",
	"consent-rules",
	"tests",
	"history-files",
	"notifuse",
	"listmonk",
	"klaviyo",
	"twilio-segment",
	"hubspot",
	"plugins",
	"mautic",
	"keeping-state",
	"ci",
	"computers",
	"changes",
}

// guides is the pages that were written by hand. The first line is the title,
// the first paragraph the line of the index.
func guides() []Page {
	var out []Page
	for _, name := range guideOrder {
		text, err := guideFiles.ReadFile("guide/" + name + ".md")
		if err != nil {
			panic("docs: a guide is listed and not embedded: " + err.Error())
		}
		_, rest, _ := strings.Cut(string(text), "\n\n")
		line, _, _ := strings.Cut(rest, "\n\n")
		out = append(out, Page{Name: name, Section: Guides, Line: strings.ReplaceAll(line, "\n", " "), Text: string(text)})
	}
	return out
}
