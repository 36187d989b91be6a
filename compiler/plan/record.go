package plan

import (
	"maps"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
)

// Record is one managed object as state remembers it.
type Record struct {
	Address resource.Address `json:"address"`
	Kind    string           `json:"kind"`
	ID      string           `json:"id"` // minted by the platform
	Key     string           `json:"key,omitempty"`
	// Attributes are as they were applied, references as written. Filled is those
	// of them that have references, filled in, and none where none has.
	Attributes resource.Spelled `json:"attributes"`
	Filled     resource.Spelled `json:"filled,omitzero"`
	Hash       string           `json:"hash"`     // of kind, key and Attributes
	Resolved   string           `json:"resolved"` // of kind, key and AsApplied
	Switch     resource.Switch  `json:"switch,omitempty"`
	Mark       string           `json:"mark"`

	SchemaVersion int                `json:"schema_version,omitempty"`
	Plugin        Plugin             `json:"plugin"`
	Needs         []resource.Address `json:"needs,omitempty"` // what it refers to, directly
	// Kept names the object as somebody made it on the platform and a person
	// chose to leave it, until the files or the platform change again.
	Kept string `json:"kept,omitempty"`
	// By is the idempotency key of the change that left the object so, and
	// Applied when.
	By      string    `json:"by,omitempty"`
	Applied time.Time `json:"applied"` // the run's instant
	// Meaning is what the object was lowered from: the declaration and what it
	// mentions, each with the hash of its canonical form. State keeps the forms.
	Meaning map[string]string `json:"meaning,omitempty"`
}

// AsApplied is the attributes that the platform was given.
func (r Record) AsApplied() resource.Map {
	if r.Filled.None() {
		return r.Attributes.Map()
	}
	whole := resource.Map{}
	maps.Copy(whole, r.Attributes.Map())
	maps.Copy(whole, r.Filled.Map())
	return whole
}

// FilledIn is what Record.Filled keeps of attributes that were filled in.
func FilledIn(attributes, filled resource.Map) resource.Spelled {
	out := opened(attributes)
	for name := range out {
		out[name] = filled[name]
	}
	return resource.Spell(out)
}

// Object is the record as the platform should be holding it.
func (r Record) Object() resource.Object {
	return resource.Object{Kind: r.Kind, ID: r.ID, Key: r.Key, Attributes: r.AsApplied(), Switch: r.Switch, Mark: r.Mark}
}

// Seen is the object as it was seen, with the attributes that were left out there.
func (r Record) Seen(o resource.Object) resource.Object {
	if o.Hash != "" {
		o.Attributes, o.Hash = r.AsApplied(), ""
	}
	return o
}

// HashOf names what an object is: kind, natural key and attributes. Switch,
// mark and id are no part of it.
func HashOf(kind, key string, attributes resource.Map) string {
	return resource.HashObject(kind, key, attributes)
}

// HashObserved names an object as a platform holds it. A platform that keeps
// no natural key is taken to hold the one that we gave.
func HashObserved(o resource.Object, key string) string {
	if o.Hash != "" {
		return o.Hash
	}
	if o.Key != "" {
		key = o.Key
	}
	return HashOf(o.Kind, key, o.Attributes)
}

// Record is what state remembers once the change is done: the object under its
// id, with references filled in, switched as given. It is for changes that
// write and for adoptions, deletions aside.
func (p *Plan) Record(c Change, id string, filled resource.Map, is resource.Switch) Record {
	r := Record{
		Address: c.Address, Kind: c.Kind, ID: id, Key: c.NaturalKey,
		Attributes: resource.Spell(c.After), Hash: c.Hash, Resolved: HashOf(c.Kind, c.NaturalKey, filled), Switch: is,
		Mark: c.Mark, SchemaVersion: c.SchemaVersion, Needs: c.Refers, Meaning: c.Meaning, By: c.Key,
	}
	r.Filled = FilledIn(c.After, filled)
	for _, platform := range p.Platforms {
		if platform.Name == c.Address.Platform {
			r.Plugin = platform.Plugin
		}
	}
	return r
}

// Lookup is the id that was found for a look-up on a platform.
func (p *Plan) Lookup(platform string, l resource.Lookup) (id string, found bool) {
	for _, known := range p.Lookups {
		if known.Platform == platform && known.Kind == l.Kind && known.Key == l.Key {
			return known.ID, true
		}
	}
	return "", false
}
