// Command trayecto says what should be true about customer journeys, shows
// what that does to people, and makes it so.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	_ "time/tzdata" // time zones also where the machine has none

	"github.com/KimMachineGun/automemlimit/memlimit"
	"golang.org/x/term"

	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/run"
)

func main() { os.Exit(program()) }

// program is all of it.
func program() int {
	keepWithin(os.LookupEnv, memlimit.FromCgroup)
	w := system()
	w.garbage = collectSeldom(os.LookupEnv)
	return execute(w, os.Args[1:])
}

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
	writing        atomic.Bool // an apply is on its way
	garbage        *collector  // nil where Go decides when garbage is collected
}

// answer is the line that somebody types, without what is around its words; "" is
// no answer. Ctrl-C is not waited past.
func (w *world) answer(ctx context.Context) (string, error) {
	typed := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(w.stdin).ReadString('\n') // an end without a line is no answer
		typed <- strings.TrimSpace(line)
	}()
	select {
	case line := <-typed:
		return line, nil
	case <-ctx.Done():
		fmt.Fprintln(w.stderr)
		return "", ctx.Err()
	}
}

func system() *world {
	return &world{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.LookupEnv, clock: time.Now,
		asks:    term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())),
		watched: term.IsTerminal(int(os.Stderr.Fd())) && redraws(os.Stderr),
	}
}

// execute runs one command line and returns its exit code.
func execute(w *world, args []string) int {
	// A CI job that is cancelled sends one of the two, and waits a few seconds.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() {
		stop() // a second Ctrl-C ends the program at once
		if w.writing.Load() {
			fmt.Fprintln(w.stderr, "Stopping: calls on their way are finished and recorded. Again to stop at once, which the next run puts right.")
		}
	})
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
		_ = report(w, interruption(err)) // its code is of something that is no interruption
		fmt.Fprintln(w.stderr, "interrupted")
		return exitInterrupted
	}
	return report(w, err)
}

// interruption is what an error of an interrupted command says beside that.
func interruption(err error) error {
	var e *exit
	if errors.As(err, &e) && e.err == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// report prints an error once and turns it into an exit code.
func report(w *world, err error) int {
	if err == nil {
		return exitFine
	}
	var e *exit
	var missing *run.MissingError
	var open *apply.OpenError
	switch {
	case errors.As(err, &e):
	case errors.As(err, &missing), errors.As(err, &open):
		e = &exit{code: exitRefused, err: err}
	default:
		e = &exit{code: exitWorld, err: err}
	}
	if e.err != nil {
		fmt.Fprintf(w.stderr, "trayecto: %v\n", e.err)
	}
	return e.code
}
