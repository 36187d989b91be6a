package block

// steps is the steps of a journey, whose order in the file is their order in
// time.
var steps = []*Type{send, do, wait, choose, split}

var send = &Type{
	Name: "send", Labels: []string{"name"},
	Doc: "Writes to the person.",
	Args: []Arg{
		{Name: "touchpoint", Doc: "What the person gets.", Required: true, Form: Ref{Kinds: []string{"touchpoint"}}},
		{Name: "if_capped", Doc: "What to do when the person had enough.", Form: Word{Values: []string{"skip", "wait"}}},
	},
}

var do = &Type{
	Name: "do", Labels: []string{"name"},
	Doc:  "Has our side do something.",
	Args: []Arg{{Name: "action", Doc: "What.", Required: true, Form: Ref{Kinds: []string{"action"}}}},
}

var wait = &Type{
	Name: "wait", Labels: []string{"name"},
	Doc: "Lets time pass.",
	Args: []Arg{
		{Name: "for", Doc: "How long at most.", Required: true, Form: Span{Endless: "end the journey before this wait, which nobody lives to see the end of"}},
		{Name: "until", Doc: "What ends it earlier.", Form: Condition{}},
	},
}

var choose = &Type{
	Name: "choose", Labels: []string{"name"},
	Doc:    "Takes the first branch whose condition is true.",
	Blocks: []*Type{when, otherwise},
}

var when = &Type{
	Name: "when", Labels: []string{"name"}, Steps: true, Required: true,
	Doc:  "A branch.",
	Args: []Arg{{Name: "if", Doc: "When it is taken.", Required: true, Form: Condition{}}, each},
}

var otherwise = &Type{
	Name: "otherwise", Once: true, Steps: true,
	Doc: "The branch for everyone else.",
}

var split = &Type{
	Name: "split", Labels: []string{"name"},
	Doc: "Divides people by chance that is fixed per person.",
	Args: []Arg{
		{Name: "metric", Doc: "The event that tells which way is better.", Form: Ref{Kinds: []string{"event"}}},
		{Name: "test_on", Doc: "The share that the test runs on before the better way is for all.", Form: Number{Min: 0, Max: 1, Between: true}},
		{Name: "decide", Doc: "After how long the better way is chosen.", Form: Span{}},
	},
	Blocks: []*Type{variant, splitControl},
}

var variant = &Type{
	Name: "variant", Labels: []string{"name"}, Steps: true, Required: true,
	Doc:  "One way.",
	Args: []Arg{weight, each},
}

var splitControl = &Type{
	Name: "control", Labels: []string{"name"}, Once: true,
	Doc:  "The way of those who get nothing more; the run ends there, recorded.",
	Args: []Arg{weight},
}

var weight = Arg{Name: "weight", Doc: "How many go this way, relative to the others.", Required: true, Form: Number{Min: 0, Max: 1000000, Integer: true}}
