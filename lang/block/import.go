package block

var importing = &Type{
	Name: "import",
	Doc:  "Takes over an object that exists on a platform. This version checks it, and plan refuses it.",
	Args: []Arg{
		{Name: "to", Doc: "The address that it gets.", Required: true, Form: Address{Kinds: movable}},
		{Name: "id", Doc: "The platform's own id of it.", Required: true, Form: Text{}},
		{Name: "platform", Doc: "The platform that has it, where the address goes to more than one.", Form: Ref{Kinds: []string{"platform"}}},
	},
}
