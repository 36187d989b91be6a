//go:build unix

package compiler_test

import (
	"syscall"
	"time"
)

// processTime is the CPU that the process has used so far, the system's part included.
func processTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
