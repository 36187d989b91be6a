package history

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// lists reads the exclusions. A list is a CSV file: the columns that the
// exclusion matches, in the order of its match, and the one that says how far
// the list goes. Rows that disagree about that make the list as old as the
// oldest of them; a row that cannot be read, or that does not say, makes its
// age not known. Either way nobody slips through.
func (r *reader) lists() error {
	for _, x := range r.program.Exclusions {
		if x.List == "" {
			continue
		}
		if err := r.exclusion(x); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) exclusion(x ir.Exclusion) error {
	out := &person.ExclusionList{Exclusion: x.Address, Rows: map[string]bool{}, AsOf: types.MaxInstant}
	before, absent := r.tally.total, len(r.history.Absent)
	take := func(row *row) *fault { return r.listRow(x, out, row) }
	if err := r.source(Source(x.Address), x.List, false, take); err != nil {
		return err
	}
	if len(r.history.Absent) > absent {
		return nil // not in Lists: it blocks everyone it could cover
	}
	if r.tally.total > before || out.AsOf == types.MaxInstant {
		out.AsOf = 0
	}
	r.history.Lists[x.Address] = out
	return nil
}

// listRow takes one row of an exclusion's list.
func (r *reader) listRow(x ir.Exclusion, out *person.ExclusionList, row *row) *fault {
	var match []string
	for _, c := range row.cells {
		switch {
		case c.name == x.AsOf || len(match) == len(x.Match):
			continue
		case c.form == none:
			return missing(row, c.name)
		}
		match = append(match, c.text)
	}
	if len(match) < len(x.Match) {
		return &fault{cell{column: 1}, WrongCells, fmt.Sprintf("The row has %d columns to match, %s has %d.", len(match), x.Address, len(x.Match))}
	}
	out.Rows[strings.Join(match, "\x00")] = true
	v, bad := r.scale.value(row.find(x.AsOf), types.Timestamp)
	if bad != nil {
		return bad
	}
	at, _ := v.(types.Instant) // zero: the row does not say
	out.AsOf = min(out.AsOf, at)
	return nil
}
