package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/targets/run"
)

// explainTerm is a function or a block type, from the literal that also
// checks and computes it.
func explainTerm(term string) (string, error) {
	var known []string
	for _, f := range funcs.All {
		if f.Name == term {
			return view.Function(f), nil
		}
		known = append(known, f.Name)
	}
	for _, f := range funcs.Forms {
		if f.Name == term {
			return view.FunctionForm(f), nil
		}
		known = append(known, f.Name)
	}
	for _, t := range block.All {
		if t.Name == term {
			return view.BlockType(t), nil
		}
		known = append(known, t.Name)
	}
	if near := diag.Nearest(term, known); near != "" {
		return "", fmt.Errorf("there is no %s; there is %s", term, near)
	}
	return "", fmt.Errorf("there is no %s: name a code (CON001), a function (did), a block type (segment) or an object (segment.x)", term)
}

// explainObject is a declaration of the project, with a person also why.
func explainObject(w *world, c *common, f *explainFlags, address string) (string, error) {
	loaded, o, err := c.load(w)
	if err != nil {
		return "", err
	}
	if name, is := strings.CutPrefix(address, "person."); is {
		return explainAttribute(loaded, f, name)
	}
	object, err := run.Object(loaded.Program, address)
	if err != nil {
		return "", err
	}
	if f.person == "" {
		about := loaded.About(object, o)
		if kind := ir.KindOf(about.Address); kind == "journey" || kind == "touchpoint" {
			proofs, _, err := run.Check(loaded, o)
			if err != nil {
				return "", err
			}
			about.Consent = run.Proofs(proofs, about.Address)
		}
		return formatted(f.format, about, func() string { return view.Object(about) })
	}
	past, err := run.Recall(loaded, o)
	if err != nil {
		return "", err
	}
	someone, err := past.Find(f.person)
	if err != nil {
		return "", err
	}
	answer, err := past.Explain(object, someone)
	if err != nil {
		return "", err
	}
	return formatted(f.format, answer, func() string { return view.Explanation(answer) })
}

// explainAttribute says what is known of people by a name.
func explainAttribute(l *run.Loaded, f *explainFlags, name string) (string, error) {
	if f.person != "" {
		return "", errors.New("explain answers for one person about a segment or a touchpoint")
	}
	p := l.Program.Person
	if k, ok := p.KeyNamed(name); ok {
		return fmt.Sprintf("person.%s: a key, %s\n", k.Name, k.Type), nil
	}
	var names []string
	for _, a := range p.Attributes {
		if a.Name == name {
			return view.Attribute(a), nil
		}
		names = append(names, a.Name)
	}
	if near := diag.Nearest(name, names); near != "" {
		return "", fmt.Errorf("there is no person.%s; there is person.%s", name, near)
	}
	return "", fmt.Errorf("there is no person.%s; there are %s", name, strings.Join(names, ", "))
}

// formatted is a value as text or as JSON.
func formatted(format string, v any, text func() string) (string, error) {
	if format == "text" {
		return text(), nil
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.String(), err
}
