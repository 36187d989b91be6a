package block

var state = &Type{
	Name: "state", Labels: []string{"backend"}, Once: true, Open: true,
	Kinds: []string{"file", "postgres", "http", "object store"},
	Doc:   "Where the record of what was deployed is kept. Without it that is a file in the project's folder. Its arguments are constants; secrets are env(...). This version checks other places, and plan refuses them.",
}
