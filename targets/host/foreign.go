//go:build !windows

package host

import "syscall"

// errForeign is what the operating system says of a program for another machine.
const errForeign = syscall.ENOEXEC
