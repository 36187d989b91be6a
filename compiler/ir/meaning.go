package ir

import (
	"fmt"
	"strings"
)

// Meaning is a declaration with everything that it mentions, each as canonical
// bytes by address; "project" and "person" are among them. What was deployed
// is remembered in this form, so that "before" needs no old files.
func (p *Program) Meaning(address string) (map[string][]byte, error) {
	part := p.Part(address)
	out := map[string][]byte{}
	for _, d := range part.Declarations() {
		raw, err := Canonical(d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Header().Address, err)
		}
		out[d.Header().Address] = raw
	}
	for name, x := range map[string]any{"project": part.Project, "person": part.Person} {
		raw, err := Canonical(x)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = raw
	}
	return out, nil
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
