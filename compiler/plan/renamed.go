package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
)

// fewRenames is how many declarations may go, and come, for renames to be looked
// for: nobody renames hundreds at a time without a word.
const fewRenames = 50

// renamed is the declarations that come with the very content of one that goes.
// Without a moved block that is one object removed and another one made, and who
// is inside a journey falls out of it.
func (w *work) renamed() []Finding {
	gone, made := w.leaving()
	if len(gone) == 0 || len(gone) > fewRenames || len(made) > fewRenames {
		return nil
	}
	twins, taken := map[string]string{}, map[string]int{}
	for _, to := range slices.Sorted(maps.Keys(made)) {
		var like []string
		for _, from := range slices.Sorted(maps.Keys(gone)) {
			if alike(from, to, gone[from], made[to]) {
				like = append(like, from)
			}
		}
		if len(like) == 1 {
			twins[to] = like[0]
			taken[like[0]]++
		}
	}
	var out []Finding
	for _, to := range slices.Sorted(maps.Keys(twins)) {
		if from := twins[to]; taken[from] == 1 {
			out = append(out, Finding{Object: to, Text: "is made with the content of " + from + ", which is removed: if it is the same under another name, write moved { from = " + from +
				", to = " + to + " }, in two lines, and nothing is removed"})
		}
	}
	return out
}

// leaves tells whether the object is removed, since no file asks for it any more.
func (o *object) leaves() bool {
	return o.write == Delete && o.desired == nil && o.prior != nil && !o.deposed
}

func (w *work) anyLeaves() bool {
	for i := range w.objects {
		if w.objects[i].leaves() {
			return true
		}
	}
	return false
}

// leaving is the objects of declarations of which all is removed, and of those of
// which all is made, by their addresses.
func (w *work) leaving() (gone, made map[string][]*object) {
	gone, made = map[string][]*object{}, map[string][]*object{}
	if !w.anyLeaves() {
		return gone, made
	}
	stays := map[string]bool{}
	for i := range w.objects {
		o := &w.objects[i]
		name := o.address.Object
		switch {
		case o.outside || o.deposed || o.step != nil:
			stays[name] = true
		case o.leaves():
			gone[name] = append(gone[name], o)
		case o.write == Create && o.prior == nil && !o.adopt:
			made[name] = append(made[name], o)
		default:
			stays[name] = true
		}
	}
	for name := range stays {
		delete(gone, name)
		delete(made, name)
	}
	return gone, made
}

// alike tells whether two declarations are the same but for their names: the same
// objects on the same platforms, made of the same.
func alike(from, to string, gone, made []*object) bool {
	kind, old, _ := strings.Cut(from, ".")
	same, name, _ := strings.Cut(to, ".")
	if kind != same || len(gone) != len(made) {
		return false
	}
	n := naming{from: from, to: to, old: old, name: name}
	for _, g := range gone {
		if !slices.ContainsFunc(made, func(m *object) bool {
			return g.address.Platform == m.address.Platform && g.address.Role == m.address.Role && g.prior.Kind == m.desired.Kind && n.content(g.prior.Attributes.Map(), m.desired.Attributes)
		}) {
			return false
		}
	}
	return true
}

// naming is how a declaration is called, and how it may have been called: with and
// without its kind.
type naming struct{ from, to, old, name string }

// content compares attributes, of which there must be some, without the hash of
// what they mean, which the name is part of.
func (n naming) content(was, is resource.Map) bool {
	told := 0
	for name, v := range is {
		if name == resource.Meaning {
			continue
		}
		told++
		if !n.same(was[name], v) {
			return false
		}
	}
	_, meant := was[resource.Meaning]
	return told > 0 && (len(was) == told || meant && len(was) == told+1)
}

// same compares values in which the names may stand.
func (n naming) same(was, is resource.Value) bool {
	switch was := was.(type) {
	case resource.String:
		is, text := is.(resource.String)
		return text && (was == is || strings.ReplaceAll(string(was), n.from, n.to) == string(is) || strings.ReplaceAll(string(was), n.old, n.name) == string(is))
	case resource.Ref:
		is, ref := is.(resource.Ref)
		if was.Address.Object == n.from {
			was.Address.Object = n.to
		}
		return ref && was == is
	case resource.List:
		is, list := is.(resource.List)
		return list && slices.EqualFunc(was, is, n.same)
	case resource.Map:
		is, entries := is.(resource.Map)
		return entries && maps.EqualFunc(was, is, n.same)
	case resource.Null, resource.Bool, resource.Number, resource.Lookup:
		return is != nil && resource.Equal(was, is)
	}
	return was == nil && is == nil
}
