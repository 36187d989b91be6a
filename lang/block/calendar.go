package block

var calendar = &Type{
	Name: "calendar", Labels: []string{"name"},
	Doc: "When something is open.",
	Args: declared(
		Arg{Name: "closed", Doc: `Days, or ranges of days such as "2027-01-01/2027-01-06", on which it is not.`, Form: Texts{}},
	),
	Blocks: []*Type{opening},
}

var opening = &Type{
	Name: "open", Labels: []string{"name"},
	Doc: "The hours of some days of the week.",
	Args: []Arg{
		{Name: "days", Doc: "The days.", Required: true, Form: Words{Values: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}}},
		{Name: "from", Doc: "When it opens.", Required: true, Form: Clock{}},
		{Name: "to", Doc: "When it closes.", Required: true, Form: Clock{}},
	},
}
