// Package plan is prior and desired resources into ordered changes; the plan
// file.
//
// Make compares three things per object: what the files ask for (desired),
// what was applied last (prior, from state) and what the platform holds now
// (observed). Comparison is by hash, so that a plan of ten thousand unchanged
// objects builds no differences. Two hashes count: one of the attributes as
// written, references included, and one with references filled in; a replaced
// list is noticed although nobody edited the objects that use it.
//
// Addresses become dense ids and dependencies one array of edges with offsets,
// so that one pass gives the order or the path of a cycle. Each object has at
// most three steps: switch off, write, switch on. What can reach people is
// written while it is off and switched on by a step of its own, last. A step
// names the steps that it needs; where one fails, only what needs it is not
// tried.
//
// A Plan is plain data and the one structure from which text, JSON and
// Markdown are rendered.
package plan

import (
	"encoding/json"
	"time"

	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// Format is the version of the plan's structure that this tool writes.
const Format = 1

// Plan is what would be done, and what it was computed from.
type Plan struct {
	Tool      string         `json:"tool"` // the version that made it
	Project   string         `json:"project"`
	Env       string         `json:"env,omitempty"`
	Now       time.Time      `json:"now"`                // the instant that everything in it is computed at
	Timezone  string         `json:"timezone,omitempty"` // the project's, in which readers see instants
	Source    string         `json:"source,omitempty"`   // digest of the files
	End       bool           `json:"end,omitempty"`      // it removes what was applied, whatever the files say
	State     StateID        `json:"state"`
	Platforms []PlatformInfo `json:"platforms"`
	Changes   []Change       `json:"changes"` // in the order of carrying out
	Drift     []Drift        `json:"drift,omitempty"`
	Unchanged int            `json:"unchanged"` // objects that are as the files say
	LeftOut   []string       `json:"left_out,omitempty"`
	OnlyTo    []string       `json:"only_to,omitempty"`

	// Refresh and Forget bring state up to date with what is already so on the
	// platforms. They are no changes: a plan with nothing else is empty.
	Refresh []Record           `json:"refresh,omitempty"`
	Forget  []resource.Address `json:"forget,omitempty"`

	// Shown says that the plan is for readers only: it lacks what its changes mean,
	// and is neither saved nor carried out.
	Shown bool `json:"-"`

	// Scope is set where the plan is about a part of the project only.
	Scope *Scope `json:"scope,omitempty"`
	// Manual is what a person has to do on the platforms. It is no change: a plan
	// with nothing else is empty.
	Manual []Manual `json:"manual,omitempty"`
	// Holds is what is kept from being switched on, whatever the files say.
	Holds []Held `json:"holds,omitempty"`
	// Unread says that the platforms were not read.
	Unread bool `json:"unread,omitempty"`
	// Unasked is what of an unread plan is changed in place, unless its platform has
	// it made anew; apply does not carry it out.
	Unasked []resource.Address `json:"unasked,omitempty"`

	// Moved and LetGo are what the files say of the past: state is brought in
	// line with them, and no platform is called.
	Moved []Moved `json:"moved,omitempty"`
	LetGo []LetGo `json:"let_go,omitempty"`

	// Lookups are the ids of what already exists on the platforms.
	Lookups []LookupID `json:"lookups,omitempty"`
	// Blobs are the canonical declarations that changed records mean, by hash; none where the plan is only shown.
	Blobs map[string]json.RawMessage `json:"blobs,omitempty"`

	// What follows is for readers, and filled in by the caller.
	Audience []Audience  `json:"audience,omitempty"`
	History  *History    `json:"history,omitempty"` // nil: the project says no history
	Sends    []Send      `json:"sends,omitempty"`
	Inside   []Inside    `json:"inside,omitempty"`
	Costs    []Cost      `json:"costs,omitempty"` // the write budget, from the platforms' answers
	Guards   []GuardNote `json:"guards,omitempty"`
	Consent  []Proof     `json:"consent,omitempty"` // by platform
	// Pressure is the most that one person can get of what each limit counts, and
	// Uncounted what no limit does; both are empty where there are no limits.
	Pressure  []prove.Worst     `json:"pressure,omitempty"`
	Uncounted []prove.Uncounted `json:"uncounted,omitempty"`
	Findings  []Finding         `json:"findings,omitempty"`
	Notes     []string          `json:"notes,omitempty"`
}

// StateID names the state that a plan was made against.
type StateID struct {
	Lineage string `json:"lineage,omitempty"` // "" when there was none yet
	Serial  int64  `json:"serial"`
}

// PlatformInfo is one platform of the project as far as plans care.
type PlatformInfo struct {
	Name     string         `json:"name"`               // "sandbox"
	Target   string         `json:"target"`             // "local"
	Identity string         `json:"identity,omitempty"` // the account; "" when it was not asked
	Plugin   Plugin         `json:"plugin"`
	Versions map[string]int `json:"versions,omitempty"` // schema version by kind
	Marked   []string       `json:"marked,omitempty"`   // kinds on whose objects our mark is kept, sorted
	// Limits is what the platform allows of each rate class.
	Limits map[string][]Limit `json:"limits,omitempty"`
	// Manual is how a person makes objects of the kinds that programs may not.
	Manual map[string]string `json:"manual,omitempty"`
}

// Plugin names the code that lowered an object.
type Plugin struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Hash    string `json:"hash,omitempty"` // "" for a built-in target
}

// Action is what a change does to one object.
type Action string

// The actions. Replace deletes and creates; Adopt takes over an object that
// state does not know and that carries our mark or that an import block names,
// and calls nobody.
const (
	Create    Action = "create"
	Update    Action = "update"
	Replace   Action = "replace"
	Delete    Action = "delete"
	SwitchOn  Action = "switch_on"
	SwitchOff Action = "switch_off"
	Adopt     Action = "adopt"
)

// Writes tells whether the action changes what the object is.
func (a Action) Writes() bool {
	return a == Create || a == Update || a == Replace || a == Delete
}

// Change is one step on one object.
type Change struct {
	Action     Action           `json:"action"`
	Address    resource.Address `json:"address"`
	Kind       string           `json:"kind"`
	Summary    string           `json:"summary,omitempty"` // of the declaration; the caller's
	ID         string           `json:"id,omitempty"`      // on the platform; "" for a creation
	NaturalKey string           `json:"natural_key,omitempty"`

	// Before is the object as it is now, references filled in; nil for a
	// creation. After is as written, references included; nil for a deletion.
	// Both are nil for switches.
	Before resource.Map    `json:"before,omitempty"`
	After  resource.Map    `json:"after,omitempty"`
	Diff   []AttributeDiff `json:"diff,omitempty"` // of an update or a replacement

	// Live says that the object is on now: it is edited between a switch off
	// and a switch on.
	Live           bool            `json:"live,omitempty"`
	Switch         resource.Switch `json:"switch,omitempty"` // as the files want it in the end
	ReplaceBecause []string        `json:"replace_because,omitempty"`
	Restores       bool            `json:"restores,omitempty"` // the files did not change, the platform did
	Deposed        bool            `json:"deposed,omitempty"`  // what a replacement left behind
	Remarks        bool            `json:"remarks,omitempty"`  // our mark is written anew: the object moved, or was somebody else's
	Imported       bool            `json:"imported,omitempty"` // of an adoption: an import block names it

	// Lowering is set where nothing was edited: another version of the target
	// writes the same declaration otherwise.
	Lowering *Lowering `json:"lowering,omitempty"`

	// Calls is what a write takes of each rate class, where the platform says.
	Calls []Cost `json:"calls,omitempty"`

	Needs []int  `json:"needs,omitempty"` // changes that must have been done, by index
	From  From   `json:"from"`
	Hash  string `json:"hash,omitempty"` // of After as written

	Mark          string             `json:"mark"`
	Key           string             `json:"key"` // idempotency key
	At            diag.Range         `json:"at"`  // the declaration; nowhere for a deletion
	SchemaVersion int                `json:"schema_version,omitempty"`
	Refers        []resource.Address `json:"refers,omitempty"`  // the objects that After refers to
	Meaning       map[string]string  `json:"meaning,omitempty"` // declaration -> hash of its canonical form
}

// Lowering is the versions of a target that write one declaration in two ways.
type Lowering struct {
	Plugin string `json:"plugin"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// From is what a change was computed from. Where one of these has moved since,
// a saved plan does not touch the object.
type From struct {
	ID       string          `json:"id,omitempty"`       // in state; "" when state had no record
	Written  string          `json:"written,omitempty"`  // hash in state, references as written
	Resolved string          `json:"resolved,omitempty"` // hash in state, references filled in
	Observed string          `json:"observed,omitempty"` // hash on the platform; "" when not read or gone
	Switch   resource.Switch `json:"switch,omitempty"`   // on the platform, or in state when not read
}

// AttributeDiff is one difference between two trees of attributes. A nil
// Before or After is absent.
type AttributeDiff struct {
	Path   string // as resource.Path: "content.subject.es"
	Before resource.Value
	After  resource.Value
}

// DriftKind says how an object drifted.
type DriftKind string

// The kinds of drift.
const (
	Changed DriftKind = "changed"
	Missing DriftKind = "missing"
)

// Drift is an object that is not as it was applied last.
type Drift struct {
	Address resource.Address `json:"address"`
	Kind    DriftKind        `json:"kind"`
	Diff    []AttributeDiff  `json:"diff,omitempty"` // Before: as applied; After: as it is
	Choice  Choice           `json:"choice,omitempty"`
	Why     string           `json:"why,omitempty"` // a person has to decide
}

// LookupID is the id of something that the platform already had.
type LookupID struct {
	Platform string `json:"platform"`
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	ID       string `json:"id"`
}

// Counts is how many changes there are of each action.
type Counts struct {
	Create    int `json:"create"`
	Update    int `json:"update"`
	Replace   int `json:"replace"`
	Delete    int `json:"delete"`
	SwitchOn  int `json:"switch_on"`
	SwitchOff int `json:"switch_off"`
	Adopt     int `json:"adopt"`
}

// Counts counts the changes.
func (p *Plan) Counts() Counts {
	var c Counts
	for _, change := range p.Changes {
		switch change.Action {
		case Create:
			c.Create++
		case Update:
			c.Update++
		case Replace:
			c.Replace++
		case Delete:
			c.Delete++
		case SwitchOn:
			c.SwitchOn++
		case SwitchOff:
			c.SwitchOff++
		case Adopt:
			c.Adopt++
		}
	}
	return c
}

// Empty tells whether there is nothing to do.
func (p *Plan) Empty() bool { return len(p.Changes)+len(p.Moved)+len(p.LetGo) == 0 }
