package block

var importing = &Type{
	Name: "import",
	Doc:  "Takes over an object that exists on a platform. The plan shows what of it the files overwrite. Once it is taken over, the block does nothing and can go.",
	Args: []Arg{
		{Name: "to", Doc: "The address that it gets.", Required: true, Form: Address{Kinds: movable}},
		{Name: "id", Doc: "The platform's own id of it.", Required: true, Form: Text{}},
		{Name: "role", Doc: `Which of the objects of the address, where it is several: "template.es".`, Form: Text{}},
		{Name: "platform", Doc: "The platform that has it, where the address goes to more than one.", Form: Ref{Kinds: []string{"platform"}}},
	},
}
