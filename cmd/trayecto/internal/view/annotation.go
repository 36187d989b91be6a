package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// mostAnnotations is how many annotations of one kind GitHub keeps of one step.
const mostAnnotations = 10

// Annotations is the findings as GitHub's workflow commands, which it shows at
// the lines of a pull request. GitHub keeps 10 of a kind: the rest is counted
// in the last line, which is for people who read the log.
func Annotations(f Findings) []byte {
	all := f.List.Sorted()
	var b strings.Builder
	shown := map[diag.Severity]int{}
	for _, d := range all {
		if shown[d.Rule.Severity]++; shown[d.Rule.Severity] <= mostAnnotations {
			b.WriteString(f.annotation(d) + "\n")
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(&b, "%s%s\n", diag.Summary(all), keptBack(shown))
	}
	return []byte(b.String())
}

// annotation is one finding as a workflow command.
func (f Findings) annotation(d diag.Diagnostic) string {
	properties := ""
	if !d.At.IsZero() {
		properties = fmt.Sprintf("file=%s,line=%d,endLine=%d,", property(f.path(d.At.File)), d.At.Start.Line, d.At.End.Line)
		if d.At.Start.Line == d.At.End.Line { // GitHub shows columns within one line only
			properties += fmt.Sprintf("col=%d,endColumn=%d,", d.At.Start.Column, d.At.End.Column)
		}
	}
	return fmt.Sprintf("::%s %stitle=%s::%s", d.Rule.Severity, properties, property(d.Rule.Code+" "+d.Rule.Summary), data(message(d)))
}

// data escapes a command's message, property one of its properties, as
// actions/toolkit does.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}

func keptBack(found map[diag.Severity]int) string {
	text := ""
	for _, severity := range []diag.Severity{diag.Error, diag.Warning} {
		if rest := found[severity] - mostAnnotations; rest > 0 {
			text += fmt.Sprintf(". Not annotated: %s, for GitHub keeps %d of a kind", plural(rest, severity.String()), mostAnnotations)
		}
	}
	return text
}
