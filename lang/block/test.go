package block

var test = &Type{
	Name: "test", Labels: []string{"sentence"},
	Doc:    "A story in simulated time, and what must come of it.",
	Args:   []Arg{{Name: "description", Doc: "What it is for.", Form: Text{}}},
	Blocks: []*Type{given, happening, expectation},
}

var given = &Type{
	Name: "person", Once: true, Open: true,
	Doc: "The person of the story: values of keys and attributes.",
}

var happening = &Type{
	Name: "at", Labels: []string{"offset"},
	Doc: "What happens, so long after the start.",
	Args: []Arg{
		{Name: "event", Doc: "An event.", Form: Ref{Kinds: []string{"event"}}},
		{Name: "outcome", Doc: "What becomes of a message.", Form: Occurrence{}},
		{Name: "with", Doc: "The event's fields.", Form: Constant{}},
	},
}

var expectation = &Type{
	Name: "expect", Labels: []string{"sentence"}, Required: true,
	Doc: "What must hold when the story is over.",
	Args: []Arg{
		{Name: "sent", Doc: "A touchpoint that the person got.", Form: Ref{Kinds: []string{"touchpoint"}}},
		{Name: "not_sent", Doc: "A touchpoint that the person did not get.", Form: Ref{Kinds: []string{"touchpoint"}}},
		{Name: "within", Doc: "How soon after the start.", Form: Span{}},
		{Name: "times", Doc: "How often.", Form: Number{Min: 0, Max: 1000, Integer: true}},
		{Name: "says", Doc: "A text that the message contains.", Form: Text{}},
		{Name: "in", Doc: "A journey or segment that the person is in.", Form: Ref{Kinds: []string{"journey", "segment"}}},
		{Name: "left", Doc: "A journey that the person left.", Form: Ref{Kinds: []string{"journey"}}},
		{Name: "done", Doc: "An action that was done.", Form: Ref{Kinds: []string{"action"}}},
	},
}
