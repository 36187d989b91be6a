package block

var variable = &Type{
	Name: "variable", Labels: []string{"name"},
	Doc: "A value that differs between environments. It is used as var.<name>.",
	Args: []Arg{
		{Name: "type", Doc: "The type of the value; without it the default's, or string.", Form: TypeName{}},
		{Name: "default", Doc: "The value when neither the environment nor the command line gives one.", Form: Constant{}},
		{Name: "description", Doc: "What it is for.", Form: Text{}},
	},
}
