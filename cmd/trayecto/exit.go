package main

// The exit codes, the same for every command.
const (
	exitFine        = 0
	exitFiles       = 1   // the files are wrong
	exitChanges     = 2   // there are changes; only with --detailed-exitcode
	exitWorld       = 3   // the world is wrong: platform, lock, usage
	exitPartly      = 4   // apply stopped part way, or a platform did not do as planned
	exitRefused     = 5   // a person must decide
	exitInterrupted = 130 // Ctrl-C
)

// exit is an error that knows its exit code. A nil err means that everything
// has been said already.
type exit struct {
	code int
	err  error
}

// Error is the text of the error inside, "" when everything was said already.
func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

// Unwrap is the error inside.
func (e *exit) Unwrap() error { return e.err }
