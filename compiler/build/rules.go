package build

import "github.com/trayecto/trayecto/lang/diag"

// The rules of this package.
var (
	UnknownWord  = &diag.Rule{Code: "BLK201", Summary: "Not one of the words that may stand here"}
	Unquoted     = &diag.Rule{Code: "BLK202", Summary: "A word is written without quotes"}
	OtherForm    = &diag.Rule{Code: "BLK203", Summary: "A value of another form is needed"}
	NoUnit       = &diag.Rule{Code: "BLK204", Summary: "A length of time has no unit"}
	NoSpan       = &diag.Rule{Code: "BLK205", Summary: "Not a length of time"}
	NoTime       = &diag.Rule{Code: "BLK206", Summary: "Not a date or a time"}
	OneOfThem    = &diag.Rule{Code: "BLK207", Summary: "Exactly one of several arguments is needed"}
	NoAttribute  = &diag.Rule{Code: "BLK208", Summary: "A key or attribute of the person is needed"}
	NoField      = &diag.Rule{Code: "BLK209", Summary: "A field of the event is needed"}
	UnknownField = &diag.Rule{Code: "REF111", Summary: "No field of this name"}
	NoOutcome    = &diag.Rule{Code: "BLK210", Summary: "A moment cannot watch this"}
	NoApproval   = &diag.Rule{Code: "BLK211", Summary: "Only an approval lifts a guard"}
	NoConstant   = &diag.Rule{Code: "BLK212", Summary: "A platform takes constants only"}
	ListSaid     = &diag.Rule{Code: "BLK213", Summary: "A list is needed"}
)

// Rules lists what this package can say.
var Rules = []*diag.Rule{UnknownWord, Unquoted, OtherForm, NoUnit, NoSpan, NoTime, OneOfThem, NoAttribute, NoField,
	UnknownField, NoOutcome, NoApproval, NoConstant, ListSaid}
