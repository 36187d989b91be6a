package check

import (
	"embed"
	"strings"
)

//go:embed *.txtar
var archives embed.FS

// Archive is what there is to read about a code: why it is refused, a project
// that breaks it and the same put right. It is false for codes of other packages.
func Archive(code string) (string, bool) {
	text, there := Source(code)
	shown, _, _ := strings.Cut(text, "-- run --\n")
	return shown, there
}

// Source is the whole archive of a code, with what is for tests.
func Source(code string) (string, bool) {
	names, err := archives.ReadDir(".")
	if err != nil {
		panic("check: the embedded archives cannot be listed: " + err.Error())
	}
	for _, name := range names {
		text, err := archives.ReadFile(name.Name())
		if err == nil && strings.HasPrefix(string(text), code+" ") {
			return string(text), true
		}
	}
	return "", false
}
