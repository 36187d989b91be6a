package block

// All lists the block types that may stand at the top of a file, in the order
// of the documentation.
var All = []*Type{
	project, state, variable, locals, module, history,
	platform,
	person, object, event,
	purpose, channel, consent, regime, exclusion,
	pressure, calendar, control,
	segment,
	link, part, touchpoint, action,
	phase, persona, moment,
	journey,
	guard,
	resource, importing, moved, removed,
	test,
}

// ByName finds a top-level block type.
func ByName(name string) (*Type, bool) { return find(All, name) }

// Nested lists the types of blocks that may stand in a block of type t.
func (t *Type) Nested() []*Type {
	if !t.Steps {
		return t.Blocks
	}
	return append(append([]*Type(nil), t.Blocks...), steps...)
}

// Arg finds an argument by name.
func (t *Type) Arg(name string) (*Arg, bool) {
	for i := range t.Args {
		if t.Args[i].Name == name {
			return &t.Args[i], true
		}
	}
	return nil, false
}

func find(list []*Type, name string) (*Type, bool) {
	for _, t := range list {
		if t.Name == name {
			return t, true
		}
	}
	return nil, false
}

func names(list []*Type) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Name
	}
	return out
}

// declared is the arguments that every declaration may have, after its own.
func declared(own ...Arg) []Arg {
	return append(own,
		Arg{Name: "description", Doc: "What it is, for people who read the files.", Form: Text{}},
		Arg{Name: "owner", Doc: "The team that answers for it.", Form: Text{}},
		each,
	)
}

// each is the argument that makes one object of each item of a list.
var each = Arg{
	Name: "for_each", Doc: "A list of unique texts or a map: one block is made for each item, which is each.key and each.value in it.",
	Form: Constant{},
}

// classes is the argument that narrows a rule to classes of messages.
var classes = Arg{
	Name: "classes", Doc: "The classes of messages that it is about; all when it is not said.",
	Form: Words{Values: []string{"marketing", "service"}},
}

// placed is the argument that says where an object goes.
var placed = Arg{
	Name: "platforms", Doc: "Where it goes, if not to the project's platforms.",
	Form: Refs{Kinds: []string{"platform"}},
}
