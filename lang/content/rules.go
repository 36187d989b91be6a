package content

import "github.com/trayecto/trayecto/lang/diag"

var (
	languageMissing = &diag.Rule{Code: "CNT001", Summary: "A language has no text"}
	languageUnknown = &diag.Rule{Code: "CNT002", Summary: "The project does not have this language"}
	fileUnreadable  = &diag.Rule{Code: "CNT003", Summary: "A content file cannot be read"}
	valueMissing    = &diag.Rule{Code: "CNT004", Summary: "A value in the text may be missing"}
	placeUnsafe     = &diag.Rule{Code: "CNT005", Summary: "A value cannot be put in safely here"}
	notClosed       = &diag.Rule{Code: "CNT006", Summary: "The brace of a value is not closed"}
	notExpression   = &diag.Rule{Code: "CNT007", Summary: "What stands between the braces cannot be read"}
	notText         = &diag.Rule{Code: "CNT008", Summary: "This value has no words"}
	saysNothing     = &diag.Rule{Code: "CNT010", Summary: "A text is empty"}
	notAddress      = &diag.Rule{Code: "CNT011", Summary: "This is not an address of the web"}
	nameOfFile      = &diag.Rule{Code: "CNT012", Summary: "A text is the name of a file"}
	foreignTag      = &diag.Rule{Code: "CNT013", Severity: diag.Warning, Summary: "A text is marked up for another tool"}
	outsideFolder   = &diag.Rule{Code: "CNT009", Summary: "A content file lies outside the project"}
)

// Rules lists what this package can find wrong.
var Rules = []*diag.Rule{
	languageMissing, languageUnknown, fileUnreadable, valueMissing, placeUnsafe, notClosed, notExpression, notText, outsideFolder, saysNothing, notAddress,
	nameOfFile, foreignTag,
}
