package block

// Environment is the arguments that an env/<name>.hcl file may have outside
// its blocks. Any other name there must be that of a variable.
var Environment = &Type{
	Name: "environment",
	Doc:  "What differs in one environment: platforms, values of variables, and what stays away from it.",
	Args: []Arg{
		{Name: "leave_out", Doc: "Kinds or objects that are not deployed here; every plan repeats them.", Form: Refs{Kinds: leavable}},
		{Name: "only_to", Doc: "Nobody else is written to from this environment.", Form: Texts{}},
	},
	Blocks: []*Type{platform},
}

// leavable is the kinds of objects that are deployed.
var leavable = []string{"consent", "segment", "touchpoint", "action", "journey"}
