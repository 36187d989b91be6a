package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// Draft is a plan being made: what is known is brought together once, however
// often something is asked of it, and decided anew only when there are more answers.
type Draft struct {
	w       *work
	order   []int32
	found   diag.List
	decided bool
	answers int     // that were there when it was decided
	asked   []int32 // the objects of which the last Edits were
}

// Begin brings together what is known. What the platforms say to edits may be
// added to in.Answers afterwards.
func Begin(in Input) (*Draft, error) {
	d := &Draft{found: platformsGone(in)}
	if d.found.HasErrors() {
		return d, nil
	}
	var err error
	if d.w, err = gather(in); err != nil {
		return nil, err
	}
	order, cycle := d.w.refs.order(func(int32) int { return 0 })
	if d.order = order; cycle != nil {
		d.found = diag.List{d.w.cycleFound(cycle)}
	}
	return d, nil
}

// Make makes the plan. The diagnostics are for authors: objects that need each
// other, or a platform that is gone and still holds something. The error is a
// failure of a target or of the caller, such as a reference to an object that
// is not there. With either of them the plan is nil.
func Make(in Input) (*Plan, diag.List, error) {
	d, err := Begin(in)
	if err != nil {
		return nil, nil, err
	}
	return d.Make()
}

// Nothing is the plan of who knows that there is nothing to do: Make of this, where
// all that is desired is as state and platforms have it, and no part was chosen.
func Nothing(in Input) *Plan {
	w := &work{in: in}
	p := w.header()
	p.Unchanged = len(in.Desired)
	return p
}

// Make is the function Make.
func (d *Draft) Make() (*Plan, diag.List, error) {
	if d.found.HasErrors() {
		return nil, d.found, nil
	}
	w := d.w
	err := d.decide()
	if err != nil {
		return nil, nil, err
	}
	p := w.header()
	w.drift(p)
	w.refresh(p)
	p.Scope, p.Manual = w.scope(), w.manuals()
	p.Changes = w.changes()
	p.Unchanged = w.unchanged()
	p.Costs = w.costs()
	p.Findings = append(w.history(), w.renamed()...)
	p.Blobs, err = w.blobs(p)
	return p, d.found, err
}

// Edits lists what would be created, changed or deleted and has no answer in
// Input.Answers yet, sorted by address. A replacement changes what refers to
// the object, so callers ask again until nothing is left to ask.
func Edits(in Input) ([]Edit, error) {
	d, err := Begin(in)
	if err != nil {
		return nil, err
	}
	return d.Edits()
}

// Edits is the function Edits.
func (d *Draft) Edits() ([]Edit, error) {
	if d.found.HasErrors() {
		return nil, nil
	}
	w := d.w
	if err := d.decide(); err != nil {
		return nil, err
	}
	d.asked = d.asked[:0]
	for i := range w.objects {
		o := &w.objects[i]
		if !o.write.Writes() || o.deposed {
			continue
		}
		if _, answered := w.in.Answers[o.address]; !answered {
			d.asked = append(d.asked, int32(i))
		}
	}
	edits := make([]Edit, len(d.asked))
	for n, i := range d.asked {
		edits[n] = w.objects[i].edit()
	}
	return edits, nil
}

func (o *object) edit() Edit {
	e := Edit{Address: o.address}
	if o.now.exists {
		prior := o.current()
		e.Prior = &prior
	}
	if o.desired != nil {
		desired := *o.desired
		desired.Attributes, desired.Hash = o.filled(), ""
		e.Desired = &desired
	}
	return e
}

// decide says for every object what has to be done to it.
func (d *Draft) decide() error {
	w := d.w
	if d.decided && (d.answers == len(w.in.Answers) || d.agreed()) {
		return nil
	}
	for again := true; again; again = w.leaveUsed() {
		w.undecided()
		w.look()
		for _, i := range d.order {
			if err := w.decide(i); err != nil {
				return err
			}
		}
	}
	w.decideDeposed()
	d.decided, d.answers = true, len(w.in.Answers)
	return nil
}

// agreed tells whether all answers since the last decision say no more than what
// the changes cost.
func (d *Draft) agreed() bool {
	in := d.w.in
	news := 0
	for _, i := range d.asked {
		a, answered := in.Answers[d.w.objects[i].address]
		if len(a.Replace) > 0 || a.Over != "" {
			return false
		}
		if answered {
			news++
		}
	}
	if d.answers+news != len(in.Answers) {
		return false // something was answered that nobody asked
	}
	d.answers = len(in.Answers)
	return true
}

func platformsGone(in Input) diag.List {
	here := map[string]bool{}
	for _, p := range in.Platforms {
		here[p.Name] = true
	}
	held := map[string]int{}
	for _, list := range [][]Record{in.Prior, in.Deposed} {
		for i := range list {
			if platform := list[i].Address.Platform; !here[platform] {
				held[platform]++
			}
		}
	}
	var found diag.List
	for _, name := range sortedKeys(held) {
		found = append(found, diag.Diagnostic{
			Rule:   platformGone,
			Detail: fmt.Sprintf("platform.%s is not in the files any more, and still holds %s that this project made.", name, objects(held[name])),
			Help: fmt.Sprintf("put platform.%[1]s back and run: trayecto destroy --only platform.%[1]s; "+
				"or let them stay there: removed { from = platform.%[1]s, keep = true }, in two lines", name),
		})
	}
	return found
}

func objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}

func (w *work) cycleFound(cycle []int32) diag.Diagnostic {
	first := 0 // begin where the address is lowest, so that the message does not depend on the walk
	for i, id := range cycle {
		if id < cycle[first] {
			first = i
		}
	}
	closed := append(slices.Clone(cycle[first:len(cycle)-1]), cycle[:first+1]...)
	path := make([]string, len(closed))
	for i, id := range closed {
		path[i] = w.objects[id].address.String()
	}
	d := diag.Diagnostic{
		Rule: objectCycle, At: w.objects[closed[0]].desired.At,
		Detail: "Each of these needs the id of the next, so none of them can be made first: " + strings.Join(path, " -> ") + ".",
	}
	for _, id := range closed[1 : len(closed)-1] {
		if at := w.objects[id].desired.At; !at.IsZero() && len(d.Related) < 3 {
			d.Related = append(d.Related, diag.Label{At: at, Text: w.objects[id].address.String()})
		}
	}
	return d
}

func (w *work) header() *Plan {
	in := w.in
	return &Plan{
		Tool: in.Tool, Project: in.Project, Env: in.Env, Now: in.Now.UTC(), Timezone: in.Timezone, Source: in.Source, State: in.State,
		Platforms: in.Platforms, Lookups: in.Lookups, Moved: in.Moved, LetGo: in.LetGo, LeftOut: in.LeftOut, OnlyTo: in.OnlyTo, Shown: in.Shown,
	}
}

func (w *work) drift(p *Plan) {
	for i := range w.objects {
		if d := w.objects[i].drift; d != nil {
			p.Drift = append(p.Drift, *d)
		}
	}
}

// refresh lists what state has to learn although nothing is done: an edit by
// hand that is what the files ask for, a declaration that means something else
// and is lowered to the same, an object that is gone and not wanted any more.
func (w *work) refresh(p *Plan) {
	for i := range w.objects {
		switch o := &w.objects[i]; {
		case o.forget:
			p.Forget = append(p.Forget, o.address)
		case o.refresh != nil:
			p.Refresh = append(p.Refresh, *o.refresh)
		}
	}
}

func (w *work) unchanged() int {
	n := 0
	for i := range w.objects {
		if o := &w.objects[i]; o.desired != nil && o.write == "" && !o.off && !o.on && !o.adopt && !o.outside && o.step == nil {
			n++
		}
	}
	return n
}

func (w *work) costs() []Cost {
	type class struct{ platform, class string }
	calls := map[class]int{}
	for i := range w.objects {
		o := &w.objects[i]
		if !o.write.Writes() || o.deposed {
			continue
		}
		for _, c := range w.in.Answers[o.address].Costs {
			calls[class{o.address.Platform, c.Class}] += c.Calls
		}
	}
	var costs []Cost
	for k, n := range calls {
		costs = append(costs, Cost{Platform: k.platform, Class: k.class, Calls: n, Limits: w.platforms[k.platform].Limits[k.class]})
	}
	slices.SortFunc(costs, func(a, b Cost) int {
		return strings.Compare(a.Platform+"\x00"+a.Class, b.Platform+"\x00"+b.Class)
	})
	return costs
}

// history is what of the plan is about something that was sent: what the files
// have changed and the platform does not let change any more, what is made anew
// in its place, and what is taken out.
func (w *work) history() []Finding {
	var out []Finding
	for i := range w.objects {
		o := &w.objects[i]
		if o.over == "" {
			continue
		}
		text := "is made anew on platform." + o.address.Platform + ": " + o.over
		switch {
		case o.stays():
			text = "stays as it is on platform." + o.address.Platform + ": " + o.over
		case o.desired == nil:
			text = "was sent on platform." + o.address.Platform + " already: taking it out takes nothing back"
		}
		out = append(out, Finding{Object: o.address.Object, Text: text})
	}
	return out
}

// blobs keeps the declarations that changed records mean.
func (w *work) blobs(p *Plan) (map[string]json.RawMessage, error) {
	if w.in.Shown || w.in.Form == nil {
		return nil, nil
	}
	kept := map[string]json.RawMessage{}
	for _, c := range p.Changes {
		if err := w.keepForms(kept, c.Meaning); err != nil {
			return nil, err
		}
	}
	for _, r := range p.Refresh {
		if err := w.keepForms(kept, r.Meaning); err != nil {
			return nil, err
		}
	}
	if len(kept) == 0 {
		return nil, nil
	}
	return kept, nil
}

func (w *work) keepForms(kept map[string]json.RawMessage, meaning map[string]string) error {
	for _, address := range sortedKeys(meaning) {
		hash := meaning[address]
		if kept[hash] != nil {
			continue
		}
		form, err := w.in.Form(hash)
		if err != nil {
			return fmt.Errorf("writing down what %s means: %w", address, err)
		}
		if form != nil {
			kept[hash] = form
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func addressesOf(refs []resource.Ref) []resource.Address {
	var out []resource.Address
	for _, r := range refs {
		if len(out) == 0 || out[len(out)-1] != r.Address {
			out = append(out, r.Address)
		}
	}
	return out
}
