package block

var locals = &Type{
	Name: "locals", Open: true,
	Doc: "Constants and conditions about people with a name, used as local.<name>. They may use variables and each other.",
}
