package expr

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// visible are the kinds of the project's declarations that its modules see.
var visible = []string{"object", "event", "purpose", "channel"}

// readings are the full addresses that ref may stand for, the first first: in
// a module its own, then what it sees of the project.
func (s *Scope) readings(ref Ref) []string {
	if s.plain(ref) {
		return []string{ref.Address()}
	}
	own := s.Module + "." + ref.Address()
	if ref.Module != "" || !slices.Contains(visible, ref.Kind) {
		return []string{own}
	}
	return []string{own, ref.Address()}
}

// plain tells whether ref is called here what it is called everywhere.
func (s *Scope) plain(ref Ref) bool { return s.Module == "" || ref.Full }

func (s *Scope) findRef(ref Ref) string {
	if s.plain(ref) {
		return s.called(ref.Kind, ref.Address())
	}
	for _, address := range s.readings(ref) {
		if found := s.called(ref.Kind, address); found != "" {
			return found
		}
	}
	return ""
}

// called is a declared full address of a kind; "" when nothing is called so. It
// is the text that Names has, so that mentions of one thing share their memory.
func (s *Scope) called(kind, address string) string {
	if names, listed := s.Names[kind]; listed {
		if i, ok := slices.BinarySearch(names, address); ok {
			return names[i]
		}
		return ""
	}
	ok := false
	switch kind {
	case "event":
		_, ok = s.Events[address]
	case "object":
		_, ok = s.Objects[address]
	case "step":
		_, ok = s.Steps[address]
	}
	if !ok {
		return ""
	}
	return strings.Clone(address)
}

// nearest is the candidate whose last word is nearest to that of a name, among
// those that begin as the name does; else the nearest as a whole.
func nearest(name string, candidates []string) string {
	begin := name[:strings.LastIndexByte(name, '.')+1]
	var words, others []string
	for _, candidate := range candidates {
		word, same := strings.CutPrefix(candidate, begin)
		if same && !strings.Contains(word, ".") {
			words = append(words, word)
			continue
		}
		others = append(others, candidate)
	}
	if near := diag.Nearest(name[len(begin):], words); near != "" {
		return begin + near
	}
	return diag.Nearest(name, others)
}

// find is the full address of a declaration of a kind, as it is written in
// this scope; "" if there is none.
func (s *Scope) find(kind, written string) string {
	ref := Ref{Kind: kind}
	inside := strings.LastIndex("."+written, "."+kind+".")
	if inside < 0 {
		return ""
	}
	if inside > 0 {
		ref.Module = written[:inside-1]
	}
	ref.Name = written[inside+len(kind)+1:]
	return s.findRef(ref)
}

// all lists what is declared of a kind, as it is written in this scope, sorted.
func (s *Scope) all(kind string) []string {
	declared := s.declared(kind)
	if s.Module == "" {
		return declared
	}
	var out []string
	for _, address := range declared {
		if own, mine := strings.CutPrefix(address, s.Module+"."); mine {
			out = append(out, own)
		} else if slices.Contains(visible, kind) && !strings.HasPrefix(address, "module.") {
			out = append(out, address)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// declared lists the full addresses of a kind, sorted.
func (s *Scope) declared(kind string) []string {
	if names, ok := s.Names[kind]; ok {
		return names
	}
	switch kind {
	case "event":
		return sortedKeys(s.Events)
	case "object":
		return sortedKeys(s.Objects)
	case "step":
		return sortedKeys(s.Steps)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// oneOfMany reports the name of a block with for_each, which is a name for
// each item.
func (c *compiler) oneOfMany(ref Ref) bool {
	for _, name := range c.scope.all(ref.Kind) {
		if strings.HasPrefix(name, ref.Address()+"[") {
			c.report(diag.Diagnostic{
				Rule: namePart, At: ref.NameAt, Mark: "which of them?", Detail: "It has for_each, so there is one for each item.", Help: "write " + name,
			})
			return true
		}
	}
	return false
}
