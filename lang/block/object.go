package block

var object = &Type{
	Name: "object", Labels: []string{"name"},
	Doc:    "A thing that people have to do with: an order, an account, a contract.",
	Args:   declared(),
	Blocks: []*Type{objectKey, attribute},
}

var objectKey = &Type{
	Name: "key", Labels: []string{"name"}, Once: true, Required: true,
	Doc:  "What identifies the object. It is never missing.",
	Args: key.Args,
}
