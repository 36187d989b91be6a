// Package codes is what there is to read about the codes of findings.
//
// Each archive CODE.txtar begins with the code and the summary of its rule,
// says in an author's words why this is found, and shows a project that is
// told so (bad/) and the same put right (good/). Files outside the two folders
// belong to both. A last file, run, is for the tests: how the project is
// loaded, or which package's test shows the code. The archives of the checks
// stand beside the checks, in compiler/check, and have the same form.
package codes

import (
	"embed"
	"strings"
)

//go:embed *.txtar
var archives embed.FS

// run begins the part of an archive that is for tests.
const run = "-- run --\n"

// Archive is what there is to read about a code, as people read it; false when
// the code has no archive here.
func Archive(code string) (string, bool) {
	text, there := Source(code)
	shown, _, _ := strings.Cut(text, run)
	return shown, there
}

// Source is the whole archive of a code, with what is for tests.
func Source(code string) (string, bool) {
	text, err := archives.ReadFile(code + ".txtar")
	return string(text), err == nil
}
