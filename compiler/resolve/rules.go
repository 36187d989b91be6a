package resolve

import "github.com/trayecto/trayecto/lang/diag"

// The rules of this package.
var (
	StepTwice = &diag.Rule{Code: "REF101", Summary: "Two steps of a journey have one name"}
	NameTwice = &diag.Rule{Code: "REF102", Summary: "Two nested blocks have one name"}
	NoType    = &diag.Rule{Code: "REF103", Summary: "It is not said what kind of value this is"}
	BothTypes = &diag.Rule{Code: "REF104", Summary: "An attribute is both stored and computed"}
	NoPerson  = &diag.Rule{Code: "REF105", Summary: "The project does not say what it knows about people"}
	TooLarge  = &diag.Rule{Code: "REF106", Summary: "A local stands for too much"}
	Circle    = &diag.Rule{Code: "CYC001", Summary: "Definitions go round in a circle"}
)

// Rules lists what this package can say.
var Rules = []*diag.Rule{StepTwice, NameTwice, NoType, BothTypes, NoPerson, TooLarge, Circle}
