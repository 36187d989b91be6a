package plan

import (
	"encoding/json"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
)

// Input is everything that a plan is made from.
type Input struct {
	Tool     string
	Project  string
	Env      string
	Now      time.Time
	Timezone string // the project's
	Source   string // digest of the files
	State    StateID

	Platforms []PlatformInfo
	Desired   []resource.Resource // of all platforms; empty plans the end of everything
	Prior     []Record
	Deposed   []Record // objects that a replacement left behind

	// Moved and LetGo is what HandOver did to Prior and Deposed.
	Moves []ir.Move
	Moved []Moved
	LetGo []LetGo

	// Observed is what the platforms hold of Prior: nil where the object is
	// gone, no entry where it was not read. See Match.
	Observed map[resource.Address]*resource.Object
	// Adoptable is objects that carry the mark of a desired address that Prior
	// does not have: an answer was lost. See Match.
	Adoptable map[resource.Address]resource.Object
	// Imported says which of Adoptable an import block names.
	Imported map[resource.Address]bool
	// Answers is what the platforms said to Edits.
	Answers map[resource.Address]Answer
	// Lookups is the ids of what Desired looks up.
	Lookups []LookupID

	// Meaning says per desired address which declarations it comes from, by
	// the hash of their canonical form, and Form is that form; nil where there is none.
	Meaning map[resource.Address]map[string]string
	Form    func(hash string) (json.RawMessage, error)
	// Shown leaves the forms out: see Plan.Shown.
	Shown bool

	// Drift is what was chosen for objects that are not as they were applied.
	Drift []DriftRule
	// Only and Exclude are the part of the project that the plan is about, each
	// word as in Selects.
	Only, Exclude []string

	LeftOut []string
	OnlyTo  []string
}

// Compact leaves attributes out of Desired that Prior has too, and has their hash
// stand for them: what is the same of very many is kept once.
func (in *Input) Compact() {
	prior := make(map[resource.Address]*Record, len(in.Prior))
	for i := range in.Prior {
		prior[in.Prior[i].Address] = &in.Prior[i]
	}
	several(len(in.Desired), func(i int, h *resource.Hasher) {
		d := &in.Desired[i]
		if p := prior[d.Address]; p != nil && d.Hash == "" && written(d, p, h) == p.Hash {
			d.Attributes, d.Hash = nil, p.Hash
		}
	})
}

// Answer is how a platform would make one change.
type Answer struct {
	Replace []string // attributes that cannot be changed in place
	Costs   []Cost
	Over    string // why the object is history: it stays, or goes as it is
}

// Edit is a change of which a platform is asked how it would make it.
type Edit struct {
	Address resource.Address
	Prior   *resource.Object   // nil for a creation
	Desired *resource.Resource // with known references filled in; nil for a deletion
}
