package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// handover is what becomes of what is deployed: moves, removals and imports.
// Each says something about an address, and they are looked at together.
type handover struct {
	*builder
	moves []move
	given map[string]diag.Range // by what is given away, where that is first said
}

// move is a move with its block.
type move struct {
	*reader
	from, to expr.Ref
}

func (b *builder) handover(blocks []*block.Block) {
	h := &handover{builder: b, given: map[string]diag.Range{}}
	for _, from := range blocks {
		switch from.Type.Name {
		case "moved":
			h.readMove(b.read(from))
		case "removed":
			h.removal(b.read(from))
		case "import":
			h.imported(b.read(from))
		}
	}
	told := map[string]bool{}
	for _, m := range h.moves {
		h.move(m, told)
	}
}

// readMove keeps a move whose two addresses can be read.
func (h *handover) readMove(r *reader) {
	if r.isStep("from") {
		h.stepMove(r)
		return
	}
	from, ok := r.address("from")
	if !ok {
		return
	}
	to, ok := r.address("to")
	if !ok {
		return
	}
	if from.Kind != to.Kind {
		a, _ := r.block.Get("to")
		r.say(diag.Diagnostic{
			Rule: NoAddress, At: a.At, Mark: "this is of the kind " + to.Kind,
			Detail: fmt.Sprintf("%s stays of the kind %s when it moves.", from.Address(), from.Kind),
			Help:   "write the address of a block of the kind " + from.Kind,
		})
		return
	}
	if h.once(r, "from", from.Address(), from.Address()+" is given away") && h.once(r, "to", "to "+to.Address(), to.Address()+" is given something") {
		h.moves = append(h.moves, move{r, from, to})
	}
}

// move adds a move that is well. Told has the addresses of circles that were
// told.
func (h *handover) move(m move, told map[string]bool) {
	from, to := m.from.Address(), m.to.Address()
	a, _ := m.block.Get("to")
	if way, circle := h.way(m); circle {
		if !told[from] {
			m.circle(a, way)
		}
		for _, address := range way {
			told[address] = true
		}
		return
	}
	if m.stillThere("from", m.from) {
		return
	}
	if next, leads := h.leads(to); leads && !m.scope.Declared(m.to.Kind, to) {
		way, _ := h.way(m)
		m.say(diag.Diagnostic{
			Rule: MovesOn, At: a.At, Mark: "moves on to " + next.to.Address(), Related: []diag.Label{{At: next.from.At, Text: "here"}},
			Help: "write to = " + way[len(way)-1],
		})
		return
	}
	whole := m.scope.DeclaredKeys(m.to.Kind, to) // all keys of one block become those of another
	if !whole && m.resolve(a.Expr, []string{m.to.Kind}) == "" {
		return
	}
	h.program.Moves = append(h.program.Moves, ir.Move{From: from, To: to, Keys: whole, At: m.block.At})
}

// isStep tells whether an argument names a step.
func (r *reader) isStep(argument string) bool {
	a, ok := r.block.Get(argument)
	if !ok {
		return false
	}
	ref, ok := r.scope.Reference(a.Expr)
	return ok && ref.Kind == "step"
}

// stepMove is the move of a step, which is one of the past, to one that is there.
func (h *handover) stepMove(r *reader) {
	a, _ := r.block.Get("from")
	ref, _ := r.scope.Reference(a.Expr)
	if len(ref.Rest) != 1 {
		r.say(diag.Diagnostic{Rule: NoAddress, At: a.At, Mark: "not a step", Help: "write step.<journey>.<step>"})
		return
	}
	from := ref.Address() + "." + ref.Rest[0]
	if r.scope.Declared("step", from) {
		r.say(diag.Diagnostic{
			Rule: StillThere, At: a.At, Mark: "this is declared", Detail: "A moved block is about what the files had and have no more.",
			Help: fmt.Sprintf("remove %s from its journey, or this moved block", from),
		})
		return
	}
	to := r.stepNamed("to")
	if to != "" && h.once(r, "from", from, from+" is given away") {
		h.program.Moves = append(h.program.Moves, ir.Move{From: from, To: to, At: r.block.At})
	}
}

// leads is the move that starts at an address.
func (h *handover) leads(address string) (move, bool) {
	for _, m := range h.moves {
		if m.from.Address() == address {
			return m, true
		}
	}
	return move{}, false
}

// way is the addresses that a move leads through, and whether it comes back to
// where it began. What starts at an address is one move, so there is one way.
func (h *handover) way(m move) ([]string, bool) {
	way := []string{m.from.Address()}
	for {
		to := m.to.Address()
		if at := slices.Index(way, to); at >= 0 {
			return way, at == 0
		}
		way = append(way, to)
		next, leads := h.leads(to)
		if !leads {
			return way, false
		}
		m = next
	}
}

func (m move) circle(a block.Argument, way []string) {
	d := diag.Diagnostic{Rule: MovesOn, At: a.At, Mark: "comes back to " + way[0], Help: "remove these moves but one"}
	d.Detail = strings.Join(append(slices.Clone(way), way[0]), " -> ") + "."
	if len(way) == 1 {
		d.Mark, d.Detail, d.Help = "where it is already", "", "remove the block"
	}
	m.say(d)
}

func (h *handover) removal(r *reader) {
	from, ok := r.address("from")
	keep := r.flag("keep")
	if !ok || !h.once(r, "from", from.Address(), from.Address()+" is given away") || r.stillThere("from", from) {
		return
	}
	h.program.Removals = append(h.program.Removals, ir.Removal{From: from.Address(), Keep: keep, At: r.block.At})
}

func (h *handover) imported(r *reader) {
	made := ir.Import{ID: r.text("id"), Platform: r.ref("platform"), Role: r.text("role"), At: r.block.At}
	to, ok := r.address("to")
	if !ok {
		return
	}
	a, _ := r.block.Get("to")
	made.To = r.resolve(a.Expr, []string{to.Kind})
	if made.To == "" || made.ID == "" {
		return
	}
	if h.once(r, "to", "object "+made.Role+" of "+made.To+" on "+made.Platform, made.To+" takes an object over") &&
		h.once(r, "id", "id "+made.ID+" on "+made.Platform, "the object is taken over") {
		h.program.Imports = append(h.program.Imports, made)
	}
}

// once complains when what an argument gives away was given away before.
func (h *handover) once(r *reader, argument, what, said string) bool {
	a, _ := r.block.Get(argument)
	first, taken := h.given[what]
	if !taken {
		h.given[what] = a.At
		return true
	}
	r.say(diag.Diagnostic{
		Rule: TwoFates, At: a.At, Mark: "the second time", Related: []diag.Label{{At: first, Text: said + " here"}},
		Help: "remove one of the two blocks",
	})
	return false
}

// stillThere complains when something in the files has an address that should
// be one of the past.
func (r *reader) stillThere(argument string, ref expr.Ref) bool {
	if !r.scope.Declared(ref.Kind, ref.Address()) && !r.scope.DeclaredKeys(ref.Kind, ref.Address()) {
		return false
	}
	a, _ := r.block.Get(argument)
	r.say(diag.Diagnostic{
		Rule: StillThere, At: a.At, Mark: "this is declared",
		Detail: fmt.Sprintf("A %s block is about what the files had and have no more.", r.block.Type.Name),
		Help:   fmt.Sprintf("remove the block of %s from the files, or this %s block", ref.Address(), r.block.Type.Name),
	})
	return true
}

// address is an address as it is written, whether or not anything has it.
func (r *reader) address(name string) (expr.Ref, bool) {
	a, ok := r.block.Get(name)
	if !ok {
		return expr.Ref{}, false
	}
	form, ok := a.Arg.Form.(block.Address)
	if !ok {
		panic("build: " + name + " is not an address")
	}
	ref, ok := r.scope.Reference(a.Expr)
	switch {
	case !ok || ref.Name == "":
		r.noAddress(a, form)
	case !slices.Contains(form.Kinds, ref.Kind):
		r.say(diag.Diagnostic{
			Rule: NoAddress, At: a.At, Mark: "this is of the kind " + ref.Kind,
			Detail: fmt.Sprintf("%s takes addresses of these kinds: %s.", a.Name, strings.Join(form.Kinds, ", ")), Help: "write " + form.Spell(),
		})
	case len(ref.Rest) > 0:
		r.say(diag.Diagnostic{Rule: NoAddress, At: a.At, Mark: "the address ends at " + ref.Address(), Help: "write " + ref.Address()})
	default:
		return ref, true
	}
	return ref, false
}

// noAddress complains about something else than an address, often a quoted one.
func (r *reader) noAddress(a block.Argument, form block.Address) {
	d := diag.Diagnostic{Rule: NoAddress, At: a.At, Mark: "not an address", Help: "write " + form.Spell()}
	v, found := expr.Fold(a.Expr, r.scope)
	if len(found) == 0 && v != cty.NilVal && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		if kind, name, dot := strings.Cut(v.AsString(), "."); dot && name != "" && slices.Contains(form.Kinds, kind) {
			d.Help = "write " + v.AsString() + " without quotes"
		}
	}
	r.say(d)
}
