package plan

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
)

// Scope is the part of a project that a plan is about, where it is not about
// all of it.
type Scope struct {
	Only    []string `json:"only,omitempty"` // as asked: "segment.vip", "segment", "platform.mail", "module.m"
	Exclude []string `json:"exclude,omitempty"`
	Outside int      `json:"outside"` // objects that were not looked at
}

// Selects tells whether a word names an address: its declaration (without a key
// all its keys), its kind, its platform or a module around it.
func Selects(word string, a resource.Address) bool {
	if _, ok := covers(word, a.Object); ok {
		return true
	}
	return word == ir.KindOf(a.Object) || word == "platform."+a.Platform || strings.HasPrefix(word, "module.") && strings.HasPrefix(a.Object, word+".")
}

func selects(words []string, a resource.Address) bool {
	return slices.ContainsFunc(words, func(w string) bool { return Selects(w, a) })
}

// look notes what each object is now, and which of them the plan is not about:
// those that were not asked for, and those that cannot be carried out without
// what is left out or is a step by hand that is still open.
func (w *work) look() {
	for i := range w.objects {
		if o := &w.objects[i]; !o.deposed {
			o.now = w.presentOf(o)
		}
	}
	for i := range w.objects {
		o := &w.objects[i]
		o.outside = o.left || len(w.in.Only) > 0 && !selects(w.in.Only, o.address) || selects(w.in.Exclude, o.address)
	}
	if len(w.in.Only) > 0 {
		w.bringAlong()
	}
	w.leaveBehind()
	for w.breakCircle() {
		w.leaveBehind()
	}
}

// breakCircle leaves out an object of a circle that would be there if only a
// part were carried out: what the plan is not about still uses what it used, the
// rest what it is to use. It tells whether there was one.
func (w *work) breakCircle() bool {
	if !slices.ContainsFunc(w.objects, func(o object) bool { return o.outside }) {
		return false
	}
	var mixed []edge
	for i := range w.objects {
		to := w.refs.of(int32(i))
		if o := &w.objects[i]; o.outside {
			to = w.uses.of(int32(i))
		}
		for _, j := range to {
			mixed = append(mixed, edge{int32(i), j})
		}
	}
	_, circle := newGraph(len(w.objects), mixed).order(func(int32) int { return 0 })
	at := slices.IndexFunc(circle, func(i int32) bool { return !w.objects[i].outside })
	if at < 0 {
		return false // a circle of the files alone is told elsewhere
	}
	if inside := slices.ContainsFunc(circle, func(i int32) bool { return w.objects[i].outside }); !inside {
		return false
	}
	w.objects[circle[at]].outside = true
	return true
}

// bringAlong adds what was asked for needs: what it refers to, and, of what is
// removed, what used it.
func (w *work) bringAlong() {
	usedBy := w.usedBy
	var queue []int32
	for i := range w.objects {
		if !w.objects[i].outside {
			queue = append(queue, int32(i))
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		more := w.refs.of(i)
		if w.objects[i].desired == nil {
			more = usedBy.of(i)
		}
		for _, j := range more {
			if o := &w.objects[j]; o.outside && !o.left && !selects(w.in.Exclude, o.address) {
				o.outside = false
				queue = append(queue, j)
			}
		}
	}
}

// leaveBehind takes out what has to wait for an object that will not be there.
func (w *work) leaveBehind() {
	var queue []int32
	for i := range w.objects {
		if o := &w.objects[i]; o.outside || o.manual() != "" {
			queue = append(queue, int32(i))
		}
	}
	if len(queue) == 0 {
		return
	}
	users := w.refs.reversed()
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		o := &w.objects[i]
		if o.desired == nil || o.now.exists {
			continue
		}
		for _, j := range users.of(i) {
			if user := &w.objects[j]; !user.outside {
				user.outside, user.waits = true, o.manual() != "" || o.waits
				queue = append(queue, j)
			}
		}
	}
}

// usedOutside tells whether something that the plan is not about uses an object.
func (w *work) usedOutside(i int32) bool {
	return slices.ContainsFunc(w.usedBy.of(i), func(j int32) bool { return w.objects[j].outside && w.objects[j].now.exists })
}

// leaveUsed leaves out what would be removed or replaced although something
// uses it that the plan is not about, and tells whether there was anything. What
// is left out stays as it is, which may keep more from being done: everything
// has to be decided again.
func (w *work) leaveUsed() bool {
	found := false
	for i := range w.objects {
		o := &w.objects[i]
		if !o.deposed && (o.write == Delete || o.write == Replace) && w.usedOutside(int32(i)) {
			o.left, found = true, true
		}
	}
	return found
}

// undecided is every object before anything was decided of it.
func (w *work) undecided() {
	for i := range w.objects {
		w.objects[i].decision = decision{}
	}
}

// scope is what the plan says of the choice.
func (w *work) scope() *Scope {
	s := &Scope{Only: w.in.Only, Exclude: w.in.Exclude}
	for i := range w.objects {
		if o := &w.objects[i]; o.outside && !o.waits {
			s.Outside++
		}
	}
	if len(s.Only)+len(s.Exclude) == 0 {
		return nil
	}
	return s
}

// stand lets an object that the plan is not about be what it is, for those that
// refer to it.
func (o *object) stand() {
	o.adopt, o.known = false, true
}
