package block

var purpose = &Type{
	Name: "purpose", Labels: []string{"name"},
	Doc: "What messages are for. Marketing needs a yes; service does not, and says why.",
	Args: declared(
		Arg{Name: "class", Doc: "Whether a message needs a yes.", Required: true, Form: Word{Values: []string{"marketing", "service"}}},
		Arg{Name: "because", Doc: "Why a service message needs no yes; every plan repeats it.", Form: Text{}},
		Arg{Name: "channels", Doc: "The channels it may use; any when it is not said.", Form: Refs{Kinds: []string{"channel"}}},
	),
}
