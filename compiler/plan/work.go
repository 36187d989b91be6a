package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/workers"
)

// work is a plan being made. Objects are sorted by address; their places are
// their ids. What replacements left behind follows, under addresses that may
// repeat.
type work struct {
	in        Input
	objects   []object
	ids       map[resource.Address]int32
	refs      graph // what the desired attributes refer to
	uses      graph // what the prior attributes referred to
	usedBy    graph // the same, the other way round
	platforms map[string]PlatformInfo
	lookups   map[LookupID]string // by the look-up with no id
}

// object is everything known and decided about one address.
type object struct {
	facts
	decision
}

// facts is what is known of an object, whatever is decided.
type facts struct {
	address resource.Address
	mark    string // that belongs to the address
	desired *resource.Resource
	prior   *Record
	deposed bool
	byHand  string
	left    bool // the plan is not about it, for something that uses it and is

	// Of desired:
	hash  string             // as written
	open  resource.Map       // what of it has references or look-ups; nil for nothing
	needs []resource.Address // what it refers to
	byID  bool               // it asks nothing but the ids of them
}

// decision is what is found out in the order of what objects refer to, and what
// is to be done about it.
type decision struct {
	now      present
	filling  resource.Map // those that are open, known references filled in; nil where prior has the same
	known    bool         // nothing is left to fill in
	bare     bool         // nothing was known of what it refers to
	resolved string       // hash of all, filled in, if known

	write    Action // "" for none
	adopt    bool
	off, on  bool
	live     bool
	because  []string
	restores bool
	remark   bool // it carries another mark than it should
	outside  bool // the plan is not about it
	waits    bool // outside, for a step by hand
	step     *Manual
	kept     string // it stays as somebody made it: this
	over     string // it is history, for this reason
	tainted  bool   // it is replaced, or refers to what is
	drift    *Drift
	refresh  *Record
	forget   bool
}

// present is the object as it is now: observed, or as state remembers it
// where it was not read. Attributes that are those of prior are left out of
// object, see current.
type present struct {
	exists bool
	read   bool
	object resource.Object
	hash   string
}

// current is the object as it is now, with its attributes.
func (o *object) current() resource.Object {
	if o.prior == nil {
		return o.now.object
	}
	return o.prior.Seen(o.now.object)
}

// wanted is the desired attributes, references as written.
func (o *object) wanted() resource.Map {
	if o.desired.Hash != "" {
		return o.prior.Attributes.Map()
	}
	return o.desired.Attributes
}

// filled is the desired attributes with known references filled in, or those of
// an object that stands as it is.
func (o *object) filled() resource.Map {
	switch {
	case o.outside && o.prior != nil:
		return o.prior.AsApplied()
	case o.outside:
		return o.now.object.Attributes
	}
	whole := o.wanted()
	if o.open == nil || o.bare {
		return whole
	}
	whole = maps.Clone(whole)
	if o.filling == nil {
		maps.Copy(whole, o.prior.Filled.Map())
	}
	maps.Copy(whole, o.filling)
	return whole
}

// gather brings together what is known of each address.
func gather(in Input) (*work, error) {
	w := &work{in: in, platforms: map[string]PlatformInfo{}, lookups: map[LookupID]string{}}
	for _, p := range in.Platforms {
		w.platforms[p.Name] = p
	}
	for _, l := range in.Lookups {
		w.lookups[LookupID{Platform: l.Platform, Kind: l.Kind, Key: l.Key}] = l.ID
	}
	w.intern()
	for i := range in.Desired {
		d := &in.Desired[i]
		o := &w.objects[w.ids[d.Address]]
		if o.desired != nil {
			return nil, fmt.Errorf("two objects have the address %s", d.Address)
		}
		o.desired = d
	}
	for i := range in.Prior {
		r := &in.Prior[i]
		o := &w.objects[w.ids[r.Address]]
		if o.prior != nil {
			return nil, fmt.Errorf("the state has two records of %s", r.Address)
		}
		o.prior = r
	}
	w.depose()
	failed := make([]error, len(w.objects))
	several(len(w.objects), func(i int, h *resource.Hasher) {
		o := &w.objects[i]
		o.mark = h.Mark(in.Project, in.Env, o.address)
		o.byHand = w.platforms[o.address.Platform].Manual[o.kind()]
		failed[i] = o.spell(h)
	})
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	return w, w.connect()
}

// atOnce is how many objects one turn of a worker looks at.
const atOnce = 256

// several does something for 0 to n-1, several at once: what it does for one must
// not look at another.
func several(n int, do func(i int, h *resource.Hasher)) {
	runs := workers.Runs(n, atOnce)
	workers.Each(len(runs), 0, func(turn int) {
		var h resource.Hasher
		for i := runs[turn][0]; i < runs[turn][1]; i++ {
			do(i, &h)
		}
	})
}

func (o *object) kind() string {
	if o.desired != nil {
		return o.desired.Kind
	}
	return o.prior.Kind
}

func (w *work) intern() {
	all := make([]resource.Address, 0, len(w.in.Desired)+len(w.in.Prior))
	for i := range w.in.Desired {
		all = append(all, w.in.Desired[i].Address)
	}
	for i := range w.in.Prior {
		all = append(all, w.in.Prior[i].Address)
	}
	slices.SortFunc(all, resource.Address.Compare)
	all = slices.Compact(all)
	w.objects = make([]object, len(all), len(all)+len(w.in.Deposed))
	w.ids = make(map[resource.Address]int32, len(all))
	for i, a := range all {
		w.objects[i].address = a
		w.ids[a] = int32(i)
	}
}

func (w *work) depose() {
	left := slices.Clone(w.in.Deposed)
	slices.SortFunc(left, func(a, b Record) int { return a.Address.Compare(b.Address) })
	for i := range left {
		w.objects = append(w.objects, object{facts: facts{address: left[i].Address, prior: &left[i], deposed: true}})
	}
}

// connect builds the edges of what is desired and of what was.
func (w *work) connect() error {
	var refs, uses []edge
	for i := range w.objects {
		o := &w.objects[i]
		for _, a := range o.needs {
			j, there := w.ids[a]
			if !there || w.objects[j].desired == nil {
				return fmt.Errorf("%s refers to %s, which is not among the objects to hold", o.address, a)
			}
			refs = append(refs, edge{int32(i), j})
		}
		if o.prior == nil {
			continue
		}
		for _, a := range o.prior.Needs {
			if j, there := w.ids[a]; there && j != int32(i) {
				uses = append(uses, edge{int32(i), j})
			}
		}
	}
	w.refs = newGraph(len(w.objects), refs)
	w.uses = newGraph(len(w.objects), uses)
	w.usedBy = w.uses.reversed()
	if _, cycle := w.uses.order(func(int32) int { return 0 }); cycle != nil {
		return fmt.Errorf("the state says that %s needs itself", w.objects[cycle[0]].address)
	}
	return nil
}

// fill puts what is known of the other objects into the desired attributes.
// It is called with what they refer to already decided.
func (w *work) fill(i int32) error {
	o := &w.objects[i]
	o.filling, o.known, o.resolved, o.bare = nil, true, o.hash, o.open != nil
	if o.open == nil {
		return nil
	}
	if o.byID && !slices.ContainsFunc(w.refs.of(i), func(j int32) bool { return !w.objects[j].new() }) {
		o.known, o.resolved = false, ""
		return nil
	}
	var failed error
	resolve := func(v resource.Value) resource.Value {
		found, err := w.valueOf(o.address.Platform, v)
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", o.address, err)
		}
		if found == nil {
			o.known = false
		} else {
			o.bare = false
		}
		return found
	}
	o.filling, _ = resource.Fill(o.open, resolve).(resource.Map)
	o.resolved = ""
	switch p := o.prior; {
	case !o.known:
	case p != nil && p.Hash == o.hash && p.Filled.Is(o.filling):
		o.resolved, o.filling = p.Resolved, nil
	default:
		o.resolved = HashOf(o.desired.Kind, o.desired.Key, o.filled())
	}
	return failed
}

// spell notes what the files ask for: its hash, and what it refers to.
func (o *object) spell(h *resource.Hasher) error {
	d, p := o.desired, o.prior
	switch {
	case d == nil:
	case d.Hash == "":
		o.hash, o.open = written(d, p, h), opened(d.Attributes)
	case p == nil || p.Hash != d.Hash:
		return fmt.Errorf("%s is to be what state remembers, and it does not", o.address)
	default:
		o.hash, o.open = d.Hash, p.Attributes.Part(p.Filled)
	}
	if o.open != nil {
		refs := resource.Refs(o.open)
		o.needs = addressesOf(refs)
		o.byID = len(resource.Lookups(o.open)) == 0 && !slices.ContainsFunc(refs, func(r resource.Ref) bool { return r.Output != "id" })
	}
	return nil
}

// written is the hash of what the files ask for. That of what was applied stands
// for what is spelled the same: most objects of most plans are, and to compare
// takes less time than to hash.
func written(d *resource.Resource, p *Record, h *resource.Hasher) string {
	if p != nil && p.Kind == d.Kind && p.Key == d.Key && p.Attributes.Is(d.Attributes) {
		return p.Hash
	}
	return h.Object(d.Kind, d.Key, d.Attributes)
}

// opened is the attributes that have references or look-ups; nil if none has.
func opened(attributes resource.Map) resource.Map {
	var out resource.Map
	for name, v := range attributes {
		if !open(v) {
			continue
		}
		if out == nil {
			out = resource.Map{}
		}
		out[name] = v
	}
	return out
}

// open tells whether v has references or look-ups in it.
func open(v resource.Value) bool {
	switch v := v.(type) {
	case resource.Ref, resource.Lookup:
		return true
	case resource.List:
		return slices.ContainsFunc(v, open)
	case resource.Map:
		for _, item := range v {
			if open(item) {
				return true
			}
		}
		return false
	case resource.Null, resource.Bool, resource.Number, resource.String:
		return false
	}
	return false
}

// valueOf is what a reference or look-up stands for, nil while nobody knows.
func (w *work) valueOf(platform string, v resource.Value) (resource.Value, error) {
	switch v := v.(type) {
	case resource.Lookup:
		id, there := w.lookups[LookupID{Platform: platform, Kind: v.Kind, Key: v.Key}]
		if !there {
			return nil, fmt.Errorf("%s %q was not looked up", v.Kind, v.Key)
		}
		return resource.String(id), nil
	case resource.Ref:
		return w.objects[w.ids[v.Address]].output(v.Output)
	case resource.Null, resource.Bool, resource.Number, resource.String, resource.List, resource.Map:
		return nil, nil
	}
	return nil, nil
}

// new tells whether the object is still to be made, so that nobody knows its id.
func (o *object) new() bool { return o.write == Create || o.write == Replace }

func (o *object) output(name string) (resource.Value, error) {
	switch name {
	case "id":
		if o.new() {
			return nil, nil
		}
		return resource.String(o.now.object.ID), nil
	case "key":
		if o.outside && o.prior != nil {
			return resource.String(o.prior.Key), nil
		}
		return resource.String(o.desired.Key), nil
	}
	v, there := o.filled()[name]
	if !there {
		return nil, fmt.Errorf("%s has no output %q", o.address, name)
	}
	if open(v) {
		return nil, nil
	}
	return v, nil
}

// Output is what references to the object stand for: "id", "key" or the name
// of an attribute.
func (r Record) Output(name string) (resource.Value, bool) {
	switch name {
	case "id":
		return resource.String(r.ID), r.ID != ""
	case "key":
		return resource.String(r.Key), true
	}
	v, there := r.AsApplied()[name]
	return v, there
}
