package block

var resource = &Type{
	Name: "resource", Labels: []string{"kind", "name"},
	Doc: "An object of a platform's own kind, in the platform's own words.",
	Args: declared(
		Arg{Name: "platform", Doc: "The platform that it goes to.", Required: true, Form: Ref{Kinds: []string{"platform"}}},
		Arg{Name: "key", Doc: "What the platform knows it by; the name of the block when it is not said.", Form: Text{}},
		Arg{Name: "attributes", Doc: `What it is made of: { title = "VIP" }. Each is a constant.`, Form: Constant{}},
	),
}
