package narrow

// Assume is a form under what is known to hold: each atom that known answers is
// put in place, and what thereby decides nothing is left out. A platform that
// enforces something by itself needs no condition that says it again.
func Assume(f Form, known func(Atom) (holds, isKnown bool)) Form {
	switch f := f.(type) {
	case All:
		return all(assumed(f, known)...)
	case Some:
		return some(assumed(f, known)...)
	case Atom:
		holds, isKnown := known(f)
		switch {
		case !isKnown:
			return f
		case holds:
			return All{}
		}
		return Some{}
	}
	panic("narrow: a form that is none of the cases")
}

func assumed(forms []Form, known func(Atom) (holds, isKnown bool)) []Form {
	out := make([]Form, len(forms))
	for i, f := range forms {
		out[i] = Assume(f, known)
	}
	return out
}

// Never tells whether nobody fulfils a form, whoever they are.
func Never(f Form) bool {
	none, is := f.(Some)
	return is && len(none) == 0
}
