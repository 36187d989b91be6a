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
	NoObject     = &diag.Rule{Code: "REF112", Summary: "No object of this name"}
	NoOutcome    = &diag.Rule{Code: "BLK210", Summary: "A moment cannot watch this"}
	NoApproval   = &diag.Rule{Code: "BLK211", Summary: "Only an approval lifts a guard"}
	NoConstant   = &diag.Rule{Code: "BLK212", Summary: "A platform takes constants only"}
	NoAddress    = &diag.Rule{Code: "BLK214", Summary: "An address is needed"}
	StillThere   = &diag.Rule{Code: "BLK215", Summary: "What is renamed or let go is still in the files"}
	MovesOn      = &diag.Rule{Code: "BLK216", Summary: "One move leads on to another"}
	TwoFates     = &diag.Rule{Code: "BLK217", Summary: "What is deployed is given away twice"}
	StatePlace   = &diag.Rule{Code: "BLK218", Summary: "The place of the state takes other arguments"}
	StateSecret  = &diag.Rule{Code: "BLK219", Summary: "A secret of the state stands in a file"}
	ListSaid     = &diag.Rule{Code: "BLK213", Summary: "A list is needed"}
)

// Rules lists what this package can say.
var Rules = []*diag.Rule{UnknownWord, Unquoted, OtherForm, NoUnit, NoSpan, NoTime, OneOfThem, NoAttribute, NoField,
	UnknownField, NoOutcome, NoApproval, NoConstant, ListSaid, NoAddress, StillThere, MovesOn, TwoFates,
	StatePlace, StateSecret, NoObject}
