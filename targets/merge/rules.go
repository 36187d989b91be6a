package merge

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what a merge language finds in texts.
var Rules = []*diag.Rule{notFilled}

var notFilled = &diag.Rule{Code: "CAP311", Summary: "A platform cannot fill in this value"}
