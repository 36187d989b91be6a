// Package docs is embedded guides, reference, changelog.
//
// The reference is made from the literals that the tool itself runs on: block
// types, functions, types, rules, targets, layouts of files. It cannot say
// something else than the tool does. Examples of blocks are taken from a
// project that a test compiles (shop.hcl), and every block of HCL in a guide is
// compiled too: "hcl" alone is a whole project, "hcl with=lamps" goes on from that
// of its page, "hcl on=shop" is added to shop.hcl, "hcl of=shop" stands in it word
// for word, "hcl of=std" in a module that ships.
package docs

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// Library is what the pages are made from beside the language.
type Library struct {
	Targets []targets.Description
	Rules   []*diag.Rule // by code
	Explain func(code string) string
}

// Page is one page, in Markdown.
type Page struct {
	Name    string // what is asked for: segment, sum, getting-started
	Section Section
	Line    string // one line for the index
	Text    string
}

// Section is a part of the library.
type Section string

// The sections, in the order of the index.
const (
	Guides    Section = "Guides"
	Blocks    Section = "Blocks"
	Functions Section = "Functions"
	Types     Section = "Types"
	Platforms Section = "Platforms"
	Modules   Section = "Modules that ship"
	Codes     Section = "Codes"
)

// sections lists them in order.
var sections = []Section{Guides, Blocks, Functions, Types, Platforms, Modules, Codes}

// File is where a page lies in a folder of pages.
func (p Page) File() string {
	folder := strings.ToLower(strings.Fields(string(p.Section))[0])
	return folder + "/" + strings.ReplaceAll(p.Name, "/", "-") + ".md"
}

// Pages is every page, section by section.
func Pages(l Library) []Page {
	pages := guides()
	pages = append(pages, blockPages()...)
	pages = append(pages, functionPages()...)
	pages = append(pages, typePages()...)
	for _, t := range l.Targets {
		pages = append(pages, targetPage(t))
	}
	pages = append(pages, modulePages()...)
	return append(pages, codePages(l)...)
}

// Find is the page of a name; among several the one whose section comes first.
func Find(pages []Page, name string) (Page, bool) {
	for _, p := range pages {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Page{}, false
}

// Index lists the pages. With links it is Markdown for a folder of pages.
func Index(pages []Page, links bool) string {
	var b strings.Builder
	b.WriteString("# Trayecto\n\nCustomer journeys as files.\n")
	for _, s := range sections {
		heading := false
		for _, p := range pages {
			if p.Section != s {
				continue
			}
			if !heading {
				fmt.Fprintf(&b, "\n## %s\n\n", s)
				heading = true
			}
			name := p.Name
			if links {
				name = fmt.Sprintf("[%s](%s)", p.Name, p.File())
			}
			fmt.Fprintf(&b, "- %s: %s\n", name, p.Line)
		}
	}
	return b.String()
}

// Plain is a page for a terminal: without the marks of Markdown, code set in.
func Plain(markdown string) string {
	var b strings.Builder
	code := false
	for _, line := range strings.SplitAfter(markdown, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			code = !code
		case code && strings.TrimSpace(line) != "":
			b.WriteString("    " + line)
		case code:
			b.WriteString(line)
		case strings.HasPrefix(line, "#"):
			b.WriteString(strings.TrimLeft(line, "# "))
		default:
			b.WriteString(strings.NewReplacer("`", "", "**", "").Replace(line))
		}
	}
	return b.String()
}
