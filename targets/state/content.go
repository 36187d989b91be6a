package state

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// content is what a state knows.
type content struct {
	project, env string
	lineage      string                            // "" before the first lock
	serial       int64                             // of the last journal entry taken
	records      map[resource.Address]*plan.Record // none is changed, only others put in their place
	deposed      []plan.Record
	pending      []Intent
	identities   map[string]string
	blobs        map[string]string          // the JSON of each
	settings     map[string]json.RawMessage // of platforms, without secrets
	holds        []Hold
}

func newContent() *content {
	return &content{
		records:    map[resource.Address]*plan.Record{},
		identities: map[string]string{},
		blobs:      map[string]string{},
		settings:   map[string]json.RawMessage{},
	}
}

func (c *content) clone() *content {
	out := *c
	out.records, out.identities, out.blobs = maps.Clone(c.records), maps.Clone(c.identities), maps.Clone(c.blobs)
	out.settings, out.holds = maps.Clone(c.settings), slices.Clone(c.holds)
	out.deposed, out.pending = slices.Clone(c.deposed), slices.Clone(c.pending)
	return &out
}

func (c *content) sorted() []plan.Record {
	all := slices.Collect(maps.Values(c.records))
	slices.SortFunc(all, func(a, b *plan.Record) int { return a.Address.Compare(b.Address) })
	out := make([]plan.Record, len(all))
	for i, r := range all {
		out[i] = *r
	}
	return out
}

// belongs refuses the state of another project.
func (c *content) belongs(project, env string) error {
	if c.lineage == "" || c.project == project && c.env == env {
		return nil
	}
	if c.env == "" && env == "" {
		return fmt.Errorf("it belongs to project %q, not to project %q; write the old name again, or keep this one's state somewhere else with a state block", c.project, project)
	}
	return fmt.Errorf("it belongs to %s, not to %s", title(c.project, c.env), title(project, env))
}

func title(project, env string) string {
	if env == "" {
		return fmt.Sprintf("project %q without an environment", project)
	}
	return fmt.Sprintf("project %q in environment %q", project, env)
}

// take makes a journal entry true.
func (c *content) take(e entry) {
	c.serial = e.Serial
	if e.Intent != nil {
		c.begin(*e.Intent)
	}
	if e.Result != nil {
		c.finish(*e.Result)
	}
	c.takeHold(e)
	c.takeSettings(e.Settings)
	for hash, body := range e.Blobs {
		c.blobs[hash] = string(body)
	}
	maps.Copy(c.identities, e.Identities)
	maps.DeleteFunc(c.identities, func(_, identity string) bool { return identity == "" }) // the platform was let go
}

// begin remembers a call that is made next. What is deposed leaves its place.
func (c *content) begin(i Intent) {
	c.pending = slices.DeleteFunc(slices.Clone(c.pending), func(old Intent) bool { return old.Key == i.Key })
	c.pending = append(c.pending, i)
	if there, ok := c.records[i.Address]; i.Depose && ok && there.ID == i.Record.ID {
		delete(c.records, i.Address)
		c.deposed = append(slices.Clone(c.deposed), *there)
	}
}

// finish remembers what became of a call. What was deposed and is still there
// gets its place back, unless another has it.
func (c *content) finish(r Result) {
	intent, called := c.end(r.Key)
	if r.From != nil {
		delete(c.records, *r.From)
	}
	switch deposed := called && intent.Depose; {
	case r.Gone && r.Deposed != "":
		c.undepose(Intent{Address: r.Address, Record: plan.Record{ID: r.Deposed}})
	case r.Record != nil:
		now := *r.Record
		c.records[r.Address] = &now
	case r.Gone && deposed:
		c.undepose(intent)
	case r.Gone:
		delete(c.records, r.Address)
	case deposed:
		there, ok := c.undepose(intent)
		if _, taken := c.records[r.Address]; ok && !taken {
			c.records[r.Address] = &there
		} else if ok {
			c.deposed = append(c.deposed, there)
		}
	}
}

// end takes an intent off the list of those that are open.
func (c *content) end(key string) (Intent, bool) {
	at := slices.IndexFunc(c.pending, func(i Intent) bool { return i.Key == key })
	if at < 0 {
		return Intent{}, false
	}
	intent := c.pending[at]
	c.pending = slices.Delete(slices.Clone(c.pending), at, at+1)
	return intent, true
}

func (c *content) undepose(i Intent) (plan.Record, bool) {
	at := slices.IndexFunc(c.deposed, func(r plan.Record) bool { return r.Address == i.Address && r.ID == i.Record.ID })
	if at < 0 {
		return plan.Record{}, false
	}
	there := c.deposed[at]
	c.deposed = slices.Delete(slices.Clone(c.deposed), at, at+1)
	return there, true
}

// meant drops the declarations that no record means any more.
func (c *content) meant() map[string]string {
	kept := make(map[string]string, len(c.blobs))
	keep := func(r plan.Record) {
		for _, hash := range r.Meaning {
			if body, there := c.blobs[hash]; there {
				kept[hash] = body
			}
		}
	}
	for _, r := range c.records {
		keep(*r)
	}
	for _, r := range c.deposed {
		keep(r)
	}
	for _, i := range c.pending {
		keep(i.Record)
	}
	return kept
}
