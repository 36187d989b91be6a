package narrow

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
)

// TooLarge says that a form has no normal form within a limit.
type TooLarge struct{ Terms, Limit int }

// Error names both sizes.
func (e *TooLarge) Error() string {
	return fmt.Sprintf("it takes at least %d conditions, and %d are the most", e.Terms, e.Limit)
}

// Sums is a form as an AND of ORs: each inner list is one OR. The error is a
// *TooLarge when it takes more than limit atoms altogether; 0 is no limit but
// that of good sense.
func Sums(f Form, limit int) ([][]Atom, error) { return plainly(f, false, limit) }

// Products is a form as an OR of ANDs: each inner list is one AND.
func Products(f Form, limit int) ([][]Atom, error) { return plainly(f, true, limit) }

// sensible is the most atoms that a normal form is worked out for.
const sensible = 4096

func plainly(f Form, products bool, limit int) ([][]Atom, error) {
	if limit <= 0 || limit > sensible {
		limit = sensible
	}
	lists, err := normal(f, products, limit)
	if err != nil {
		return nil, err
	}
	out := make([][]Atom, len(lists))
	for i, list := range lists {
		out[i] = make([]Atom, len(list))
		for j, a := range list {
			out[i][j] = a.atom
		}
	}
	return out, nil
}

// named is an atom with a name that is the same for all that are written alike.
type named struct {
	atom Atom
	name string
}

func (a Atom) named() named {
	raw, err := ir.Canonical(a.Of)
	if err != nil {
		panic(fmt.Sprintf("narrow: naming a condition: %v", err)) // every case has a form
	}
	name := a.Part + " " + string(raw)
	if a.Negated {
		name = "!" + name
	}
	return named{a, name}
}

// normal works a form out. The outer operator of products is OR, of sums AND.
func normal(f Form, products bool, limit int) ([][]named, error) {
	switch f := f.(type) {
	case Atom:
		return [][]named{{f.named()}}, nil
	case All:
		return combine(f, products, products, limit)
	case Some:
		return combine(f, products, !products, limit)
	}
	panic("narrow: a form that is none of the cases")
}

// combine joins the normal forms of forms: crossed, each list of the one with
// each of the other, or one after the other.
func combine(forms []Form, products, crossed bool, limit int) ([][]named, error) {
	var out [][]named
	if crossed {
		out = [][]named{{}}
	}
	for _, f := range forms {
		lists, err := normal(f, products, limit)
		if err != nil {
			return nil, err
		}
		if crossed {
			lists, err = cross(out, lists, limit)
		} else {
			lists = slices.Concat(out, lists)
		}
		if err != nil {
			return nil, err
		}
		if out = absorbed(lists); size(out) > limit {
			return nil, &TooLarge{Terms: size(out), Limit: limit}
		}
	}
	return out, nil
}

func cross(a, b [][]named, limit int) ([][]named, error) {
	var out [][]named
	atoms := 0
	for _, x := range a {
		for _, y := range b {
			list := union(x, y)
			if atoms += len(list); atoms > 4*limit {
				return nil, &TooLarge{Terms: atoms, Limit: limit}
			}
			out = append(out, list)
		}
	}
	return out, nil
}

// union is two lists as one, each atom once, in the order of writing.
func union(a, b []named) []named {
	out := slices.Clone(a)
	for _, atom := range b {
		if !holds(a, atom) {
			out = append(out, atom)
		}
	}
	return out
}

// absorbed leaves out every list that says no more than another does.
func absorbed(lists [][]named) [][]named {
	var out [][]named
	for i, list := range lists {
		idle := slices.ContainsFunc(lists, func(other []named) bool { return len(other) < len(list) && within(other, list) }) ||
			slices.ContainsFunc(lists[:i], func(other []named) bool { return len(other) == len(list) && within(other, list) })
		if !idle {
			out = append(out, list)
		}
	}
	return out
}

// within tells whether every atom of a is in b.
func within(a, b []named) bool {
	return !slices.ContainsFunc(a, func(x named) bool { return !holds(b, x) })
}

func holds(list []named, x named) bool {
	return slices.ContainsFunc(list, func(y named) bool { return x.name == y.name })
}

func size(lists [][]named) int {
	n := 0
	for _, list := range lists {
		n += len(list)
	}
	return n
}
