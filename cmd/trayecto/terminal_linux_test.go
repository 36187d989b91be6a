package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// terminal is a pair of ends: what a person types and sees, and what a program has
// for its input and output.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("SKIPPED: no terminals here: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() }) // it may be closed already
	number, locked := int32(0), int32(0)
	for request, value := range map[uintptr]*int32{syscall.TIOCSPTLCK: &locked, syscall.TIOCGPTN: &number} {
		if _, _, failed := syscall.Syscall(syscall.SYS_IOCTL, person.Fd(), request, uintptr(unsafe.Pointer(value))); failed != 0 {
			t.Fatal(failed)
		}
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return person, program
}

// on runs a command on a terminal of its own and answers what a person sees.
func (s *scene) on(typed string, args ...string) string {
	s.t.Helper()
	person, program := terminal(s.t)
	cmd := exec.Command(s.program, append(args, "-C", s.dir)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = program, program, program
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if err := program.Close(); err != nil {
		s.t.Fatal(err)
	}
	seen := overhearing("carry it out: ")
	go func() {
		<-seen.said
		_, _ = io.WriteString(person, typed) // if it goes wrong, nobody answers
	}()
	_, _ = io.Copy(seen, person) // it ends with an error when the program is gone
	_ = cmd.Wait()               // how it ended is what is seen
	return seen.String()
}

var overwritten = regexp.MustCompile(`\r\x1b\[K`)

// On a terminal a question is asked and one line tells how far it is, written over
// and taken away at the end; Ctrl-C there stops as a signal does. In a log each
// change has a line of its own, and nothing is drawn.
func TestProgress(t *testing.T) {
	t.Parallel()
	s := newScene(t, 12)
	seen := s.on("yes\n", "apply")
	says(t, seen, `Type "yes" to carry it out: `, "12 created")
	if n := len(overwritten.FindAllString(seen, -1)); n != 13 {
		t.Errorf("a line was drawn %d times, for 12 changes and to take it away:\n%q", n, seen)
	}
	if !strings.Contains(seen, "\r\x1b[Kmade 12 of 12: create segment.s") || !strings.Contains(seen, "\r\x1b[KDone in ") {
		t.Errorf("the line does not go away:\n%q", seen)
	}
	log := s.must("destroy", "--auto-approve")
	if overwritten.MatchString(log) || strings.Count(log, " of 12: delete segment.s") != 12 {
		t.Errorf("a log has\n%q", log)
	}
	s.write(0)
	if seen := s.on("no\n", "apply"); !strings.Contains(seen, "not carried out") || len(s.shelf.Things()) > 0 {
		t.Errorf("after a no:\n%s", seen)
	}
	// the terminal turns the character of Ctrl-C into the signal
	if seen := s.on("\x03", "apply"); !strings.Contains(seen, "interrupted") || len(s.shelf.Things()) > 0 {
		t.Errorf("after Ctrl-C at the question:\n%s", seen)
	}
}
