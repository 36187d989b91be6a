package expr

import "github.com/trayecto/trayecto/lang/diag"

// What can be wrong with a name.
var (
	nameUnknown   = &diag.Rule{Code: "REF001", Summary: "Nothing has this name"}
	nameOtherKind = &diag.Rule{Code: "REF002", Summary: "This name is of another kind"}
	nameNotHere   = &diag.Rule{Code: "REF003", Summary: "This name means nothing at this place"}
	namePart      = &diag.Rule{Code: "REF004", Summary: "This name is too short or too long"}
	nameWanted    = &diag.Rule{Code: "REF005", Summary: "A name is wanted here"}
	nameOff       = &diag.Rule{Code: "REF006", Summary: "What has this name is switched off"}
)

// What can be wrong with a type.
var (
	notCondition   = &diag.Rule{Code: "TYP001", Summary: "This is neither true nor false"}
	notComparable  = &diag.Rule{Code: "TYP002", Summary: "These two cannot be compared"}
	wordUnknown    = &diag.Rule{Code: "TYP003", Summary: "The word is not one of those listed"}
	windowMissing  = &diag.Rule{Code: "TYP004", Summary: "A window is always said"}
	notLength      = &diag.Rule{Code: "TYP005", Summary: "This is not a length of time"}
	dayArithmetic  = &diag.Rule{Code: "TYP006", Summary: "A date without date() is a subtraction"}
	textNotDate    = &diag.Rule{Code: "TYP007", Summary: "A text is not a date"}
	peopleSum      = &diag.Rule{Code: "TYP008", Summary: "What is known of people cannot be calculated with"}
	peopleChoice   = &diag.Rule{Code: "TYP009", Summary: "A choice with ? and : cannot depend on people"}
	nullCompared   = &diag.Rule{Code: "TYP010", Summary: "null is not a value"}
	nullInSet      = &diag.Rule{Code: "TYP011", Summary: "A set cannot hold null"}
	notOrdered     = &diag.Rule{Code: "TYP012", Summary: "This type has no order"}
	argumentCount  = &diag.Rule{Code: "TYP013", Summary: "The function takes other arguments"}
	argumentType   = &diag.Rule{Code: "TYP014", Summary: "The argument is of another type"}
	notConstant    = &diag.Rule{Code: "TYP015", Summary: "This must not depend on people"}
	constantType   = &diag.Rule{Code: "TYP016", Summary: "The value is of another type"}
	notType        = &diag.Rule{Code: "TYP017", Summary: "This is not a type"}
	functionPlace  = &diag.Rule{Code: "TYP018", Summary: "The function stands at another place"}
	formUnknown    = &diag.Rule{Code: "TYP019", Summary: "This way of writing has no meaning for people"}
	notHappening   = &diag.Rule{Code: "TYP020", Summary: "This is not something that happens"}
	notValue       = &diag.Rule{Code: "TYP021", Summary: "This is not a value"}
	aggregateField = &diag.Rule{Code: "TYP022", Summary: "The function looks at another part of the event"}
	notComputable  = &diag.Rule{Code: "TYP023", Summary: "The value cannot be worked out"}
	moneyDigits    = &diag.Rule{Code: "TYP024", Summary: "The currency has fewer decimal places"}
	secretHere     = &diag.Rule{Code: "TYP027", Summary: "A sensitive value cannot stand here"}
	argumentRange  = &diag.Rule{Code: "TYP028", Summary: "The argument is not among the values that it may have"}
	notChannels    = &diag.Rule{Code: "TYP025", Summary: "This is not a list of channels"}
)

// Rules lists what this package can find wrong.
var Rules = []*diag.Rule{
	nameUnknown, nameOtherKind, nameNotHere, namePart, nameWanted, nameOff,
	notCondition, notComparable, wordUnknown, windowMissing, notLength, dayArithmetic, textNotDate, peopleSum, peopleChoice,
	nullCompared, nullInSet, notOrdered, argumentCount, argumentType, argumentRange, notConstant, constantType, notType, functionPlace,
	formUnknown, notHappening, notValue, aggregateField, notComputable, moneyDigits, notChannels, secretHere,
}
