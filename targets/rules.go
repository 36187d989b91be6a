package targets

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what every target finds in resource blocks.
var Rules = []*diag.Rule{NoKind, NoFit}

// What is wrong with a resource block.
var (
	NoKind = &diag.Rule{Code: "MAP107", Summary: "The platform takes no such object from a resource block"}
	NoFit  = &diag.Rule{Code: "MAP108", Summary: "An object of this kind is not made of this"}
)
