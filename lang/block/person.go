package block

var person = &Type{
	Name: "person", Once: true,
	Doc: "What is known about people, in which context, and for how long it holds.",
	Args: []Arg{
		{Name: "language", Doc: "The attribute that holds the person's language.", Form: Value{}},
		{Name: "timezone", Doc: "The attribute that holds the person's time zone.", Form: Value{}},
		{Name: "description", Doc: "What it is, for people who read the files.", Form: Text{}},
	},
	Blocks: []*Type{key, attribute},
}

var key = &Type{
	Name: "key", Labels: []string{"name"},
	Doc: "Something that identifies one person or object and is never missing. A person's first key is the id in histories.",
	Args: []Arg{
		{Name: "type", Doc: "Its type.", Required: true, Form: TypeName{}},
		{Name: "merge", Doc: "Whether two records with the same value are one person.", Form: Bool{}},
		{Name: "ignore", Doc: "Fillers that identify nobody.", Form: Texts{}},
		{Name: "description", Doc: "What it is, for people who read the files.", Form: Text{}},
	},
}

var attribute = &Type{
	Name: "attribute", Labels: []string{"name"},
	Doc: "Something known about a person or an object: stored, or computed from what happened.",
	Args: []Arg{
		{Name: "type", Doc: "Its type; a computed attribute has that of its value.", Form: TypeName{}},
		{Name: "context", Doc: "The context in which it is known.", Form: context},
		{Name: "sensitivity", Doc: "Whether it identifies a person or is of a special category (GDPR art. 9).", Form: Word{Values: []string{"none", "identifying", "special"}}},
		{Name: "stable", Doc: "Whether it never changes while someone is inside a journey.", Form: Bool{}},
		{Name: "fresh_for", Doc: "For how long it holds; older counts as not known.", Form: Span{Endless: "remove fresh_for: then it holds without end"}},
		{Name: "value", Doc: "The expression of a computed attribute.", Form: Value{}},
		{Name: "description", Doc: "What it is, for people who read the files.", Form: Text{}},
		each,
	},
}

// context is the contexts in which something about a person is known.
var context = Word{Values: []string{"relationship", "personal", "situational"}}
