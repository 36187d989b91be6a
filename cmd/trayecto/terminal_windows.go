package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// redraws tells whether a terminal takes the codes that a line is written over
// with, which the older ones of Windows have to be told to.
func redraws(terminal *os.File) bool {
	var mode uint32
	console := windows.Handle(terminal.Fd())
	return windows.GetConsoleMode(console, &mode) == nil && windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
