// Package corpus is the meaning corpus: programs, people and who is a member.
//
// An archive (testdata/meaning/*.txtar) is one small project, some people with
// their past, one instant, and many cases: a condition and the people for whom
// it is true, derived by hand from the page on meaning. Each case becomes a
// segment of the project, so what runs it asks an engine for the members of
// Case.Segment. The format is described in testdata/meaning/README.md.
//
// Read works on text alone and gives the same archive for the same text; tests
// open the files.
package corpus

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/types"
)

// Archive is a project, its past and what is asked about it.
type Archive struct {
	Name    string
	Program *ir.Program
	Now     types.Instant
	People  []*person.Person // in the order of writing
	Lists   person.Lists
	Cases   []Case
}

// Case is one condition and the people for whom it is true.
type Case struct {
	Name    string
	Where   string   // as written
	Segment string   // the address of the segment that it became
	Members []string // by ID, sorted
	// Refused is the codes with which SQL refuses the condition, sorted; empty where it does not.
	Refused []string
	Line    int // in the section of cases
}

// Read is the archive of a text. The error names the archive and what is wrong.
func Read(name string, text []byte) (*Archive, error) {
	a := &Archive{Name: name}
	if err := a.read(txtar.Parse(text)); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}

// sections are the files of an archive that are not HCL, in the order in which
// they are read.
var sections = []string{"now", "people", "objects", "events", "acts", "outcomes", "lists"}

func (a *Archive) read(archive *txtar.Archive) error {
	texts := map[string]string{}
	var files []source.File
	for _, f := range archive.Files {
		switch {
		case strings.HasSuffix(f.Name, ".hcl"):
			files = append(files, source.File{Path: f.Name, Text: string(f.Data)})
		case f.Name == "cases" || slices.Contains(sections, f.Name):
			texts[f.Name] += string(f.Data)
		default:
			return fmt.Errorf("%q is no section of an archive", f.Name)
		}
	}
	cases, err := readCases(texts["cases"])
	if err != nil {
		return fmt.Errorf("cases: %w", err)
	}
	a.Cases = cases
	if err := a.compile(append(files, segments(cases))); err != nil {
		return err
	}
	if err := a.past(texts); err != nil {
		return err
	}
	return a.known()
}

// compile makes the program; warnings are none of the corpus's business.
func (a *Archive) compile(files []source.File) error {
	p, found := project.From(source.Of(files...), project.Options{})
	program, problems := compiler.Compile(p)
	found = append(found, problems...)
	if found.HasErrors() {
		return fmt.Errorf("the project does not compile:\n%s", diag.Format(errors(found), p.Sources.Line))
	}
	a.Program = program
	return nil
}

func errors(found diag.List) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Rule.Severity != diag.Error })
}

// past reads everything but the project and the cases.
func (a *Archive) past(texts map[string]string) error {
	zone, err := time.LoadLocation(a.Program.Project.Timezone)
	if err != nil {
		return err
	}
	r := &reader{archive: a, zone: zone, people: map[string]*person.Person{}}
	for _, name := range sections {
		for i, line := range strings.Split(texts[name], "\n") {
			words, err := split(line)
			if err == nil && len(words) > 0 {
				err = r.line(name, words)
			}
			if err != nil {
				return fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
		}
	}
	if a.Now == 0 {
		return fmt.Errorf("nothing says when it is: write -- now --")
	}
	for _, p := range a.People {
		p.Sort()
	}
	return nil
}

// known checks that cases name people of the archive.
func (a *Archive) known() error {
	var all []string
	for _, p := range a.People {
		all = append(all, p.ID)
	}
	for i := range a.Cases {
		c := &a.Cases[i]
		if len(c.Members) == 1 && c.Members[0] == everyone {
			c.Members = slices.Clone(all)
		}
		for _, id := range c.Members {
			if !slices.Contains(all, id) {
				return fmt.Errorf("cases:%d: nobody is called %s", c.Line, id)
			}
		}
		slices.Sort(c.Members)
	}
	return nil
}
