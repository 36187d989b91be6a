package block

var control = &Type{
	Name: "control", Labels: []string{"name"},
	Doc: "People who get nothing, so that the effect of all the rest can be measured.",
	Args: declared(
		Arg{Name: "share", Doc: "How many, as a fraction.", Required: true, Form: Number{Min: 0, Max: 1, Between: true}},
		classes,
		Arg{Name: "renew", Doc: "After how long others take their place.", Form: Span{}},
	),
}
