package block

var variable = &Type{
	Name: "variable", Labels: []string{"name"},
	Doc: "A value that differs between environments. It is used as var.<name>.",
	Args: []Arg{
		{Name: "type", Doc: "The type of the value; without it the default's, or string.", Form: TypeName{}},
		{Name: "default", Doc: "The value when neither the environment nor the command line gives one.", Form: Constant{}},
		{Name: "sensitive", Doc: "Whether the value is a secret: then platform blocks alone may use it, and no message shows it.", Form: Bool{}},
		{Name: "description", Doc: "What it is for.", Form: Text{}},
	},
	Blocks: []*Type{validation},
}

var validation = &Type{
	Name: "validation",
	Doc:  "What a value of the variable must be beside its type.",
	Args: []Arg{
		{Name: "condition", Doc: "What must be true of the value, which is var.<name> here.", Required: true, Form: Constant{}},
		{Name: "message", Doc: "What is said of a value of which it is not.", Required: true, Form: Text{}},
	},
}
