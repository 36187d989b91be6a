package listmonk

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what this target finds in a project.
var Rules = []*diag.Rule{noJourney, noList, noGate, notHeld, noChannel, wrongArgument}

var (
	noJourney     = &diag.Rule{Code: "CAP411", Summary: "A platform that sends to lists at an instant cannot hold this journey"}
	noList        = &diag.Rule{Code: "CAP412", Summary: "A platform that sends to lists has no list for this message"}
	noGate        = &diag.Rule{Code: "CAP413", Summary: "Nobody could get this message from this platform"}
	notHeld       = &diag.Rule{Code: "CAP414", Severity: diag.Warning, Summary: "A platform holds this only inside what uses it, and nothing there does"}
	noChannel     = &diag.Rule{Code: "CAP415", Summary: "A platform that sends e-mail cannot send on this channel"}
	wrongArgument = &diag.Rule{Code: "MAP411", Summary: "A platform's argument cannot be used"}
)
