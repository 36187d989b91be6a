package block

var channel = &Type{
	Name: "channel", Labels: []string{"name"},
	Doc: "A way to a person.",
	Args: declared(
		Arg{Name: "address", Doc: "The key or attribute that is the address.", Required: true, Form: Value{}},
		Arg{Name: "via", Doc: "The platform that provides it, if not the journey's own.", Form: Ref{Kinds: []string{"platform"}}},
	),
}
