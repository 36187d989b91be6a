package block

var phase = &Type{
	Name: "phase", Labels: []string{"name"},
	Doc:  "A stretch of the relationship: a column of the map.",
	Args: declared(Arg{Name: "after", Doc: "The phase before it.", Form: Ref{Kinds: []string{"phase"}}}),
}
