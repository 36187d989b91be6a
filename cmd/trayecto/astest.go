package main

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/compiler/plan"
)

// asTestDoc is what --as-test says of itself.
const asTestDoc = "print the made-up people who show what was found as tests, for a *.test.hcl file"

// asTests prints people as tests. Everything else that there is to say stands on
// stderr, so that the output can be put into a file.
func (w *world) asTests(proofs []plan.Proof, audiences []plan.Audience) error {
	text, untold := view.AsTests(proofs, audiences)
	if _, err := fmt.Fprint(w.stdout, text); err != nil {
		return err
	}
	if len(untold) > 0 {
		fmt.Fprintf(w.stderr, "Not written, because the story does not come true as a test, which counts in whole seconds and a year at most: %s.\n", strings.Join(untold, "; "))
	}
	if text == "" && len(untold) == 0 {
		fmt.Fprintln(w.stderr, "There is nobody to show: no message is refused, no gate is written at a send, and nobody joins or leaves a segment because its words changed.")
	}
	return nil
}
