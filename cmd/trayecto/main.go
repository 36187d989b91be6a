// Command trayecto says what should be true about customer journeys, shows
// what that does to people, and makes it so.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
	_ "time/tzdata" // time zones also where the machine has none

	"golang.org/x/term"

	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/run"
)

func main() { os.Exit(execute(system(), os.Args[1:])) }

// world is everything outside that a command may touch.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(name string) (string, bool)
	clock          func() time.Time
	wait           func(ctx context.Context, d time.Duration) error // until a platform's limits allow a call; nil waits by the computer's clock
	asks           bool                                             // somebody is there to answer a question
	watched        bool                                             // somebody watches stderr: hints and redrawn lines make sense
	plugins        *host.Host
}

func system() *world {
	return &world{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.LookupEnv, clock: time.Now,
		asks:    term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())),
		watched: term.IsTerminal(int(os.Stderr.Fd())),
	}
}

// execute runs one command line and returns its exit code.
func execute(w *world, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	root := newRoot(w)
	root.SetArgs(args)
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	err := root.ExecuteContext(ctx)
	if failed := w.stopPlugins(); err == nil {
		err = failed
	}
	if ctx.Err() != nil && err != nil {
		fmt.Fprintln(w.stderr, "interrupted")
		return exitInterrupted
	}
	return report(w, err)
}

// report prints an error once and turns it into an exit code.
func report(w *world, err error) int {
	if err == nil {
		return exitFine
	}
	var e *exit
	var missing *run.MissingError
	switch {
	case errors.As(err, &missing):
		e = &exit{code: exitRefused, err: err}
	case !errors.As(err, &e):
		e = &exit{code: exitWorld, err: err}
	}
	if e.err != nil {
		fmt.Fprintf(w.stderr, "trayecto: %v\n", e.err)
	}
	return e.code
}
