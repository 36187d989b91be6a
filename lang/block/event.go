package block

var event = &Type{
	Name: "event", Labels: []string{"name"},
	Doc: "Something that happens, or, with from, some of another event.",
	Args: declared(
		Arg{Name: "context", Doc: "The context in which it is known.", Form: context},
		Arg{Name: "from", Doc: "The event that it is derived from.", Form: Ref{Kinds: []string{"event"}}},
		Arg{Name: "where", Doc: "Which of those events count; it is the event.", Form: Condition{}},
	),
	Blocks: []*Type{field},
}

var field = &Type{
	Name: "field", Labels: []string{"name"},
	Doc: "A value that the event carries.",
	Args: []Arg{
		{Name: "type", Doc: "Its type.", Required: true, Form: TypeName{}},
		{Name: "required", Doc: "Whether a row without it is a bad row.", Form: Bool{}},
		{Name: "description", Doc: "What it is, for people who read the files.", Form: Text{}},
		each,
	},
}
