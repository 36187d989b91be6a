package block

var removed = &Type{
	Name: "removed",
	Doc:  "Lets go: what is deployed stays and is not managed any more.",
	Args: []Arg{
		{Name: "from", Doc: "The address or platform.", Required: true, Form: Value{}},
		{Name: "keep", Doc: "Whether the objects stay on the platform.", Form: Bool{}},
	},
	Missing: "The removed block",
}
