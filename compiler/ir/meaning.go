package ir

import (
	"errors"
	"fmt"
	"strings"
)

// Form is a declaration in canonical bytes: their hash, and how many they are.
// The bytes themselves are those of Index.Body: of most forms nobody asks for them.
type Form struct {
	Hash   string
	Length int
}

// Meaning is a declaration with what it mentions, directly or not, each in its
// form by address; "project" and "person" are among them. What was deployed is
// remembered so, and "before" needs no old files. What is apart is remembered by
// itself, and neither it nor what is behind it is among them; nil: nothing is.
func (x *Index) Meaning(address string, apart func(address string) bool) (map[string]Form, error) {
	return meaning(x, address, apart, func(f Form) Form { return f })
}

// Hashes is Meaning with the hash of each form alone.
func (x *Index) Hashes(address string, apart func(address string) bool) (map[string]string, error) {
	return meaning(x, address, apart, func(f Form) string { return f.Hash })
}

func meaning[F any](x *Index, address string, apart func(address string) bool, of func(Form) F) (map[string]F, error) {
	if apart == nil {
		apart = func(string) bool { return false }
	}
	project, person := x.formed(&x.project), x.formed(&x.person)
	if err := errors.Join(project.failed, person.failed); err != nil {
		return nil, err
	}
	out := map[string]F{project.name: of(project.form), person.name: of(person.form)}
	asks := false
	queue := append(make([]string, 0, 16), address) // most rest on no more
	for queue = append(queue, x.known(person).uses...); len(queue) > 0; queue = queue[1:] {
		next := queue[0]
		i, declared := x.at[next]
		if _, there := out[next]; there || !declared || KindOf(next) == "platform" || KindOf(next) == "test" {
			continue
		}
		if next != address && apart(next) {
			continue
		}
		e := x.known(x.formed(&x.entries[i]))
		if e.failed != nil {
			return nil, e.failed
		}
		out[next] = of(e.form)
		asks = asks || e.asks
		queue = append(queue, e.uses...)
	}
	if !asks {
		return out, nil
	}
	return out, withdrawals(x, out, apart, of)
}

// withdrawals adds to forms what the consent rules know of touchpoints: see
// Program.withdrawals.
func withdrawals[F any](x *Index, forms map[string]F, apart func(string) bool, of func(Form) F) error {
	for i := range x.bare {
		e := &x.bare[i]
		if _, there := forms[e.name]; there || apart(e.name) {
			continue
		}
		if x.formed(e).failed != nil {
			return e.failed
		}
		forms[e.name] = of(e.form)
	}
	return nil
}

// formed is an entry with its form.
func (x *Index) formed(e *entry) *entry {
	if !e.formed {
		e.spell(nil)
		x.meant = nil
	}
	return e
}

// spell works out the form of an entry in some memory, which it returns.
func (e *entry) spell(scratch []byte) []byte {
	if e.formed {
		return scratch
	}
	raw, err := AppendCanonical(scratch[:0], e.of)
	if e.formed = true; err != nil {
		e.failed = fmt.Errorf("%s: %w", e.name, err)
		return scratch
	}
	e.form = Form{Hash(raw), len(raw)}
	return raw
}

// Ready works out everything that Uses and Meaning may be asked, several
// declarations at once, for who will ask for the meaning of very many. From then
// on several goroutines may.
func (x *Index) Ready() {
	x.formed(&x.project)
	x.known(x.formed(&x.person))
	several(x.entries, func(e *entry, scratch []byte) []byte { return x.known(e).spell(scratch) })
	several(x.bare, (*entry).spell)
	x.meant = nil
}

// Body is the canonical bytes of a form that Meaning named; nil of others.
func (x *Index) Body(hash string) ([]byte, error) {
	if x.meant == nil {
		x.meant = map[string]any{}
		for _, list := range [][]entry{x.entries, x.bare, {x.project, x.person}} {
			for i := range list {
				x.meant[list[i].form.Hash] = list[i].of
			}
		}
		delete(x.meant, "") // what has no form, or none yet
	}
	d, there := x.meant[hash]
	if !there {
		return nil, nil
	}
	return Canonical(d)
}

// Add puts back one declaration that Meaning wrote.
func (p *Program) Add(address string, canonical []byte) error {
	for strings.HasPrefix(address, "module.") {
		_, inside, _ := strings.Cut(strings.TrimPrefix(address, "module."), ".")
		address = inside
	}
	kind, _, _ := strings.Cut(address, ".")
	if err := p.put(kind, canonical); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	return nil
}

func (p *Program) put(kind string, raw []byte) error {
	switch kind {
	case "project":
		return Unmarshal(raw, &p.Project)
	case "person":
		return Unmarshal(raw, &p.Person)
	case "object":
		return appended(&p.Objects, raw)
	case "event":
		return appended(&p.Events, raw)
	case "purpose":
		return appended(&p.Purposes, raw)
	case "channel":
		return appended(&p.Channels, raw)
	case "consent":
		return appended(&p.Consents, raw)
	case "regime":
		return appended(&p.Regimes, raw)
	case "exclusion":
		return appended(&p.Exclusions, raw)
	case "calendar":
		return appended(&p.Calendars, raw)
	case "pressure":
		return appended(&p.Pressures, raw)
	case "control":
		return appended(&p.Controls, raw)
	case "segment":
		return appended(&p.Segments, raw)
	}
	return p.putMessage(kind, raw)
}

func (p *Program) putMessage(kind string, raw []byte) error {
	switch kind {
	case "link":
		return appended(&p.Links, raw)
	case "part":
		return appended(&p.Parts, raw)
	case "touchpoint":
		return appended(&p.Touchpoints, raw)
	case "action":
		return appended(&p.Actions, raw)
	case "phase":
		return appended(&p.Phases, raw)
	case "persona":
		return appended(&p.Personas, raw)
	case "moment":
		return appended(&p.Moments, raw)
	case "journey":
		return appended(&p.Journeys, raw)
	case "guard":
		return appended(&p.Guards, raw)
	case "test":
		return appended(&p.Tests, raw)
	case "platform":
		return appended(&p.Platforms, raw)
	case "resource":
		return appended(&p.Resources, raw)
	}
	return fmt.Errorf("%q is not a kind of declaration", kind)
}

func appended[D Declaration](list *[]D, raw []byte) error {
	var d D
	if err := Unmarshal(raw, &d); err != nil {
		return err
	}
	*list = append(*list, d)
	return nil
}
