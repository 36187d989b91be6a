// Package ir is the small target-neutral program: predicates, journeys,
// messages and consent.
//
// A Program is plain data. Every name in it is a full address
// ("segment.lapsed_vip", "module.m.segment.x"), every expression is typed, and
// every list of declarations is sorted by address, so that the order of files
// and blocks never shows. It travels as JSON (Marshal), and is compared and
// remembered by its canonical bytes (Canonical), which leave out where things
// were written.
package ir

import (
	"slices"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// Program is one project in one environment, ready for targets.
type Program struct {
	Project     Project
	Person      Person
	Objects     []Object
	Events      []Event
	Purposes    []Purpose
	Channels    []Channel
	Consents    []Consent
	Regimes     []Regime
	Exclusions  []Exclusion
	Calendars   []Calendar
	Pressures   []Pressure
	Controls    []Control
	Segments    []Segment
	Links       []Link
	Parts       []Part
	Touchpoints []Touchpoint
	Actions     []Action
	Phases      []Phase
	Personas    []Persona
	Moments     []Moment
	Journeys    []Journey
	Guards      []Guard
	Tests       []Test
	Platforms   []Platform
	Resources   []Resource
	Imports     []Import
	Moves       []Move
	Removals    []Removal
	History     History
	State       State
}

// Head is what every declaration has.
type Head struct {
	Address     string // "segment.lapsed_vip"
	Description string
	Owner       string
	At          diag.Range // the block's first line
}

// Header is the head itself; it makes every declaration a Declaration.
func (h Head) Header() Head { return h }

// Declaration is anything with an address.
type Declaration interface{ Header() Head }

// Project is the project block with the environment applied.
type Project struct {
	Name      string
	Timezone  string
	Currency  string
	Languages []string // the first is the default
	Platforms []string // "platform.sandbox"; where things go that do not say
	Env       string   // "" without --env
	OnlyTo    []string // nobody else is written to from here
	LeaveOut  []string // "journey" or "segment.browsers": not deployed here
	At        diag.Range
}

// History says where the past is read from; paths and globs relative to the
// project, empty when the project does not say.
type History struct {
	People, Objects, Events, Consents, Outcomes, Changes string
	At                                                   diag.Range
}

// Platform is an account at something that a target knows.
type Platform struct {
	Head
	Target string // "local"
	Name   string // "sandbox"
	Config Config
	// AcceptRisk is why marketing may go out here although it is not proved that
	// nobody gets it without leave; "" where that is refused.
	AcceptRisk string
	RiskAt     diag.Range
}

// Config is the arguments of a platform block; only its target knows them.
type Config struct {
	Settings []Setting
	Blocks   []ConfigBlock
	At       diag.Range
}

// Setting is one argument. Env names the environment variable whose value is
// meant, and Value is then nil: secrets never enter a program.
type Setting struct {
	Name  string
	Value types.Value
	Map   []Setting // for { tier = "custom_string_1" }
	Env   string
	At    diag.Range // the value
}

// ConfigBlock is a nested block such as event "order_placed" { ... }.
type ConfigBlock struct {
	Type   string
	Labels []string
	Config Config
}

// Get finds a setting by name.
func (c Config) Get(name string) (Setting, bool) {
	for _, s := range c.Settings {
		if s.Name == name {
			return s, true
		}
	}
	return Setting{}, false
}

// Declarations lists every declaration of the program, sorted by address.
// Person and Project are not among them.
func (p *Program) Declarations() []Declaration {
	var all []Declaration
	all = add(all, p.Objects)
	all = add(all, p.Events)
	all = add(all, p.Purposes)
	all = add(all, p.Channels)
	all = add(all, p.Consents)
	all = add(all, p.Regimes)
	all = add(all, p.Exclusions)
	all = add(all, p.Calendars)
	all = add(all, p.Pressures)
	all = add(all, p.Controls)
	all = add(all, p.Segments)
	all = add(all, p.Links)
	all = add(all, p.Parts)
	all = add(all, p.Touchpoints)
	all = add(all, p.Actions)
	all = add(all, p.Phases)
	all = add(all, p.Personas)
	all = add(all, p.Moments)
	all = add(all, p.Journeys)
	all = add(all, p.Guards)
	all = add(all, p.Tests)
	all = add(all, p.Platforms)
	all = add(all, p.Resources)
	byAddress(all)
	return all
}

func add[D Declaration](all []Declaration, some []D) []Declaration {
	all = slices.Grow(all, len(some))
	for _, d := range some {
		all = append(all, d)
	}
	return all
}

// Find is the declaration with an address among list. The lists of a program are
// sorted, so that it is found where it belongs; one that is being put together
// may not be yet.
func Find[D Declaration](list []D, address string) (D, bool) {
	at, ok := slices.BinarySearchFunc(list, address, func(d D, address string) int { return strings.Compare(d.Header().Address, address) })
	if ok {
		return list[at], true
	}
	for _, d := range list {
		if d.Header().Address == address {
			return d, true
		}
	}
	var none D
	return none, false
}

// Sort puts every list in the order of addresses.
func (p *Program) Sort() {
	byAddress(p.Objects)
	byAddress(p.Events)
	byAddress(p.Purposes)
	byAddress(p.Channels)
	byAddress(p.Consents)
	byAddress(p.Regimes)
	byAddress(p.Exclusions)
	byAddress(p.Calendars)
	byAddress(p.Pressures)
	byAddress(p.Controls)
	byAddress(p.Segments)
	byAddress(p.Links)
	byAddress(p.Parts)
	byAddress(p.Touchpoints)
	byAddress(p.Actions)
	byAddress(p.Phases)
	byAddress(p.Personas)
	byAddress(p.Moments)
	byAddress(p.Journeys)
	byAddress(p.Guards)
	byAddress(p.Tests)
	byAddress(p.Platforms)
	byAddress(p.Resources)
	sort.SliceStable(p.Imports, func(i, j int) bool { return p.Imports[i].before(p.Imports[j]) })
	sort.SliceStable(p.Moves, func(i, j int) bool { return p.Moves[i].From < p.Moves[j].From })
	sort.SliceStable(p.Removals, func(i, j int) bool { return p.Removals[i].From < p.Removals[j].From })
}

func byAddress[D Declaration](list []D) {
	sorted := true
	for i := 1; sorted && i < len(list); i++ {
		sorted = list[i-1].Header().Address <= list[i].Header().Address
	}
	if sorted {
		return
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Header().Address < list[j].Header().Address })
}
