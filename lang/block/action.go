package block

var action = &Type{
	Name: "action", Labels: []string{"kind", "name"}, Kinds: []string{"task", "notify", "webhook", "set", "suppress"},
	Doc: "What our side does: a task for a colleague, a notice, a call to another system, an attribute, a stop.",
	Args: declared(
		Arg{Name: "platform", Doc: "Where it is done, if not on the journey's platform.", Form: Ref{Kinds: []string{"platform"}}},
		Arg{Name: "title", Doc: "What a task or a notice says.", Form: Content{}},
		Arg{Name: "due", Doc: "How soon a task must be done.", Form: Span{}},
		Arg{Name: "to", Doc: "Whom a task or a notice is for.", Form: Text{}},
		Arg{Name: "url", Doc: "The address that a webhook calls.", Form: Content{}},
		Arg{Name: "attribute", Doc: "The attribute that set writes.", Form: Value{}},
		Arg{Name: "value", Doc: "The value that set writes.", Form: Value{}},
		Arg{Name: "channel", Doc: "The channel that suppress closes.", Form: Ref{Kinds: []string{"channel"}}},
	),
}
