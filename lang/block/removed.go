package block

var removed = &Type{
	Name: "removed",
	Doc:  "Lets go: what was deployed under an address, or to a platform, is not managed any more.",
	Args: []Arg{
		{Name: "from", Doc: "The address or platform, which nothing in the files has any more.", Required: true,
			Form: Address{Kinds: append([]string{"platform"}, movable...)}},
		{Name: "keep", Doc: "Whether the objects stay on the platform; false when it is not said.", Form: Bool{}},
	},
}
