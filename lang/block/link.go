package block

var link = &Type{
	Name: "link", Labels: []string{"name"},
	Doc: "An address that messages point to.",
	Args: declared(
		Arg{Name: "url", Doc: "The address.", Required: true, Form: Content{}},
		Arg{Name: "purpose", Doc: "What it is for; a service message may not point to marketing.", Form: Ref{Kinds: []string{"purpose"}}},
	),
}
