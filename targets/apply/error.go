package apply

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// StaleError says that objects of the plan have moved since it was made;
// nothing was done.
type StaleError struct{ Moved []Moved }

// Moved is one object that is not as the plan knew it.
type Moved struct {
	Address resource.Address
	Why     string // "it has changed on the platform"
}

// Error says what happened, and that nothing was done.
func (e *StaleError) Error() string {
	lines := make([]string, len(e.Moved))
	for i, m := range e.Moved {
		lines[i] = fmt.Sprintf("%s: %s", m.Address, m.Why)
	}
	return "the plan is out of date, and nothing was done: " + strings.Join(lines, "; ") + "; make the plan again"
}

// AccountError says that a platform is another account than the one that the
// state or the plan knows; nothing was done.
type AccountError struct {
	Platform, Remembered, Found string
	Planned                     bool // it is the plan that knows the other one
}

// Error says what happened, that nothing was done, and what to do next.
func (e *AccountError) Error() string {
	if e.Planned {
		return fmt.Sprintf("platform.%[1]s is the account %[2]s now and was %[3]s when the plan was made, and nothing was done; "+
			"set the credentials of %[3]s, or make the plan again with those of %[2]s: trayecto plan", e.Platform, e.Found, e.Remembered)
	}
	return fmt.Sprintf("platform.%[1]s is the account %[2]s now and was %[3]s when it was last applied, and nothing was done; "+
		"set the credentials of %[3]s and run trayecto plan again; where %[2]s is to take its place, run trayecto state rm platform.%[1]s first, "+
		"which leaves what %[3]s holds as it is and forgets it", e.Platform, e.Found, e.Remembered)
}

// OpenError says that the outcome of earlier calls cannot be found out;
// nothing was done.
type OpenError struct{ Open []Open }

// Open is a call whose outcome nobody knows.
type Open struct {
	Address resource.Address
	Action  plan.Action
	Key     string // idempotency key
	Why     string // "the platform cannot be asked by mark, name or key"
}

// Error says what happened, and that nothing was done.
func (e *OpenError) Error() string {
	lines := make([]string, len(e.Open))
	for i, o := range e.Open {
		lines[i] = fmt.Sprintf("%s of %s: %s", o.Action, o.Address, o.Why)
	}
	return "an earlier run was interrupted and its outcome is unknown: " + strings.Join(lines, "; ") +
		"; run it again where a platform did not answer; otherwise look there and say what you found: trayecto state settle"
}
