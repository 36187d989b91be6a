// Package template is projects to begin with: files of this binary, and people
// and events made up from a seed.
//
// A project made from a template runs at once, on this computer only: its one
// platform is a file. Its events end a few minutes before it is made, so that
// there is a past to count in. Nothing here writes; who calls does.
package template

import (
	"embed"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"
)

//go:embed starter
var embedded embed.FS

// Template is one kind of project to begin with.
type Template struct {
	Name  string
	Doc   string // what it is, in a sentence
	parts []part
}

// part is a file of a template and what it holds, in a few words.
type part struct{ name, says string }

// All lists the templates, the usual one first.
var All = []Template{{
	Name: "starter",
	Doc:  "A shop that greets, wins back, and puts wrong addresses right: 2 segments, 3 messages, 3 journeys, 2,000 made-up people.",
	parts: []part{
		{"project.hcl", "where changes go: platform.sandbox, one file on this computer"},
		{"people.hcl", "what we know about people, and what they do"},
		{"consent.hcl", "what people can say yes to; the strictest rule: no yes, no offer"},
		{"segments.hcl", "2 segments"},
		{"messages.hcl", "2 e-mails and 1 SMS, in es and en"},
		{"journeys.hcl", "3 journeys, and the moments on which they begin"},
		{tests, "2 tests"},
	},
}}

// tests is the file of tests, which is called after the project.
const tests = "starter.test.hcl"

// Named is the template of a name; false where there is none.
func Named(name string) (Template, bool) {
	for _, t := range All {
		if t.Name == name {
			return t, true
		}
	}
	return Template{}, false
}

// File is a file of a new project. Says is what it holds, "" where that is said
// with another.
type File struct {
	Path  string // with slashes, from the project's folder
	Bytes []byte
	Says  string
}

// Files is the files of a new project, in the order in which they are spoken of.
// Now is the present, in which its past ends. The same name and instant make the
// same bytes.
func (t Template) Files(project string, now time.Time) ([]File, error) {
	var out []File
	for _, p := range t.parts {
		raw, err := embedded.ReadFile(path.Join(t.Name, p.name))
		if err != nil {
			return nil, fmt.Errorf("reading the template %s: %w", t.Name, err)
		}
		name, text := p.name, string(raw)
		switch name {
		case "project.hcl":
			text = strings.Replace(text, `project "starter"`, fmt.Sprintf("project %q", project), 1)
		case tests:
			name = project + ".test.hcl"
		}
		out = append(out, File{name, []byte(text), p.says})
	}
	return append(append(out, madeUp(now)...),
		File{".gitignore", []byte(".trayecto/\n*.tplan\n"), "keeps .trayecto/ (sandbox, state, caches) and saved plans out of git"},
	), nil
}

var notInNames = regexp.MustCompile(`[^\pL\pN_]+`)

// Project is the name of a project in a folder of a name: what a name may not
// have becomes _. It is "" where nothing is left.
func Project(folder string) string {
	name := strings.Trim(notInNames.ReplaceAllString(folder, "_"), "_")
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		name = "p_" + name
	}
	return name
}
