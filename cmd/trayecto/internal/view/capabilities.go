package view

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// Fact is one row of the matrix of targets: what is asked, and what the
// answer is for one target.
type Fact struct {
	Area string // the heading it stands under
	Name string
	Of   func(targets.Capabilities) string
}

// Facts is the rows of the matrix, in order.
var Facts = []Fact{
	{"Conditions", "Segments", func(c targets.Capabilities) string { return yes(c.Segments) }},
	{"Conditions", "Negation", func(c targets.Capabilities) string { return yes(c.Negation) }},
	{"Conditions", "Nesting", func(c targets.Capabilities) string { return said(c.Nesting) }},
	{"Conditions", "Sequences (followed_by)", func(c targets.Capabilities) string { return yes(c.Sequences) }},
	{"Conditions", "Functions", functions},
	{"Conditions", "Windows", func(c targets.Capabilities) string { return said(c.Windows) }},
	{"Conditions", "Windows are counted in steps of", func(c targets.Capabilities) string { return grain(c.Grain, "exactly") }},
	{"Conditions", "A missing value", func(c targets.Capabilities) string { return said(c.Nulls) }},
	{"Conditions", "Counts people", func(c targets.Capabilities) string { return yes(c.Counts) }},
	{"Journeys", "Journeys", func(c targets.Capabilities) string { return yes(c.Journeys) }},
	{"Journeys", "Begin with", func(c targets.Capabilities) string { return listed(c.Detects) }},
	{"Journeys", "Steps", func(c targets.Capabilities) string { return listed(c.Steps) }},
	{"Journeys", "Notices what happens", func(c targets.Capabilities) string { return grain(c.Delay, "at once") }},
	{"Journeys", "A one-off switched on after its instant", late},
	{"Journeys", "An edit, for people inside", func(c targets.Capabilities) string { return said(c.EditsLive) }},
	{"Journeys", "Who is inside", insides},
	{"Consent and content", "Consent is held as", func(c targets.Capabilities) string { return said(c.Consent) }},
	{"Consent and content", "Asks itself when it sends", func(c targets.Capabilities) string { return said(c.Gate) }},
	{"Consent and content", "Merge language", func(c targets.Capabilities) string { return said(c.Content) }},
	{"Consent and content", "Can hand a message to", func(c targets.Capabilities) string { return listed(c.Providers) }},
	{"Calls", "Same call twice is done once", func(c targets.Capabilities) string { return yes(c.Idempotent) }},
	{"Calls", "Notices changes by others", func(c targets.Capabilities) string { return yes(c.Locking) }},
	{"Calls", "Writes what it holds as blocks (import)", func(c targets.Capabilities) string { return yes(c.Raises) }},
	{"Calls", "Says what is made anew without being read", func(c targets.Capabilities) string { return yes(c.Foresees) }},
	{"Calls", "At most", func(c targets.Capabilities) string { return rates(c.Rates) }},
}

// late is what a one-off does whose instant has passed.
func late(c targets.Capabilities) string {
	switch {
	case !slices.Contains(c.Detects, "instant"):
		return "none"
	case c.SendsLate:
		return "would go out at once, so it is an error"
	}
	return "enters nobody"
}

// insides is whether it says who is inside a journey, and how.
func insides(c targets.Capabilities) string {
	word := "not known"
	switch {
	case !c.Journeys:
		return "none"
	case c.Inside == targets.InsideAsked:
		word = "asked"
	case c.Inside == targets.InsideNobody:
		word = "nobody"
	}
	if c.InsideHow == "" {
		return word
	}
	return word + ": " + c.InsideHow
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func said(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// functions are the words of conditions; a target that holds conditions and
// lists none takes them as they are.
func functions(c targets.Capabilities) string {
	if c.Segments && len(c.Functions) == 0 {
		return "all of the language"
	}
	return listed(c.Functions)
}

func listed(words []string) string { return said(strings.Join(words, " ")) }

func grain(s types.Span, zero string) string {
	if s.IsZero() {
		return zero
	}
	return s.String()
}

func rates(list []targets.Rate) string {
	if len(list) == 0 {
		return "no limit that we know"
	}
	var out []string
	for i, r := range list {
		limit := fmt.Sprintf("%d in %s", r.Calls, r.Per)
		if i > 0 && list[i-1].Class == r.Class {
			out[len(out)-1] += ", " + limit
			continue
		}
		out = append(out, r.Class+" "+limit)
	}
	return strings.Join(out, "; ")
}

// Capabilities is the matrix for a terminal: under each question the answers,
// with the targets that give them; behind it the answer, of one target.
func Capabilities(list []targets.Description) string {
	var b strings.Builder
	area := ""
	for _, f := range Facts {
		if f.Area != area {
			area = f.Area
			fmt.Fprintf(&b, "%s%s\n", map[bool]string{true: "\n"}[b.Len() > 0], area)
		}
		if len(list) == 1 {
			fmt.Fprintf(&b, "  %s: %s\n", f.Name, f.Of(list[0].Can))
			continue
		}
		fmt.Fprintf(&b, "  %s\n", f.Name)
		for _, answer := range answers(f, list) {
			fmt.Fprintf(&b, "      %s: %s\n", strings.Join(answer.targets, ", "), answer.said)
		}
	}
	return b.String()
}

// answer is what some targets have in common.
type answer struct {
	said    string
	targets []string
}

func answers(f Fact, list []targets.Description) []answer {
	var out []answer
	for _, d := range list {
		said, found := f.Of(d.Can), false
		for i := range out {
			if out[i].said == said {
				out[i].targets, found = append(out[i].targets, d.Name), true
			}
		}
		if !found {
			out = append(out, answer{said, []string{d.Name}})
		}
	}
	return out
}

// CapabilitiesMarkdown is the matrix as a table: a column for each target.
func CapabilitiesMarkdown(list []targets.Description) string {
	var b strings.Builder
	b.WriteString("| |")
	for _, d := range list {
		b.WriteString(" " + d.Name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(list)) + "\n")
	for _, f := range Facts {
		b.WriteString("| " + f.Name + " |")
		for _, d := range list {
			b.WriteString(" " + strings.ReplaceAll(markup.Replace(f.Of(d.Can)), "|", "\\|") + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// CapabilitiesJSON is the matrix for machines, as in
// schemas/capabilities.schema.json.
func CapabilitiesJSON(list []targets.Description) ([]byte, error) {
	type row struct {
		Area  string `json:"area"`
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type column struct {
		Target  string `json:"target"`
		Version string `json:"version"`
		Doc     string `json:"doc"`
		Facts   []row  `json:"facts"`
	}
	columns := make([]column, len(list))
	for i, d := range list {
		columns[i] = column{Target: d.Name, Version: d.Version, Doc: d.Doc}
		for _, f := range Facts {
			columns[i].Facts = append(columns[i].Facts, row{f.Area, f.Name, f.Of(d.Can)})
		}
	}
	raw, err := json.MarshalIndent(map[string]any{"targets": columns}, "", "  ")
	return append(raw, '\n'), err
}

// Rights is what credentials need on a platform, by what they are for.
func Rights(name string, d targets.Description) string {
	if len(d.Rights) == 0 {
		return fmt.Sprintf("%s asks for no rights of its own: whoever can open the platform can do everything here.\n", name)
	}
	var b strings.Builder
	width := 0
	for _, r := range d.Rights {
		width = max(width, utf8.RuneCountInString(r.Name))
	}
	for _, stage := range targets.Stages {
		fmt.Fprintf(&b, "to %s\n", stage)
		none := true
		for _, r := range d.Rights {
			if r.For == stage {
				fmt.Fprintf(&b, "  %-*s  %s\n", width, r.Name, r.Doc)
				none = false
			}
		}
		if none {
			b.WriteString("  nothing more\n")
		}
	}
	return b.String()
}
