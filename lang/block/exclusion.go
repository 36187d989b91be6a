package block

var exclusion = &Type{
	Name: "exclusion", Labels: []string{"name"},
	Doc: "A list of people who must not be written to.",
	Args: declared(
		Arg{Name: "list", Doc: "The file, relative to the project.", Required: true, Form: Text{}},
		Arg{Name: "match", Doc: "What the list holds of a person.", Required: true, Form: Values{}},
		classes,
		Arg{Name: "unless", Doc: "What lifts it.", Form: Word{Values: []string{"consent"}}},
		Arg{Name: "as_of", Doc: "The column that says how far the list goes.", Form: Text{}},
		Arg{Name: "fresh_for", Doc: "How old the list may be; an older one stops everyone it could name.", Form: Span{}},
	),
}
