package block

var pressure = &Type{
	Name: "pressure", Labels: []string{"name"},
	Doc: "How much may be sent to one person, and when.",
	Args: declared(
		Arg{Name: "priority", Doc: "Journeys, the one that goes first at the front.", Form: Refs{Kinds: []string{"journey"}}},
	),
	Blocks: []*Type{limit, hours},
}

var limit = &Type{
	Name: "limit", Labels: []string{"name"},
	Doc: "The most that one person gets.",
	Args: []Arg{
		{Name: "max", Doc: "How many messages.", Required: true, Form: Number{Min: 1, Max: 1000, Integer: true}},
		{Name: "per", Doc: "In how long.", Required: true, Form: Span{}},
		classes,
		{Name: "channels", Doc: "The channels that count; all when it is not said.", Form: Refs{Kinds: []string{"channel"}}},
		{Name: "by", Doc: "What is counted apart.", Form: Word{Values: []string{"channel", "purpose"}}},
	},
}

var hours = &Type{
	Name: "hours",
	Doc:  "Sending only while a calendar is open, in the person's own time.",
	Args: []Arg{
		{Name: "calendar", Doc: "The calendar.", Required: true, Form: Ref{Kinds: []string{"calendar"}}},
		classes,
	},
}
