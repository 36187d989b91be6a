package block

var moment = &Type{
	Name: "moment", Labels: []string{"name"},
	Doc: "A moment of truth: what decides the experience, and how fast it must be answered.",
	Args: declared(
		Arg{Name: "kind", Doc: "Which moment of truth.", Form: Word{Values: []string{"less_than_zero", "stimulus", "zero", "first", "actual", "second", "third", "ultimate", "before"}}},
		Arg{Name: "phase", Doc: "Where on the map it stands.", Form: Ref{Kinds: []string{"phase"}}},
		Arg{Name: "emotion", Doc: "How it feels, from -2 to 2.", Form: Number{Min: -2, Max: 2, Integer: true}},
		Arg{Name: "within", Doc: "The deadline that every journey entering on it must meet.", Form: Span{}},
		Arg{Name: "fear", Doc: "What the person fears.", Form: Localized{}},
		Arg{Name: "opportunity", Doc: "What we could do.", Form: Localized{}},
		Arg{Name: "anticipates", Doc: "The moment that it announces.", Form: Ref{Kinds: []string{"moment"}}},
	),
	Blocks: []*Type{detect},
}

var detect = &Type{
	Name: "detect", Once: true, Required: true,
	Doc: "How the moment is noticed: by something that happens, by its absence, by a date, by joining or leaving a segment.",
	Args: []Arg{
		{Name: "on", Doc: "What happens.", Form: Occurrence{}},
		{Name: "if", Doc: "When it counts; it is the event.", Form: Condition{}},
		{Name: "without", Doc: "The event whose absence is noticed.", Form: Ref{Kinds: []string{"event"}}},
		{Name: "same", Doc: "The field in which both must agree.", Form: Text{}},
		{Name: "for", Doc: "How long it must be absent.", Form: Span{}},
		{Name: "date", Doc: "A date of the person's.", Form: Value{}},
		{Name: "every", Doc: "After how long the date comes again.", Form: Span{}},
		{Name: "before", Doc: "How long before the date.", Form: Span{}},
		{Name: "at", Doc: "The time of day, where the person is.", Form: Clock{}},
		{Name: "enters", Doc: "The segment that the person joins.", Form: Ref{Kinds: []string{"segment"}}},
		{Name: "leaves", Doc: "The segment that the person leaves.", Form: Ref{Kinds: []string{"segment"}}},
		{Name: "existing", Doc: "Whether people who are in already count too.", Form: Bool{}},
	},
}
