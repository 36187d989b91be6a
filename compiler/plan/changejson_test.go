package plan

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

func someChange(t *rapid.T) Change {
	text := rapid.SampledFrom([]string{"", "a", "<\"&\n>", `,"Changes":null`})
	one := func(name string) string { return text.Draw(t, name) }
	is := func(name string) bool { return rapid.Bool().Draw(t, name) }
	r := someRecord(t)
	c := Change{
		Action: Action(one("action")), Address: r.Address, Kind: r.Kind, Summary: one("summary"), ID: r.ID, NaturalKey: r.Key, After: r.Attributes.Map(), Before: r.Filled.Map(),
		Live: is("live"), Switch: r.Switch, Restores: is("restores"), Deposed: is("deposed"), Remarks: is("remarks"), Imported: is("imported"),
		From: From{one("from"), one("written"), one("resolved"), one("observed"), resource.Switch(one("was"))},
		Hash: r.Hash, Mark: r.Mark, Key: one("key"), SchemaVersion: r.SchemaVersion, Refers: r.Needs, Meaning: r.Meaning,
		Needs: rapid.SliceOfN(rapid.IntRange(0, 100), 0, 3).Draw(t, "needs"),
		At:    diag.Range{File: one("file"), Start: diag.Pos{Line: 1, Column: 2, Byte: 3}, End: diag.Pos{Line: 4, Column: 5, Byte: 6}},
	}
	if is("differs") {
		c.Diff = []AttributeDiff{{"a.b", resource.Strings(one("before")), nil}}
		c.ReplaceBecause = []string{one("because")}
		c.Calls = []Cost{{Platform: "crm", Class: "write", Calls: 2}}
	}
	return c
}

// Law: a plan has the name that package json would give it.
func TestPlansAreNamedByTheirJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Plan{Project: "many", Env: `,"Changes":null`, Platforms: []PlatformInfo{{Name: "crm", Target: "local"}}}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			p.Changes = append(p.Changes, someChange(t))
		}
		if rapid.Bool().Draw(t, "refreshes") {
			r := someRecord(t)
			r.Attributes = resource.Spell(resource.Map{"A": resource.Null{}, "Changes": resource.Null{}})
			p.Refresh = []Record{r}
		}
		d := deed{Project: p.Project, Env: p.Env, Accounts: []string{"crm", "local", ""}, Refresh: p.Refresh}
		for _, c := range p.Changes {
			want, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := c.append(nil); err != nil || string(got) != string(want) {
				t.Fatalf("package json writes %s, append %s: %v", want, got, err)
			}
			c.Summary = ""
			d.Changes = append(d.Changes, c)
		}
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if want := sum(raw); p.Digest() != want {
			t.Errorf("want %s, got %s, of %s", want, p.Digest(), raw)
		}
	})
}
