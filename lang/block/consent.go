package block

var consent = &Type{
	Name: "consent", Labels: []string{"name"},
	Doc: "A thing people can say yes to: one row of the preference centre. Captures are the only ways it changes.",
	Args: declared(
		Arg{Name: "purpose", Doc: "What it allows.", Required: true, Form: Ref{Kinds: []string{"purpose"}}},
		Arg{Name: "channels", Doc: "The channels it allows it on.", Required: true, Form: Refs{Kinds: []string{"channel"}}},
		Arg{Name: "title", Doc: "What people read beside the box.", Form: Localized{}},
		Arg{Name: "survives", Doc: "Whether a yes moves with the person to a corrected address.", Form: Word{Values: []string{"address_change"}}},
		Arg{Name: "special", Doc: "What of a special category (GDPR art. 9) the yes lets marketing use: attributes with sensitivity = \"special\".", Form: Values{}},
		placed,
	),
	Blocks: []*Type{
		capture("grant", "How people say yes."),
		capture("confirm", "How people confirm a yes: the second half of a double opt-in."),
		capture("refuse", "How people say no."),
		capture("withdraw", "How people take a yes back."),
	},
}

// capture is a way in which an event changes a consent.
func capture(name, doc string) *Type {
	return &Type{
		Name: name, Labels: []string{"name"}, Alone: true, Doc: doc,
		Args: []Arg{
			{Name: "on", Doc: "The event.", Required: true, Form: Ref{Kinds: []string{"event"}}},
			{Name: "if", Doc: "Which of those events count; it is the event.", Form: Condition{}},
			{Name: "notice", Doc: "The version of the notice that people were shown.", Form: Text{}},
			{Name: "proof", Doc: "The fields of the event that are kept as proof.", Form: Values{}},
		},
	}
}
