package block

var importing = &Type{
	Name: "import",
	Doc:  "Takes over an object that exists on a platform.",
	Args: []Arg{
		{Name: "to", Doc: "The address that it gets.", Required: true, Form: Value{}},
		{Name: "from", Doc: "The platform that has it.", Form: Ref{Kinds: []string{"platform"}}},
		{Name: "id", Doc: "The platform's own id of it.", Required: true, Form: Text{}},
	},
	Missing: "The import block",
}
