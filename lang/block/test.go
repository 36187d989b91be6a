package block

import "slices"

var test = &Type{
	Name: "test", Labels: []string{"sentence"},
	Doc: "A story in simulated time, and what must come of it.",
	Args: []Arg{
		{Name: "description", Doc: "What it is for.", Form: Text{}},
		{Name: "platform", Doc: "The platform as which messages are sent: only what it really asks before it sends is asked. Without it everything is, as the rules say.", Form: Ref{Kinds: []string{"platform"}}},
		{Name: "starts", Doc: "When the story starts: Monday, 12 January 2026, 10:00 when it is not said. Offsets are counted from it.", Form: Instant{}},
		{Name: "listed", Doc: "The exclusions that name the person; none when it is not said. Lists are fresh in a test.", Form: Refs{Kinds: []string{"exclusion"}}},
		{Name: "control", Doc: "The control groups that the person is in; none when it is not said.", Form: Refs{Kinds: []string{"control"}}},
	},
	Blocks: []*Type{given, givenObject, assignment, past, happening, expectation},
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

var past = &Type{
	Name: "before", Labels: []string{"length"},
	Doc:  "What happened so long before the start. It counts for conditions, records and limits, and nobody enters a journey by it.",
	Args: happens,
}

var happening = &Type{
	Name: "at", Labels: []string{"offset"},
	Doc: "What happens, so long after the start.",
	Args: append(slices.Clone(happens),
		Arg{Name: "set", Doc: "What is known of the person from then on: values of keys and attributes. null forgets one.", Form: Constant{}},
	),
}

// happens is what a story may tell of its past and of what comes.
var happens = []Arg{
	{Name: "event", Doc: "An event.", Form: Ref{Kinds: []string{"event"}}},
	{Name: "with", Doc: "The event's fields.", Form: Constant{}},
	{Name: "outcome", Doc: "What becomes of a message.", Form: Occurrence{}},
	{Name: "address", Doc: "The address that the message went to; the present one when it is not said.", Form: Text{}},
	{Name: "bounced", Doc: "A channel: a message to the present address there bounced for good.", Form: Ref{Kinds: []string{"channel"}}},
	{Name: "grant", Doc: "A consent that the person gave, in a way that no event tells of.", Form: Ref{Kinds: []string{"consent"}}},
	{Name: "confirm", Doc: "A consent that the person confirmed, in a way that no event tells of.", Form: Ref{Kinds: []string{"consent"}}},
	{Name: "refuse", Doc: "A consent that the person refused, in a way that no event tells of.", Form: Ref{Kinds: []string{"consent"}}},
	{Name: "withdraw", Doc: "A consent that the person withdrew, in a way that no event tells of.", Form: Ref{Kinds: []string{"consent"}}},
	{Name: "channel", Doc: "The channel that a consent is given or withdrawn for; all of its channels when it is not said.", Form: Ref{Kinds: []string{"channel"}}},
	{Name: "expires", Doc: "When a consent that is given ends; never when it is not said.", Form: Instant{}},
}

var expectation = &Type{
	Name: "expect", Labels: []string{"sentence"}, Required: true,
	Doc: "What must hold when the story is over.",
	Args: []Arg{
		{Name: "sent", Doc: "A touchpoint that the person got.", Form: Ref{Kinds: []string{"touchpoint"}}},
		{Name: "not_sent", Doc: "A touchpoint that the person did not get.", Form: Ref{Kinds: []string{"touchpoint"}}},
		{Name: "by", Doc: "With sent and not_sent: on which channel; on any when it is not said.", Form: Ref{Kinds: []string{"channel"}}},
		{Name: "step", Doc: "With sent and not_sent: by which step; by any when it is not said.", Form: Step{}},
		{Name: "within", Doc: "How soon after the start.", Form: Span{Zero: true}},
		{Name: "times", Doc: "How often.", Form: Number{Min: 0, Max: 1000, Integer: true}},
		{Name: "says", Doc: "A text that the message contains.", Form: Text{}},
		{Name: "in", Doc: "A journey or segment that the person is in.", Form: Ref{Kinds: []string{"journey", "segment"}}},
		{Name: "not_in", Doc: "A journey or segment that the person is not in.", Form: Ref{Kinds: []string{"journey", "segment"}}},
		{Name: "at", Doc: "With in and not_in: when; when the last thing of the story has happened, if it is not said.", Form: Span{}},
		{Name: "left", Doc: "A journey that the person left, whatever the reason.", Form: Ref{Kinds: []string{"journey"}}},
		{Name: "converted", Doc: "A journey that the person left by its goal.", Form: Ref{Kinds: []string{"journey"}}},
		{Name: "done", Doc: "An action that was carried out: of a task, that it was given to somebody.", Form: Ref{Kinds: []string{"action"}}},
	},
}
