package local

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/lang/workers"
	"github.com/trayecto/trayecto/targets"
)

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.settings()
	l.declarations(r.Placed)
	written, found := targets.Written(r, kinds)
	l.resources, l.found = append(l.resources, written...), append(l.found, found...)
	slices.SortFunc(l.resources, func(a, b resource.Resource) int { return a.Address.Compare(b.Address) })
	return targets.Lowered{Resources: l.resources, Diagnostics: l.found.Sorted(), Lookups: map[resource.Lookup]diag.Range{}}
}

// atOnce is how many declarations are lowered in one turn of a worker.
const atOnce = 256

// declarations adds the objects of what is placed here, several at once: none
// needs those of another.
func (l *lowering) declarations(placed []string) {
	runs := workers.Runs(len(placed), atOnce)
	parts := make([]lowering, len(runs))
	workers.Each(len(runs), 0, func(turn int) {
		mine := placed[runs[turn][0]:runs[turn][1]]
		part := lowering{program: l.program, platform: l.platform, placed: l.placed, declared: l.declared,
			words: map[string]saying{}, resources: make([]resource.Resource, 0, len(mine))}
		for _, address := range mine {
			if d, there := part.declared[address]; there && stored(ir.KindOf(address)) {
				part.declaration(d)
			}
		}
		parts[turn] = part
	})
	l.resources = make([]resource.Resource, 0, len(placed))
	for _, part := range parts {
		l.resources, l.found = append(l.resources, part.resources...), append(l.found, part.found...)
	}
}

// lowering is one call of Lower.
type lowering struct {
	program  *ir.Program
	platform ir.Platform
	placed   map[string]bool
	declared map[string]ir.Declaration
	words    map[string]saying // that were said already

	resources []resource.Resource
	found     diag.List
	scratch   []byte
	needs     []need // of the form before, whose memory the next one takes
}

func newLowering(r targets.LowerRequest) *lowering {
	all := r.Program.Declarations()
	l := &lowering{program: r.Program, platform: r.Platform,
		placed: make(map[string]bool, len(r.Placed)), declared: make(map[string]ir.Declaration, len(all))}
	for _, address := range r.Placed {
		l.placed[address] = true
	}
	for _, d := range all {
		l.declared[d.Header().Address] = d
	}
	return l
}

// settings checks what the path is; that it is there, and alone, is checked
// against the description by whoever loads the project.
func (l *lowering) settings() {
	path, there := l.platform.Config.Get("path")
	if text, ok := path.Value.(types.Text); there && path.Env == "" && (!ok || text == "") {
		l.found = append(l.found, diag.Diagnostic{Rule: wrongPath, At: path.At, Mark: "a path is a text",
			Help: fmt.Sprintf("write path = \".trayecto/%s.db\"", l.platform.Name)})
	}
}

// declaration adds the object of a declaration and, for a touchpoint, those
// of its languages.
func (l *lowering) declaration(d ir.Declaration) {
	if t, is := d.(ir.Touchpoint); is {
		for _, language := range languages(t.Content) {
			l.add(d, role(language), "template", l.template(t, language))
		}
	}
	l.add(d, "", ir.KindOf(d.Header().Address), l.form(d))
}

// add makes one object of a form.
func (l *lowering) add(d ir.Declaration, role, kind string, f *form) {
	head := d.Header()
	l.complete(f, head)
	if role == "" {
		f.text("description", head.Description)
		f.text("owner", head.Owner)
	}
	address := resource.Address{Object: head.Address, Platform: l.platform.Name, Role: role}
	l.resources = append(l.resources, resource.Resource{
		Address: address, Kind: kind, Key: naturalKey(address), Attributes: f.attributes,
		Switch: switchOf(kind), At: head.At,
	})
	l.needs = f.needs
}

// newForm is an empty form; the one before is done.
func (l *lowering) newForm() *form { return &form{attributes: resource.Map{}, needs: l.needs[:0]} }

// naturalKey is unique in its kind: the address, and the role after a space.
func naturalKey(a resource.Address) string { return withRole(a.Object, a.Role) }

func withRole(name, role string) string {
	if role == "" {
		return name
	}
	return name + " " + role
}

// complete adds ids and with: what the form is built on, and what else its
// words rest on, directly or not.
func (l *lowering) complete(f *form, head ir.Head) {
	var ids, with resource.Map
	for i := 0; i < len(f.needs); i++ { // they grow while they are met
		n := f.needs[i]
		switch {
		case n.name == head.Address && n.role == "":
		case n.role != "" || l.placed[n.name] && stored(ir.KindOf(n.name)):
			to := resource.Address{Object: n.name, Platform: l.platform.Name, Role: n.role}
			put(&ids, withRole(n.name, n.role), resource.Ref{Address: to, Output: "id"})
		case l.leftOut(n, head):
		default:
			word := l.word(n.name)
			if word.said != nil {
				put(&with, n.name, word.said)
			}
			for _, behind := range word.needs {
				f.need(behind)
			}
		}
	}
	f.list("ids", ids)
	f.list("with", with)
}

// put adds to a map, which is made where there is none.
func put(m *resource.Map, name string, v resource.Value) {
	if *m == nil {
		*m = resource.Map{}
	}
	(*m)[name] = v
}

// leftOut reports a need that the environment does not deploy.
func (l *lowering) leftOut(n need, head ir.Head) bool {
	if !stored(ir.KindOf(n.name)) || !l.program.LeftOut(n.name) {
		return false
	}
	at := n.at
	if at.IsZero() {
		at = head.At
	}
	l.found = append(l.found, diag.Diagnostic{Rule: needsLeftOut, At: at,
		Detail: fmt.Sprintf("%s goes to platform.%s and needs %s, which leave_out keeps away from there.", head.Address, l.platform.Name, n.name),
		Help:   fmt.Sprintf("leave out %s as well, or take %s out of leave_out", head.Address, n.name)})
	return true
}
