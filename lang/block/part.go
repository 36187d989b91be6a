package block

var part = &Type{
	Name: "part", Labels: []string{"name"},
	Doc: "A piece of content that several touchpoints share.",
	Args: declared(
		Arg{Name: "body", Doc: "The content.", Required: true, Form: Content{}},
		Arg{Name: "marketing", Doc: "Whether it makes an offer; a service message may not carry it then.", Form: Bool{}},
	),
}
