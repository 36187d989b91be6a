//go:build !windows

package main

import "os"

// redraws tells whether a terminal takes the codes that a line is written over with.
func redraws(*os.File) bool { return true }
