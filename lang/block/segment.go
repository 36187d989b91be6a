package block

var segment = &Type{
	Name: "segment", Labels: []string{"name"},
	Doc: "Who. A person is a member if and only if the condition is true.",
	Args: declared(
		Arg{Name: "where", Doc: "Who is in it.", Required: true, Form: Condition{}},
		placed,
	),
}
