package block

var platform = &Type{
	Name: "platform", Labels: []string{"target", "name"}, Open: true,
	Doc: "An account at something that Trayecto can compile to. Its arguments are those of its target; each is a constant or env(...).",
}
