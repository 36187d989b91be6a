package corpus

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/source"
)

// The words that stand for people in members.
const (
	nobody   = "nobody"
	everyone = "everyone"
)

// readCases reads the section of cases: a line that is not indented names a
// case, the indented ones under it say what is asked and answered.
func readCases(text string) ([]Case, error) {
	var out []Case
	said := ""
	for i, line := range strings.Split(text, "\n") {
		indented := strings.HasPrefix(line, " ")
		switch words := strings.TrimSpace(line); {
		case words == "" || strings.HasPrefix(words, "#"):
		case !indented:
			if err := complete(out); err != nil {
				return nil, err
			}
			out = append(out, Case{Name: words, Segment: fmt.Sprintf("segment.case_%03d", len(out)+1), Line: i + 1})
			said = ""
		case len(out) == 0:
			return nil, fmt.Errorf("line %d: it belongs to no case", i+1)
		default:
			var err error
			if said, err = out[len(out)-1].say(words, said); err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
		}
	}
	return out, complete(out)
}

// complete checks the latest case.
func complete(cases []Case) error {
	if len(cases) == 0 {
		return nil
	}
	if c := cases[len(cases)-1]; c.Where == "" || c.Members == nil {
		return fmt.Errorf("line %d: a case has a where and members", c.Line)
	}
	return nil
}

// say takes one indented line. A line without a keyword goes on with the one before.
func (c *Case) say(line, said string) (string, error) {
	keyword, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case keyword == "where" && c.Where == "":
		c.Where = rest
	case keyword == "members" && c.Members == nil:
		if c.Members = strings.Fields(rest); rest == nobody {
			c.Members = []string{}
		}
	case keyword == "refused" && c.Refused == nil:
		c.Refused = strings.Fields(rest)
		slices.Sort(c.Refused)
	case said == "where":
		c.Where += "\n    " + line
		return said, nil
	case said == "members":
		c.Members = append(c.Members, strings.Fields(line)...)
		return said, nil
	default:
		return "", fmt.Errorf("%q is none of where, members, refused, or is said twice", keyword)
	}
	return keyword, nil
}

// segments is the file in which each case is a segment.
func segments(cases []Case) source.File {
	var b strings.Builder
	for _, c := range cases {
		_, name, _ := strings.Cut(c.Segment, ".")
		fmt.Fprintf(&b, "segment %q {\n  where = (\n    %s\n  )\n}\n", name, c.Where)
	}
	return source.File{Path: "cases.hcl", Text: b.String()}
}
