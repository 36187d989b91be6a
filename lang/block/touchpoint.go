package block

var touchpoint = &Type{
	Name: "touchpoint", Labels: []string{"name"},
	Doc: "What a person gets.",
	Args: declared(
		Arg{Name: "purpose", Doc: "What it is for.", Required: true, Form: Ref{Kinds: []string{"purpose"}}},
		Arg{Name: "channels", Doc: "In order: the first that is allowed, set and fresh; on a bounce the next.", Required: true, Form: Channels{}},
		Arg{Name: "phase", Doc: "Where on the map it stands.", Form: Ref{Kinds: []string{"phase"}}},
		Arg{Name: "benefit", Doc: "What the person has from it.", Form: Word{Values: []string{"informative", "convenience", "social", "community", "inspirational", "entertainment"}}},
		Arg{Name: "about", Doc: "The event that it tells about; it gives entry its type.", Form: Ref{Kinds: []string{"event"}}},
		Arg{Name: "unsubscribe", Doc: "How people take their yes back; a marketing touchpoint must have it.", Form: Word{Values: []string{"one_click"}}},
		Arg{Name: "asks", Doc: "The consents that it asks for, which makes it marketing.", Form: Refs{Kinds: []string{"consent"}}},
		placed,
	),
	Blocks: []*Type{content},
}

var content = &Type{
	Name: "content", Once: true, Required: true,
	Doc: "The texts. An e-mail without body sends the text.",
	Args: []Arg{
		{Name: "subject", Doc: "The subject of an e-mail.", Form: Content{}},
		{Name: "body", Doc: "The HTML of an e-mail.", Form: Content{}},
		{Name: "text", Doc: "The text of an SMS or a plain e-mail.", Form: Content{}},
	},
}
