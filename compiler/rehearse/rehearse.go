// Package rehearse is tests in simulated time.
//
// A test is one made-up person in the reference: the project's program with
// everything enforced (package eval). It begins at the instant that it says, on
// that person nothing has happened yet, and runs until no timer is left, at most
// a year. Chance turns out as the test says: without a word the person is in no
// control group and stands where the hash of their key puts them in splits.
// Exclusion lists are fresh and name the person where the test says so.
//
// What a test expects is looked at when it is over, save for in, which is asked
// at an instant. A test that fails tells the person's story (package story).
package rehearse

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/story"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/lang/workers"
)

// Options says which tests run, and what is told of them.
type Options struct {
	Only    *regexp.Regexp // of the names of tests; nil: all
	Stories bool           // also of tests that pass
	// Platforms is what each platform really asks before it sends, by address, for
	// tests that are lived on one.
	Platforms map[string]ir.Enforcement
}

// Report is the tests in the order of their files.
type Report struct {
	Version int      `json:"format_version"`
	Tests   []Result `json:"tests"`
	Cover   []Cover  `json:"cover"`
}

// Result is one test.
type Result struct {
	Name     string     `json:"name"`
	At       diag.Range `json:"-"`
	File     string     `json:"file"`
	Line     int        `json:"line"`
	Passed   bool       `json:"passed"`
	Failures []string   `json:"failures,omitempty"`
	Wrong    []string   `json:"wrong,omitempty"` // the codes of Found
	Note     string     `json:"note,omitempty"`  // of a test that passed, what there is to say
	// Unsure is what the test's platform may decide otherwise, because it counts
	// windows in steps: the test takes them as exact.
	Unsure []string     `json:"unsure,omitempty"`
	Starts string       `json:"starts"` // RFC 3339
	Story  []story.Line `json:"story,omitempty"`
	// Found is what is wrong with the test itself.
	Found diag.List `json:"-"`

	begins types.Instant
	lived  *lived
}

// Begins is the instant at which the story starts.
func (r Result) Begins() types.Instant { return r.begins }

// Failed is how many tests did not pass.
func (r Report) Failed() int {
	n := 0
	for _, t := range r.Tests {
		if !t.Passed {
			n++
		}
	}
	return n
}

// Run runs the tests of a program.
func Run(p *ir.Program, o Options) (Report, error) {
	var chosen []ir.Test
	for _, t := range p.Tests {
		if o.Only == nil || o.Only.MatchString(Name(t)) {
			chosen = append(chosen, t)
		}
	}
	byPlace(chosen)
	h, err := prepare(p, o, chosen)
	if err != nil {
		return Report{}, err
	}
	out := Report{Version: 1, Tests: make([]Result, len(chosen))}
	errs := make([]error, len(chosen))
	workers.Each(len(chosen), 0, func(i int) { out.Tests[i], errs[i] = h.test(chosen[i], o) })
	for _, err := range errs {
		if err != nil {
			return Report{}, err
		}
	}
	out.Cover = h.cover(out.Tests)
	return out, nil
}

// Name is the sentence of a test.
func Name(t ir.Test) string {
	return strings.TrimPrefix(t.Address[strings.Index("."+t.Address, ".test."):], "test.")
}

// house is a program ready for tests.
type house struct {
	program  *ir.Program
	terms    map[string]*ir.Enforcement // by platform; nil: the reference, which is ""
	machines map[string]*eval.Machine   // by platform
	zone     *time.Location
	world    *eval.World
}

// prepare makes a program ready for tests: in the reference, and on the
// platforms that some test asks for.
func prepare(p *ir.Program, o Options, tests []ir.Test) (*house, error) {
	w, err := eval.New(p, nil, 0)
	if err != nil {
		return nil, fmt.Errorf("preparing tests: %w", err)
	}
	h := &house{program: p, terms: map[string]*ir.Enforcement{"": nil}, machines: map[string]*eval.Machine{}, zone: w.Zone, world: w}
	for _, t := range tests {
		if h.machines[t.Platform] != nil {
			continue
		}
		if t.Platform != "" {
			enforcement, known := o.Platforms[t.Platform]
			if !known {
				return nil, fmt.Errorf("preparing %q: it is not known what %s asks before it sends", Name(t), t.Platform)
			}
			h.terms[t.Platform] = &enforcement
		}
		if h.machines[t.Platform], err = eval.NewMachine(p, eval.Terms{Lists: lists(p, nil), Enforcement: h.terms[t.Platform]}); err != nil {
			return nil, fmt.Errorf("preparing tests: %w", err)
		}
	}
	return h, nil
}

// lists is the exclusion lists, fresh, with a row in some.
func lists(p *ir.Program, rows map[string]string) person.Lists {
	out := person.Lists{}
	for _, x := range p.Exclusions {
		list := &person.ExclusionList{Exclusion: x.Address, Rows: map[string]bool{}, AsOf: types.NewInstant(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))}
		if row, named := rows[x.Address]; named {
			list.Rows[row] = true
		}
		out[x.Address] = list
	}
	return out
}

// begins is the instant of a test: its own, or a Monday at ten.
func (h *house) begins(t ir.Test) types.Instant {
	if at, ok := t.Starts.(types.Instant); ok {
		return at
	}
	return types.NewInstant(time.Date(2026, 1, 12, 10, 0, 0, 0, h.zone))
}

// staged is the machine on which a test runs: with its chance, and its lists
// where they name the person.
func (h *house) staged(t ir.Test, p *person.Person) (*eval.Machine, error) {
	m := h.machines[t.Platform]
	if len(t.Listed) > 0 {
		rows := map[string]string{}
		for _, address := range t.Listed {
			x, _ := ir.Find(h.program.Exclusions, address)
			rows[address] = h.row(x.Match, p)
		}
		listed, err := eval.NewMachine(h.program, eval.Terms{Lists: lists(h.program, rows), Enforcement: h.terms[t.Platform]})
		if err != nil {
			return nil, fmt.Errorf("preparing %q: %w", Name(t), err)
		}
		m = listed
	}
	ways := map[string]string{}
	for _, a := range t.Assigns {
		ways[a.Split] = a.To
	}
	return m.With(eval.Chance{Ways: ways, Controls: t.Control}), nil
}

func (h *house) row(match []expr.Expr, p *person.Person) string {
	columns := make([]string, len(match))
	for i, m := range match {
		columns[i] = types.Spell(h.world.Value(m, p, eval.Context{}))
	}
	return strings.Join(columns, "\x00")
}

// nobody is the id of a test's person who is given none.
const nobody = "test-person"

// cast is the person of a test as the story begins.
func (h *house) cast(t ir.Test) *person.Person {
	p := &person.Person{ID: nobody, Attributes: map[string]types.Value{}, Observed: map[string]types.Instant{}}
	begins := h.begins(t)
	for _, g := range t.Person {
		p.Attributes[g.Name] = g.Value
		p.Observed[g.Name] = begins
	}
	if keys := h.program.Person.Keys; len(keys) > 0 {
		if given, ok := p.Attributes[keys[0].Name]; ok && !types.IsNull(given) {
			p.ID = types.Spell(given)
		} else {
			p.Attributes[keys[0].Name] = types.Text(p.ID)
		}
	}
	for _, o := range t.Objects {
		known := map[string]types.Value{}
		for _, g := range o.Values {
			known[g.Name] = g.Value
		}
		if p.Objects == nil {
			p.Objects = map[person.ObjectKey]map[string]types.Value{}
		}
		p.Objects[person.ObjectKey{Object: o.Object, Key: o.Key}] = known
	}
	h.past(t, p)
	return p
}

// test runs a test, and a second time for its story where that is to be told.
func (h *house) test(t ir.Test, o Options) (Result, error) {
	begins := h.begins(t)
	r := Result{Name: Name(t), At: t.At, File: t.At.File, Line: t.At.Start.Line, Starts: types.Spell(begins), begins: begins}
	done, err := h.live(t, false)
	if err != nil {
		return r, err
	}
	r.lived, r.Found = done, done.found
	for _, n := range done.unsure {
		r.Unsure = append(r.Unsure, fmt.Sprintf("%s, after %s: %s", cmp.Or(n.Step, n.Journey), story.Offset(begins, n.At), story.NotSure(n)))
	}
	for _, d := range done.found {
		r.Wrong = append(r.Wrong, d.Rule.Code)
	}
	if len(done.found) == 0 {
		r.Failures, r.Note = done.judge(t)
	}
	r.Passed = len(r.Failures) == 0 && len(r.Found) == 0
	if r.Passed && !o.Stories {
		return r, nil
	}
	told, err := h.live(t, true)
	if err != nil {
		return r, err
	}
	r.Story = told.story
	return r, nil
}
