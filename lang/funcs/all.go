package funcs

import "slices"

// All lists the functions of single values by name.
var All = []*Func{age, anniversary, before, contains, date, dayOfWeek, daysUntil, lower, sha256Hex, since, startsWith, timestamp}

// ByName finds a function.
func ByName(name string) (*Func, bool) {
	for _, f := range All {
		if f.Name == name {
			return f, true
		}
	}
	return nil, false
}

// OfPeople lists by name the functions that stand in every expression about
// people.
func OfPeople() []string {
	var names []string
	for _, f := range All {
		names = append(names, f.Name)
	}
	for _, f := range Forms {
		if f.Place == "" {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}
