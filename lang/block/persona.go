package block

var persona = &Type{
	Name: "persona", Labels: []string{"name"},
	Doc:  "A kind of person whom the map speaks of.",
	Args: declared(Arg{Name: "segment", Doc: "Who they are.", Form: Ref{Kinds: []string{"segment"}}}),
}
