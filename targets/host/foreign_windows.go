package host

import "golang.org/x/sys/windows"

// errForeign is what the operating system says of a program for another machine.
const errForeign = windows.ERROR_BAD_EXE_FORMAT
