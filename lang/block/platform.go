package block

var platform = &Type{
	Name: "platform", Labels: []string{"target", "name"}, Open: true,
	Doc: "An account at something that Trayecto can compile to. Its arguments are those of its target; each is a constant or env(...). " +
		"Beside them accept_risk = \"reason\" lets marketing go out although it is not proved that nobody gets it without leave; every plan repeats the reason first.",
}

// AcceptRisk is the argument of a platform that is ours and not its target's.
const AcceptRisk = "accept_risk"
