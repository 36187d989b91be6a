package funcs

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
