package block

var journey = &Type{
	Name: "journey", Labels: []string{"name"}, Steps: true, Stepped: true,
	Doc: "What happens, step by step.",
	Args: declared(
		Arg{Name: "goal", Doc: "What ends a run as a success.", Form: Condition{}},
		Arg{Name: "leave_if", Doc: "What ends a run otherwise.", Form: Condition{}},
		Arg{Name: "on_change", Doc: "What becomes of the people inside when an edit is applied.", Form: Word{Values: []string{"finish", "migrate", "stop"}}},
		placed,
	),
	Blocks: []*Type{enter},
}

var enter = &Type{
	Name: "enter", Once: true, Required: true,
	Doc: "How a run begins: on a moment, or at an instant.",
	Args: []Arg{
		{Name: "on", Doc: "The moment.", Form: Ref{Kinds: []string{"moment"}}},
		{Name: "if", Doc: "Who enters; everyone when it is not said.", Form: Condition{}},
		{Name: "again", Doc: `Whether a person enters again; "never" when it is not said.`, Form: Span{Words: []string{"never", "always"}, Endless: `write "never"`}},
		{Name: "per", Doc: "The object in entry that makes a run its own.", Form: Value{}},
		{Name: "at", Doc: "The instant of a one-off.", Form: Instant{}},
		{Name: "who", Doc: "The segment that a one-off is for.", Form: Ref{Kinds: []string{"segment"}}},
	},
}
