package block

var guard = &Type{
	Name: "guard", Labels: []string{"name"},
	Doc: "A policy on plans. Every plan runs it.",
	Args: declared(
		Arg{Name: "refuse_if", Doc: "Which plans are refused.", Required: true, Form: Condition{}},
		Arg{Name: "unless", Doc: "Whose approval lifts it.", Form: Value{}},
		Arg{Name: "message", Doc: "What the plan says then.", Required: true, Form: Text{}},
	),
}
