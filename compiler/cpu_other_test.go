//go:build !unix

package compiler_test

import "time"

var began = time.Now()

// processTime is the time on the clock, where the system does not tell the CPU.
func processTime() time.Duration { return time.Since(began) }
