package ir

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/workers"
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
	if apart == nil {
		apart = func(string) bool { return false }
	}
	out := map[string]Form{}
	queue := append([]string{address}, x.usesOf(x.program.Person)...)
	add := func(name string, d any) (err error) {
		out[name], err = x.form(x.forms, name, d)
		return err
	}
	if err := errors.Join(add("project", x.program.Project), add("person", x.program.Person)); err != nil {
		return nil, err
	}
	asks := false
	for ; len(queue) > 0; queue = queue[1:] {
		next := queue[0]
		d, declared := x.declared[next]
		if _, there := out[next]; there || !declared || KindOf(next) == "platform" || KindOf(next) == "test" {
			continue
		}
		if next != address && apart(next) {
			continue
		}
		if err := add(next, d); err != nil {
			return nil, err
		}
		asks = asks || x.asksReachable(d)
		queue = append(queue, x.usesOf(d)...)
	}
	if !asks {
		return out, nil
	}
	return out, x.withdrawals(out, apart)
}

// withdrawals adds to forms what the consent rules know of touchpoints: see
// Program.withdrawals.
func (x *Index) withdrawals(forms map[string]Form, apart func(string) bool) error {
	for _, t := range x.program.Touchpoints {
		if _, there := forms[t.Address]; there || apart(t.Address) {
			continue
		}
		form, err := x.form(x.bare, t.Address, bare(t))
		if err != nil {
			return err
		}
		forms[t.Address] = form
	}
	return nil
}

func (x *Index) form(known map[string]Form, name string, d any) (Form, error) {
	if form, there := known[name]; there {
		return form, nil
	}
	raw, err := AppendCanonical(x.scratch[:0], d)
	if err != nil {
		return Form{}, fmt.Errorf("%s: %w", name, err)
	}
	form := Form{Hash(raw), len(raw)}
	x.scratch, x.meant[form.Hash], known[name] = raw, d, form
	return form, nil
}

// formsAtOnce is how many forms one turn of a worker works out.
const formsAtOnce = 256

// Ready works out the forms of declarations, several at once, for who will ask
// for the meaning of very many. A declaration that has none is left to Meaning.
func (x *Index) Ready(addresses []string) {
	found := make([]Form, len(addresses))
	runs := workers.Runs(len(addresses), formsAtOnce)
	workers.Each(len(runs), 0, func(turn int) {
		var scratch []byte
		for i := runs[turn][0]; i < runs[turn][1]; i++ {
			d, declared := x.declared[addresses[i]]
			if !declared {
				continue
			}
			if raw, err := AppendCanonical(scratch[:0], d); err == nil {
				found[i], scratch = Form{Hash(raw), len(raw)}, raw
			}
		}
	})
	for i, form := range found {
		if form.Hash != "" {
			x.forms[addresses[i]], x.meant[form.Hash] = form, x.declared[addresses[i]]
		}
	}
}

// Body is the canonical bytes of a form that Meaning named; nil of others.
func (x *Index) Body(hash string) ([]byte, error) {
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
