package block

var test = &Type{
	Name: "test", Labels: []string{"sentence"},
	Doc: "A story in simulated time, and what must come of it.",
	Args: []Arg{
		{Name: "description", Doc: "What it is for.", Form: Text{}},
		{Name: "starts", Doc: "When the story starts: Monday, 12 January 2026, 10:00 when it is not said. Offsets are counted from it.", Form: Instant{}},
		{Name: "listed", Doc: "The exclusions that name the person; none when it is not said. Lists are fresh in a test.", Form: Refs{Kinds: []string{"exclusion"}}},
		{Name: "control", Doc: "The control groups that the person is in; none when it is not said.", Form: Refs{Kinds: []string{"control"}}},
	},
	Blocks: []*Type{given, givenObject, assignment, happening, expectation},
}

var given = &Type{
	Name: "person", Once: true, Open: true,
	Doc: "The person of the story: values of keys and attributes.",
}

var givenObject = &Type{
	Name: "object", Labels: []string{"name", "key"}, Open: true,
	Doc: "An object that the person has to do with: values of its attributes.",
}

var assignment = &Type{
	Name: "assign",
	Doc:  "The way on which a split puts the person, instead of the one that is fixed for them by chance.",
	Args: []Arg{
		{Name: "split", Doc: "The split: step.journey.name.", Required: true, Form: Step{}},
		{Name: "to", Doc: "The name of the variant or control.", Required: true, Form: Text{}},
	},
}

var happening = &Type{
	Name: "at", Labels: []string{"offset"},
	Doc: "What happens, so long after the start.",
	Args: []Arg{
		{Name: "event", Doc: "An event.", Form: Ref{Kinds: []string{"event"}}},
		{Name: "outcome", Doc: "What becomes of a message.", Form: Occurrence{}},
		{Name: "with", Doc: "The event's fields.", Form: Constant{}},
		{Name: "set", Doc: "What is known of the person from then on: values of keys and attributes. null forgets one.", Form: Constant{}},
	},
}

var expectation = &Type{
	Name: "expect", Labels: []string{"sentence"}, Required: true,
	Doc: "What must hold when the story is over.",
	Args: []Arg{
		{Name: "sent", Doc: "A touchpoint that the person got.", Form: Ref{Kinds: []string{"touchpoint"}}},
		{Name: "not_sent", Doc: "A touchpoint that the person did not get.", Form: Ref{Kinds: []string{"touchpoint"}}},
		{Name: "within", Doc: "How soon after the start.", Form: Span{Zero: true}},
		{Name: "times", Doc: "How often.", Form: Number{Min: 0, Max: 1000, Integer: true}},
		{Name: "says", Doc: "A text that the message contains.", Form: Text{}},
		{Name: "in", Doc: "A journey or segment that the person is in.", Form: Ref{Kinds: []string{"journey", "segment"}}},
		{Name: "at", Doc: "With in: when; when the last thing of the story has happened, if it is not said.", Form: Span{}},
		{Name: "left", Doc: "A journey that the person left, whatever the reason.", Form: Ref{Kinds: []string{"journey"}}},
		{Name: "converted", Doc: "A journey that the person left by its goal.", Form: Ref{Kinds: []string{"journey"}}},
		{Name: "done", Doc: "An action that was carried out: of a task, that it was given to somebody.", Form: Ref{Kinds: []string{"action"}}},
	},
}
