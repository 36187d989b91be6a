package suite

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// stateRow is a row of a customer's consent table that keeps states.
type stateRow struct {
	person, address, state               string
	granted, confirmed, expires, changed types.Instant // 0 is null
}

// beginning stands for a yes of which nobody knows when it was given.
const beginning = types.Instant(-1 << 61)

func (r stateRow) acts(consent string) []person.Act { return r.actsAt(consent, sample.Now) }

// actsAt is what the row says, as acts that a history could have recorded.
func (r stateRow) actsAt(consent string, now types.Instant) []person.Act {
	var out []person.Act
	no := map[string]person.ActKind{"refused": person.Refuse, "withdrawn": person.Withdraw, "opt-out": person.Refuse}
	kind, isNo := no[r.state]
	if r.state == "granted" || isNo && r.granted != 0 {
		at := r.granted
		if at == 0 {
			at = r.changed
		}
		if at == 0 {
			at = beginning
		}
		out = append(out, person.Act{Kind: person.Grant, At: at, ExpiresAt: r.expires})
		if r.confirmed != 0 {
			out = append(out, person.Act{Kind: person.Confirm, At: max(r.confirmed, at)})
		}
	}
	if isNo {
		at := r.changed
		if at == 0 {
			at = now
		}
		out = append(out, person.Act{Kind: kind, At: at})
	}
	for i := range out {
		out[i].Consent, out[i].Address = consent, r.address
	}
	return out
}

func randomRow(src *rand.Rand, who *person.Person) stateRow {
	instant := func() types.Instant {
		switch src.IntN(4) {
		case 0:
			return 0
		case 1:
			if len(who.Events) > 0 {
				return who.Events[src.IntN(len(who.Events))].At
			}
		}
		return sample.Now - types.Instant(src.IntN(400))*86_400_000_000 - types.Instant(src.IntN(2))
	}
	states := []string{"granted", "granted", "granted", "refused", "withdrawn", "unknown", "opt-out", ""}
	addresses := []string{"", types.Spell(who.Get("email")), "old@example.test"}
	row := stateRow{person: who.ID, address: addresses[src.IntN(3)], state: states[src.IntN(len(states))],
		granted: instant(), confirmed: instant(), expires: 0, changed: instant()}
	if src.IntN(3) == 0 {
		row.expires = sample.Now + types.Instant(src.IntN(100)-60)*86_400_000_000
	}
	return row
}

func (r stateRow) literals() string {
	var out []string
	for _, s := range []string{r.person, r.address, r.state} {
		out = append(out, sql.QuoteText(s))
	}
	for _, at := range []types.Instant{r.granted, r.confirmed, r.expires, r.changed} {
		if at == 0 {
			out = append(out, "NULL")
			continue
		}
		out = append(out, sql.QuoteText(types.Spell(at)))
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// stateWorld replaces what is recorded of consents by a table of states.
func stateWorld(t *testing.T, w World) World {
	t.Helper()
	src := rand.New(rand.NewPCG(uint64(w.seed), 3))
	for _, who := range w.people {
		who.Acts = nil
	}
	var blocks []ir.ConfigBlock
	for _, b := range w.Platform.Config.Blocks {
		if b.Type != "consent" {
			blocks = append(blocks, b)
		}
	}
	for i, c := range w.Program.Consents {
		table := fmt.Sprintf("w%d.states_%d", w.seed, i)
		w.db.Run(t, "CREATE TABLE "+table+" (who text, mail text, status text, yes timestamptz, yes2 timestamptz, until timestamptz, since timestamptz)")
		for _, who := range w.people {
			if src.IntN(3) == 0 {
				continue
			}
			row := randomRow(src, who)
			who.Acts = append(who.Acts, row.acts(c.Address)...)
			row.state = strings.ToUpper(row.state)
			w.db.Run(t, "INSERT INTO "+table+" VALUES "+row.literals())
		}
		b := ir.ConfigBlock{Type: "consent", Labels: []string{strings.TrimPrefix(c.Address, "consent.")}}
		b.Config.Settings = []ir.Setting{setting("table", table), setting("person", "who"), setting("address", "mail"), setting("state", "status"),
			setting("granted_at", "yes"), setting("confirmed_at", "yes2"), setting("expires_at", "until"), setting("changed_at", "since")}
		words := ir.ConfigBlock{Type: "values", Labels: []string{"state"}}
		for _, word := range []string{"granted", "refused", "withdrawn", "unknown"} {
			words.Config.Settings = append(words.Config.Settings, setting(word, strings.ToUpper(word)))
		}
		b.Config.Blocks = []ir.ConfigBlock{words}
		blocks = append(blocks, b)
	}
	for _, who := range w.people {
		who.Sort()
	}
	w.Platform.Config.Blocks = blocks
	var err error
	if w.eval, err = eval.New(w.Program, w.lists, sample.Now); err != nil {
		t.Fatal(err)
	}
	return w
}

// Law: a table of states beside captures and unsubscribes gives the record and
// the gate that the evaluator finds for the acts behind its rows.
func statesAreReadAsActs(t *testing.T, e Engine) {
	worlds(t, e, 1000, func(t *testing.T, db Database, w World) {
		w = stateWorld(t, w)
		target := w.Target(t)
		lowered := target.Lower(targets.LowerRequest{Program: w.Program, Platform: w.Platform, Placed: []string{"consent.news", "purpose.offers"}})
		if onlyKnownGaps(t, lowered.Diagnostics) {
			t.Skip("needs a person's own zone")
		}
		Deploy(t, target, lowered.Resources)
		db.Clock(t, sample.Now)
		w.allowed(t, db)
	})
}
