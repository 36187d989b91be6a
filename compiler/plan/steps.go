package plan

import (
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
)

// The phases of carrying out. Switching on comes last, but an object that was
// on is off for as short a time as can be.
const (
	phaseAdopt = iota
	phaseWrite
	phaseDelete
	phaseOn
)

// LastPhase is that of switching on what was off before.
const LastPhase = phaseOn

// Phase is when the change may be made: of the changes whose needs are done,
// those of the lowest phase go first.
func (c Change) Phase() int { return phaseOf(c.Action, c.Live) }

func phaseOf(a Action, live bool) int {
	switch {
	case a == Adopt:
		return phaseAdopt
	case a == Delete:
		return phaseDelete
	case a == SwitchOn && !live:
		return phaseOn
	}
	return phaseWrite
}

// none stands where an object has no such step.
const none = int32(-1)

// step is a change of an object in the making.
type step struct {
	object int32
	action Action
}

// steps is the steps of all objects, and for each object which are its own.
type steps struct {
	*work
	list                  []step
	adopt, off, write, on []int32 // by object: index in list, or none
	needs                 []edge
	free                  []bool
}

// changes lists the steps of all objects in the order of carrying out.
func (w *work) changes() []Change {
	s := &steps{work: w}
	for _, list := range []*[]int32{&s.adopt, &s.off, &s.write, &s.on} {
		*list = make([]int32, len(w.objects))
	}
	for i := range w.objects {
		s.of(int32(i))
	}
	if len(s.list) == 0 {
		return nil
	}
	s.free = s.freeOfSurvivors()
	for i := range w.objects {
		s.connect(int32(i))
	}
	s.deleteFirst()
	return s.sorted()
}

// of adds the steps of one object.
func (s *steps) of(i int32) {
	add := func(want bool, list []int32, a Action) {
		if list[i] = none; want {
			list[i] = int32(len(s.list))
			s.list = append(s.list, step{i, a})
		}
	}
	o := &s.objects[i]
	add(o.adopt, s.adopt, Adopt)
	add(o.off, s.off, SwitchOff)
	add(o.write != "", s.write, o.write)
	add(o.on, s.on, SwitchOn)
}

// change is a step as the plan has it.
func (s *steps) change(of step, h *resource.Hasher) Change {
	o, a := &s.objects[of.object], of.action
	c := Change{
		Action: a, Address: o.address, ID: o.now.object.ID, Live: o.live, Deposed: o.deposed,
		Mark: o.mark,
		From: From{Observed: observedHash(o.now), Switch: o.now.object.Switch},
	}
	if o.prior != nil {
		c.From.ID, c.From.Written, c.From.Resolved = o.prior.ID, o.prior.Hash, o.prior.Resolved
		c.Kind, c.NaturalKey = o.prior.Kind, o.prior.Key
	}
	if o.desired != nil {
		r := s.record(o)
		c.Kind, c.NaturalKey, c.Switch, c.Hash, c.At = r.Kind, r.Key, o.desired.Switch, r.Hash, o.desired.At
		c.SchemaVersion, c.Refers, c.Meaning = r.SchemaVersion, r.Needs, r.Meaning
	}
	if a == Adopt {
		c.Imported = s.in.Imported[o.address]
	}
	if a.Writes() || a == Adopt {
		s.describe(&c, o)
	}
	c.Key = s.key(&c, h)
	return c
}

func observedHash(p present) string {
	if !p.read || !p.exists {
		return ""
	}
	return p.hash
}

// describe adds what readers and targets need of a change that writes.
func (s *steps) describe(c *Change, o *object) {
	if c.Action.Writes() && !o.deposed {
		c.Calls = s.in.Answers[o.address].Costs
	}
	c.ReplaceBecause, c.Restores, c.Remarks = o.because, o.restores, o.remark
	if o.now.exists {
		c.Before = o.current().Attributes
	}
	if o.desired == nil {
		return
	}
	c.After = o.wanted()
	if c.Action == Update || c.Action == Replace {
		after := resource.Object{Key: o.desired.Key, Attributes: o.filled()}
		c.Diff = DiffObjects(o.current(), after)
	}
}

// key names the change, so that the same change tried again is the same to the
// platform, and the same edit made after others is not.
func (s *steps) key(c *Change, h *resource.Hasher) string {
	return h.Hash(resource.List{
		resource.String(s.in.Project), resource.String(s.in.Env),
		resource.String(s.in.State.Lineage), resource.Number(strconv.FormatInt(s.in.State.Serial, 10)),
		resource.String(c.Address.String()), resource.String(c.Action), resource.Bool(c.Deposed),
		resource.String(c.ID), resource.String(c.Hash),
	})
}

func (s *steps) need(step, other int32) {
	if step != none && other != none && step != other {
		s.needs = append(s.needs, edge{step, other})
	}
}

// connect adds what the steps of one object need.
func (s *steps) connect(i int32) {
	o := &s.objects[i]
	s.need(s.off[i], s.adopt[i])
	s.need(s.write[i], s.adopt[i])
	s.need(s.on[i], s.adopt[i])
	s.need(s.write[i], s.off[i])
	s.need(s.on[i], s.write[i])
	switch {
	case o.deposed:
	case o.write == Delete:
		s.afterUsers(i)
	default:
		s.afterRefs(i)
		if o.write == Replace {
			s.whileUsersAreOff(i)
		}
	}
}

// afterRefs has an object written and switched on after what it refers to. A
// live object is switched off only when all is ready for its edit, unless it
// refers to what is replaced: that has to wait for the switch.
func (s *steps) afterRefs(i int32) {
	for _, j := range s.refs.of(i) {
		s.need(s.adopt[i], s.adopt[j])
		for _, ready := range []int32{s.adopt[j], s.write[j]} {
			s.need(s.write[i], ready)
			s.need(s.on[i], ready)
			if s.write[i] != none && !s.objects[j].tainted {
				s.need(s.off[i], ready)
			}
		}
		s.need(s.on[i], s.on[j])
	}
}

// afterUsers has an object deleted once nothing uses it any more.
func (s *steps) afterUsers(i int32) {
	for _, user := range s.usedBy.of(i) {
		s.need(s.write[i], s.off[user])
		if s.objects[user].write != Create {
			s.need(s.write[i], s.write[user])
		}
	}
}

// whileUsersAreOff has an object replaced while what is live and uses it is
// off, and after the deletion of what used it, where that can be.
func (s *steps) whileUsersAreOff(i int32) {
	for _, user := range s.usedBy.of(i) {
		s.need(s.write[i], s.off[user])
		if s.free[user] {
			s.need(s.write[i], s.write[user])
		}
	}
}

// freeOfSurvivors tells for each object whether it and everything that used
// it, directly or not, is deleted: then its deletion waits for deletions alone.
func (s *steps) freeOfSurvivors() []bool {
	free := make([]bool, len(s.objects))
	order, _ := s.usedBy.order(func(int32) int { return 0 })
	for _, i := range order {
		free[i] = s.objects[i].write == Delete && !s.objects[i].deposed
		for _, user := range s.usedBy.of(i) {
			free[i] = free[i] && free[user]
		}
	}
	return free
}

// deleteFirst has an object deleted before another takes its natural key.
func (s *steps) deleteFirst() {
	type name struct{ platform, kind, key string }
	leaving := map[name]int32{}
	for i := range s.objects {
		if o := &s.objects[i]; s.free[i] && o.prior.Key != "" {
			leaving[name{o.address.Platform, o.prior.Kind, o.prior.Key}] = int32(i)
		}
	}
	for i := range s.objects {
		o := &s.objects[i]
		if o.desired == nil || o.write == "" {
			continue
		}
		if before, there := leaving[name{o.address.Platform, o.desired.Kind, o.desired.Key}]; there {
			s.need(s.write[i], s.write[before])
		}
	}
}

// sorted is the changes in the order of carrying out, their needs numbered by
// it. There is no cycle: writes follow the references, which have none; deletions
// follow the uses before, which had none; a switch off waits only for what is not
// replaced.
func (s *steps) sorted() []Change {
	needs := newGraph(len(s.list), s.needs)
	order, cycle := needs.order(func(i int32) int { return phaseOf(s.list[i].action, s.objects[s.list[i].object].live) })
	if cycle != nil {
		panic("the steps of a plan need each other")
	}
	place := make([]int, len(s.list))
	for n, i := range order {
		place[i] = n
	}
	out := make([]Change, len(s.list))
	several(len(out), func(n int, h *resource.Hasher) {
		i := order[n]
		out[n] = s.change(s.list[i], h)
		out[n].Needs = placesOf(needs.of(i), place)
	})
	return out
}

// placesOf is the places of steps, each once.
func placesOf(steps []int32, place []int) []int {
	if len(steps) == 0 {
		return nil
	}
	out := make([]int, len(steps))
	for n, i := range steps {
		out[n] = place[i]
	}
	slices.Sort(out)
	return slices.Compact(out)
}
