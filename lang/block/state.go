package block

var state = &Type{
	Name: "state", Labels: []string{"backend"}, Once: true, Open: true,
	Doc:     "Where the record of what was deployed is kept. Without it that is a file.",
	Missing: "The state block",
}
