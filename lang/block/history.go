package block

var history = &Type{
	Name: "history", Once: true,
	Doc: "Where past people and events are read from. What is absent makes figures \"not known\", never 0.",
	Args: []Arg{
		{Name: "people", Doc: "Files of people: keys and attributes.", Form: Text{}},
		{Name: "objects", Doc: "Files of objects.", Form: Text{}},
		{Name: "events", Doc: "Files of events: person, type, time, fields.", Form: Text{}},
		{Name: "consents", Doc: "Files of acts of consent: person, address, consent, act, time.", Form: Text{}},
		{Name: "outcomes", Doc: "Files of what became of messages: person, touchpoint, outcome, time.", Form: Text{}},
		{Name: "changes", Doc: "Files of changed attributes: person, attribute, value, time.", Form: Text{}},
		{Name: "from", Doc: "A warehouse platform that is asked instead of files.", Form: Ref{Kinds: []string{"platform"}}, Missing: "Counting in a warehouse"},
	},
}
