package block

var locals = &Type{
	Name: "locals", Open: true,
	Doc: "Constants with a name, used as local.<name>. They may use variables and each other.",
}
