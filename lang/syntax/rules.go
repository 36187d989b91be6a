package syntax

import "github.com/trayecto/trayecto/lang/diag"

// The rules of syntax.
var (
	unreadable    = &diag.Rule{Code: "SYN001", Summary: "This cannot be read"}
	singleEquals  = &diag.Rule{Code: "SYN002", Summary: "A comparison needs two equals signs"}
	wordOperator  = &diag.Rule{Code: "SYN003", Summary: "A word stands where an operator belongs"}
	crowdedBlock  = &diag.Rule{Code: "SYN004", Summary: "A block on one line holds one argument"}
	missingComma  = &diag.Rule{Code: "SYN005", Summary: "A comma is missing"}
	repeatedKey   = &diag.Rule{Code: "SYN006", Summary: "A key is there twice"}
	dashedName    = &diag.Rule{Code: "SYN007", Summary: "A name has no dashes"}
	curlyQuote    = &diag.Rule{Code: "SYN008", Summary: "Quotes are straight and double"}
	decimalComma  = &diag.Rule{Code: "SYN009", Summary: "Decimals are written with a point"}
	unknownEscape = &diag.Rule{Code: "SYN010", Summary: "A backslash stands before a character that needs none"}
	unclosed      = &diag.Rule{Code: "SYN011", Summary: "Something is opened and not closed"}
	bareDuration  = &diag.Rule{Code: "SYN012", Summary: "A duration needs quotes"}
	repeatedName  = &diag.Rule{Code: "SYN013", Summary: "An argument is set twice in one block"}
	crowdedLine   = &diag.Rule{Code: "SYN014", Summary: "Each argument has a line of its own"}
	notText       = &diag.Rule{Code: "SYN015", Summary: "A file is not text in UTF-8"}
	foreignSign   = &diag.Rule{Code: "SYN016", Summary: "There is no such operator"}
)

// Rules lists the rules of syntax.
var Rules = []*diag.Rule{
	unreadable, singleEquals, wordOperator, crowdedBlock, missingComma, repeatedKey, dashedName, curlyQuote, decimalComma,
	unknownEscape, unclosed, bareDuration, repeatedName, crowdedLine, notText, foreignSign,
}
