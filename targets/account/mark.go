package account

import "regexp"

// Marked is a name or a description with our ownership mark behind it.
func Marked(text, mark string) string {
	switch {
	case mark == "":
		return text
	case text == "":
		return "[" + mark + "]"
	}
	return text + " [" + mark + "]"
}

var marked = regexp.MustCompile(`(?s)^(?:(.*) )?\[(trayecto-[0-9a-z]+)\]$`)

// Parted is the text before the mark, and the mark; "" where there is none.
func Parted(text string) (before, mark string) {
	if m := marked.FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return text, ""
}
