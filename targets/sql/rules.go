package sql

import "github.com/trayecto/trayecto/lang/diag"

// Rules lists what conditions may hold that SQL cannot say.
var Rules = []*diag.Rule{notSaid, noZone, notMapped, tiedEvents}

var (
	notSaid    = &diag.Rule{Code: "CAP101", Summary: "A condition cannot be expressed in SQL"}
	noZone     = &diag.Rule{Code: "CAP102", Summary: "A condition needs each person's own time zone"}
	notMapped  = &diag.Rule{Code: "CAP103", Summary: "A condition reads what the platform's mapping does not place"}
	tiedEvents = &diag.Rule{Code: "CAP104", Severity: diag.Warning, Summary: "Events of the same instant have no order"}
)
