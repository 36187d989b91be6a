package kit

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// takeOver has the next plan take over the objects of imports that state does
// not have.
func (e *engine) takeOver(in *plan.Input) {
	e.t.Helper()
	for _, r := range in.Desired {
		id, wanted := e.imports[r.Address]
		if !wanted || slices.ContainsFunc(in.Prior, func(p plan.Record) bool { return p.Address == r.Address }) {
			continue
		}
		found, err := e.target.Get(context.Background(), r.Kind, []string{id})
		if err != nil || len(found) != 1 {
			e.t.Fatalf("reading %s %s, which is not ours: %v, %v", r.Kind, id, found, err)
		}
		in.Import(r.Address, found[0])
	}
}

// ids is what state knows each object by.
func (e *engine) ids() map[resource.Address]string {
	e.t.Helper()
	st, _, err := state.Open(e.folder, e.project, "")
	if err != nil {
		e.t.Fatal(err)
	}
	out := map[resource.Address]string{}
	for _, r := range st.Records() {
		out[r.Address] = r.ID
	}
	return out
}

// engineMoves: objects whose addresses change keep their ids, and carry the
// marks of the new addresses.
func engineMoves(t testing.TB, h Harness) {
	e := newEngine(t, h)
	want := h.lower(t, e.random(0), e.platform.Config.Platform)
	if !e.run(want, e.target) {
		t.Fatal("not everything was done")
	}
	before := e.ids()
	moved, moves := elsewhere(want)
	e.moves = moves
	if !e.run(moved, e.target) {
		t.Fatal("not everything was moved")
	}
	e.settled(moved)
	e.moves = nil
	e.settled(moved)
	expected := map[resource.Address]string{}
	for a, id := range before {
		expected[at(a)] = id
	}
	if diff := difference(expected, e.ids()); diff != "" {
		t.Errorf("ids after the move (-want +got):\n%s", diff)
	}
}

// at is another address; what the platform itself holds stays where it is.
func at(a resource.Address) resource.Address {
	if kind, name, _ := strings.Cut(a.Object, "."); kind != "platform" {
		a.Object = kind + ".moved_" + name
	}
	return a
}

// elsewhere is the same resources under other addresses.
func elsewhere(list []resource.Resource) ([]resource.Resource, []ir.Move) {
	out := slices.Clone(list)
	moves := map[string]ir.Move{}
	for i := range out {
		to := at(out[i].Address)
		if to != out[i].Address {
			moves[out[i].Address.Object] = ir.Move{From: out[i].Address.Object, To: to.Object}
		}
		out[i].Address = to
		out[i].Attributes = resource.Fill(out[i].Attributes, func(v resource.Value) resource.Value {
			if ref, is := v.(resource.Ref); is {
				return resource.Ref{Address: at(ref.Address), Output: ref.Output}
			}
			return nil
		}).(resource.Map)
	}
	all := make([]ir.Move, 0, len(moves))
	for _, m := range moves {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b ir.Move) int { return strings.Compare(a.From, b.From) })
	return out, all
}

// engineTakesOver: what another project made on the platform becomes ours by
// its ids. Nothing is made again, and afterwards there is nothing to do.
func engineTakesOver(t testing.TB, h Harness) {
	e := newEngine(t, h)
	e.project = "theirs"
	want := h.lower(t, e.random(0), e.platform.Config.Platform)
	if !e.run(want, e.target) {
		t.Fatal("not everything was done")
	}
	e.imports = e.ids()
	e.project, e.folder = "kit", t.TempDir()
	if !e.run(want, e.target) {
		t.Fatal("not everything was taken over")
	}
	if diff := difference(e.imports, e.ids()); diff != "" {
		t.Errorf("ids after the import (-want +got):\n%s", diff)
	}
	e.settled(want)
}

// lowersBlocks: a resource block of a kind that takes them becomes one object,
// which lives like every other; what does not fit is a finding where it stands.
func lowersBlocks(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	unknown := block(p.Config.Platform, "no such kind", "unknown")
	before.Resources = []ir.Resource{unknown}
	h.refuses(t, before, p, unknown.At)
	var kinds []string
	for _, k := range h.Target().Describe().Kinds {
		if k.Schema != "" {
			kinds = append(kinds, k.Name)
			strange := block(p.Config.Platform, k.Name, "strange")
			strange.Attributes = []ir.Setting{{Name: "no such attribute", Value: types.Text("x"), At: diag.Range{File: "strange.hcl", Start: diag.Pos{Line: 3}}}}
			before.Resources = []ir.Resource{strange}
			h.refuses(t, before, p, strange.At)
		}
	}
	if h.Own == nil {
		if len(kinds) > 0 {
			t.Fatalf("%v take resource blocks, and the harness has no Own", kinds)
		}
		return
	}
	before.Resources = h.Own(p.Config.Platform)
	for _, k := range kinds {
		if !slices.ContainsFunc(before.Resources, func(r ir.Resource) bool { return r.Kind == k }) {
			t.Errorf("Own has no block of the kind %s", k)
		}
	}
	want := h.wanted(t, before, p.Config.Platform)
	for _, b := range before.Resources {
		if !slices.ContainsFunc(want, func(r resource.Resource) bool {
			return r.Address.Object == b.Address && r.Kind == b.Kind && r.Key == b.Key
		}) {
			t.Errorf("%s was not lowered to a %s %s", b.Address, b.Kind, b.Key)
		}
	}
	d := deploy(t, open(t, h, p), want)
	d.holds(want)
}

func block(p ir.Platform, kind, name string) ir.Resource {
	at := diag.Pos{Line: 1, Column: 1}
	return ir.Resource{Head: ir.Head{Address: "resource." + name, At: diag.Range{File: name + ".hcl", Start: at, End: at}}, Kind: kind, Platform: p.Address, Key: name}
}

// refuses: the target, or whoever asks it, has something to say in the file.
// A target that knows nothing of resource blocks passes over them.
func (h Harness) refuses(t testing.TB, program *ir.Program, p Platform, at diag.Range) {
	t.Helper()
	lowered := h.Target().Lower(h.request(program, p.Config.Platform))
	for _, r := range lowered.Resources {
		if r.At.File == at.File && !lowered.Diagnostics.HasErrors() {
			t.Errorf("the block in %s was lowered to %s %v", at.File, r.Kind, r.Attributes)
		}
	}
	for _, found := range lowered.Diagnostics { // warnings are about what a platform holds all the same
		if found.Rule.Severity != diag.Warning && found.At.File != at.File {
			t.Errorf("a finding about %s is in %q", at.File, found.At.File)
		}
	}
}

var blockName = regexp.MustCompile(`^[\pL][\pL\pN_]*$`)

// raises: a target that says what it holds in the language says it as blocks
// that can be read, or why it cannot, and says the same the next time.
func raises(t testing.TB, h Harness) {
	raiser, can := h.Target().(targets.Raiser)
	if said := h.Target().Describe().Can.Raises; said && !can {
		t.Fatal("the target says that it raises, and does not")
	} else if !said {
		return
	}
	p := h.Fresh(t)
	before, _ := h.programs(p)
	if h.Own != nil {
		before.Resources = h.Own(p.Config.Platform)
	}
	target := open(t, h, p)
	deploy(t, target, h.wanted(t, before, p.Config.Platform))
	held := listed(t, target, true)
	raised := raiser.Raise(targets.RaiseRequest{Objects: held})
	if len(raised) != len(held) {
		t.Fatalf("%d objects were raised to %d", len(held), len(raised))
	}
	some := false
	for i, r := range raised {
		some = some || r.Type != ""
		if r.Type == "" && r.Why == "" {
			t.Errorf("%s %s is not said, and not why", held[i].Kind, held[i].ID)
		}
		if r.Type == "" {
			continue
		}
		if _, wrong := syntax.Format("raised.hcl", []byte(r.Type+" {\n"+r.Body+"}\n")); wrong.HasErrors() || !blockName.MatchString(r.Name) {
			t.Errorf("%s %s was raised to what cannot be read: %+v %v", held[i].Kind, held[i].ID, r, wrong)
		}
	}
	if !some {
		t.Error("nothing that it holds is said")
	}
	if diff := difference(raised, raiser.Raise(targets.RaiseRequest{Objects: held})); diff != "" {
		t.Errorf("the same objects were raised otherwise (-first +second):\n%s", diff)
	}
}
