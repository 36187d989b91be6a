package run

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/workers"
	"github.com/trayecto/trayecto/targets/state"
)

// Most plans find nothing to do. What the files are lowered to is then what state
// remembers, to the hash, and the cache notes that it was: of which question (see
// cache), of which sources and of which records, under the same seal. Where all
// three are the same again, the records say what the files ask for, and nothing is
// lowered.
//
// That is only for a plan that finds nothing to do once more: where an object is
// declared stands in no record. What a platform does not hold as it is remembered
// has the files lowered after all.

// settled tells whether nothing is to be done to what state remembers, as long as
// the platforms hold it, and has in desire that.
func (l *Line) settled(in *plan.Input, st *state.State) bool {
	if len(in.Only)+len(in.Exclude) > 0 || !l.mayBeSettled(in, st) || !l.kept.settled(l.Source, printOf(in.Prior)) {
		return false
	}
	in.Desired = make([]resource.Resource, len(in.Prior))
	for i := range in.Prior {
		r := &in.Prior[i]
		in.Desired[i] = resource.Resource{Address: r.Address, Kind: r.Kind, Key: r.Key, Switch: r.Switch, Hash: r.Hash}
	}
	return true
}

// mayBeSettled leaves aside whatever is more than files, records and platforms.
// What a plugin is lowering to is not known by the build of this program.
func (l *Line) mayBeSettled(in *plan.Input, st *state.State) bool {
	if l.kept == nil || l.Offline || len(st.Holds())+len(in.Moved)+len(in.LetGo)+len(in.Deposed)+len(l.Program.Imports) > 0 {
		return false
	}
	builtIn := map[string]bool{}
	for _, f := range l.Targets {
		builtIn[f().Describe().Name] = true
	}
	foreign := func(p *Platform) bool { return !builtIn[p.Platform.Target] }
	return !slices.ContainsFunc(l.Platforms, foreign) && !slices.ContainsFunc(l.Program.Journeys, migrates)
}

// asRemembered tells whether the platforms hold what state remembers.
func asRemembered(in plan.Input) bool {
	for i := range in.Prior {
		r := &in.Prior[i]
		seen := in.Observed[r.Address]
		if seen == nil || seen.Hash != r.Resolved || seen.ID != r.ID || seen.Switch != r.Switch {
			return false
		}
	}
	return len(in.Adoptable) == 0
}

// settle notes that a plan of everything has found nothing to do, if it has.
func (l *Line) settle(in plan.Input, o PlanOptions, made *plan.Plan, st *state.State) {
	busy := len(made.Drift) + len(made.Refresh) + len(made.Forget) + len(made.Manual) + len(made.Findings) + len(in.Lookups)
	whole := !o.End && len(o.Only)+len(o.Exclude) == 0
	if whole && made.Empty() && busy == 0 && l.mayBeSettled(&in, st) && asDesired(in) {
		l.kept.settle(l.Source, printOf(in.Prior))
	}
}

// asDesired tells whether the files ask for what state remembers.
func asDesired(in plan.Input) bool {
	desired := make(map[resource.Address]*resource.Resource, len(in.Desired))
	for i := range in.Desired {
		desired[in.Desired[i].Address] = &in.Desired[i]
	}
	for i := range in.Prior {
		r := &in.Prior[i]
		d := desired[r.Address]
		if d == nil || d.Hash != r.Hash || d.Switch != r.Switch || !maps.Equal(in.Meaning[r.Address], r.Meaning) {
			return false
		}
	}
	return len(desired) == len(in.Prior)
}

// printsAtOnce is how many records one turn of a worker takes the print of.
const printsAtOnce = 256

// printOf is a digest of records, but for who left them so and when.
func printOf(records []plan.Record) []byte {
	runs := workers.Runs(len(records), printsAtOnce)
	prints := make([][]byte, len(runs))
	workers.Each(len(runs), 0, func(turn int) {
		sum := sha256.New()
		var b []byte
		for i := runs[turn][0]; i < runs[turn][1]; i++ {
			b = appendPrint(b[:0], &records[i])
			sum.Write(b) // fails never
		}
		prints[turn] = sum.Sum(nil)
	})
	whole := sha256.Sum256(bytes.Join(prints, nil))
	return whole[:]
}

// appendPrint adds each part of a record with its length.
func appendPrint(b []byte, r *plan.Record) []byte {
	parts := [...]string{
		r.Address.Object, r.Address.Platform, r.Address.Role, r.Kind, r.ID, r.Key, r.Hash, r.Resolved, string(r.Switch), r.Mark, r.Kept,
		r.Plugin.Name, r.Plugin.Version, r.Plugin.Hash,
	}
	for _, part := range parts {
		b = appendPart(b, part)
	}
	b = binary.AppendVarint(b, int64(r.SchemaVersion))
	b = binary.AppendVarint(b, int64(len(r.Meaning)))
	for _, name := range slices.Sorted(maps.Keys(r.Meaning)) {
		b = appendPart(appendPart(b, name), r.Meaning[name])
	}
	return b
}

func appendPart(b []byte, part string) []byte {
	return append(binary.AppendVarint(b, int64(len(part))), part...)
}

func (c *cache) settledPath() string {
	return filepath.Join(c.folder(), "settled-"+filepath.Base(c.path()))
}

// settled tells whether this was noted of these sources and records.
func (c *cache) settled(source string, print []byte) bool {
	noted, err := os.ReadFile(c.settledPath())
	return err == nil && hmac.Equal(noted, c.seal(note(source, print)))
}

// settle notes it, in the place of what was noted before.
func (c *cache) settle(source string, print []byte) {
	c.write(c.settledPath(), c.seal(note(source, print)))
}

func note(source string, print []byte) []byte { return slices.Concat([]byte("settled "+source), print) }

func migrates(j ir.Journey) bool { return j.OnChange == "migrate" }
