package block

var moved = &Type{
	Name: "moved",
	Doc:  "Renames: what is deployed under one address belongs to another.",
	Args: []Arg{
		{Name: "from", Doc: "The old address.", Required: true, Form: Value{}},
		{Name: "to", Doc: "The new address.", Required: true, Form: Value{}},
	},
	Missing: "The moved block",
}
