package block

var regime = &Type{
	Name: "regime", Labels: []string{"name"},
	Doc: "What the law asks, where. Marketing is refused to a person to whom none applies.",
	Args: declared(
		Arg{Name: "applies_when", Doc: "To whom it applies, unless that is false; or otherwise.", Required: true, Form: Condition{}},
		Arg{Name: "revoke_within", Doc: `How soon a withdrawal must work; "24h" when it is not said.`, Form: Span{}},
	),
	Blocks: []*Type{rule},
}

var rule = &Type{
	Name: "rule", Labels: []string{"name"}, Alone: true,
	Doc: "One ground on which a message may be sent.",
	Args: []Arg{
		{Name: "classes", Doc: "The classes of messages that it is about.", Required: true, Form: Words{Values: []string{"marketing", "service"}}},
		{Name: "channels", Doc: "The channels that it is about.", Required: true, Form: Refs{Kinds: []string{"channel"}}},
		{Name: "basis", Doc: "The legal ground.", Required: true, Form: Word{Values: []string{"consent", "contract", "legitimate_interest", "legal_obligation", "implied"}}},
		{Name: "double_opt_in", Doc: "Whether a yes must have been confirmed.", Form: Bool{}},
		{Name: "valid_for", Doc: "For how long a yes holds; without end when it is not said.", Form: Span{Endless: "remove valid_for: then a yes holds without end"}},
		{Name: "requires", Doc: "What must be true of the person besides.", Form: Condition{}},
		{Name: "description", Doc: "The source of the rule.", Form: Text{}},
	},
}
