package main

import (
	"fmt"

	"github.com/trayecto/trayecto/cmd/trayecto/internal/view"
	"github.com/trayecto/trayecto/targets/apply"
)

// progress tells of changes as they end: those who watch see one line that is
// written over, a log gets a line each, and a program a line of JSON on stdout.
type progress struct {
	w      *world
	format string
	drawn  bool  // a line stands there that the next one is written over
	failed error // of the first write to stdout that failed
}

// told is called for each change, one after the other.
func (p *progress) told(e apply.Event) {
	if p.format == "json" {
		if _, err := fmt.Fprint(p.w.stdout, view.ChangeLine(e)); err != nil && p.failed == nil {
			p.failed = err
		}
		return
	}
	if !p.w.watched {
		fmt.Fprintln(p.w.stderr, view.Progress(e))
		return
	}
	e.Err = nil // it is said at the end, where there is room for it
	line := []rune(view.Progress(e))
	fmt.Fprintf(p.w.stderr, "\r\x1b[K%s", string(line[:min(len(line), widest)]))
	p.drawn = true
}

// widest is how long a line is that can be written over on every terminal.
const widest = 79

// end takes the line away.
func (p *progress) end() {
	if p.drawn {
		fmt.Fprint(p.w.stderr, "\r\x1b[K")
	}
}
