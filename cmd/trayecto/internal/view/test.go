package view

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/compiler/story"
)

// Tests is a report of tests as text, file by file. Took is how long they ran,
// "" where that is not to be said.
func Tests(r rehearse.Report, took string, cover bool) string {
	var b strings.Builder
	file, width := "", 0
	for _, t := range r.Tests {
		width = max(width, len([]rune(t.Name)))
	}
	for _, t := range r.Tests {
		if t.File != file {
			file = t.File
			fmt.Fprintf(&b, "%s\n", file)
		}
		testLine(&b, t, min(width, 60))
	}
	fmt.Fprintf(&b, "%s\n", tally(r, took))
	if cover {
		b.WriteString(covered(r.Cover))
	}
	return b.String()
}

func testLine(b *strings.Builder, t rehearse.Result, width int) {
	word, beside := "pass", t.Note
	if !t.Passed {
		word, beside = "FAIL", fmt.Sprintf("%s:%d", t.File, t.Line)
	}
	fmt.Fprintf(b, "%s\n", strings.TrimRight(fmt.Sprintf("  %s   %s   %s", word, padded(t.Name, width), beside), " "))
	for _, failure := range t.Failures {
		fmt.Fprintf(b, "         %s\n", failure)
	}
	for _, d := range t.Found {
		fmt.Fprintf(b, "         %s: %s\n", d.Rule.Code, d.Detail)
	}
	for _, unsure := range t.Unsure {
		fmt.Fprintf(b, "         %s\n", unsure)
	}
	b.WriteString(told(t))
}

// told is the story of a test, a line each: when, what, what came of it.
func told(t rehearse.Result) string {
	rows := make([][3]string, len(t.Story))
	widths := [2]int{}
	for i, line := range t.Story {
		rows[i] = [3]string{story.Offset(t.Begins(), line.At), line.What, line.Came}
		widths[0], widths[1] = max(widths[0], len(rows[i][0])), max(widths[1], min(40, len([]rune(line.What))))
	}
	var b strings.Builder
	for _, row := range rows {
		line := fmt.Sprintf("         %*s  %s  %s", widths[0], row[0], padded(row[1], widths[1]), row[2])
		fmt.Fprintf(&b, "%s\n", strings.TrimRight(line, " "))
	}
	return b.String()
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-len([]rune(text))))
}

func tally(r rehearse.Report, took string) string {
	if took != "" {
		took = " in " + took
	}
	failed := r.Failed()
	passed := number(len(r.Tests) - failed)
	if failed == 0 {
		return fmt.Sprintf("%s passed%s.", passed, took)
	}
	return fmt.Sprintf("%s passed, %s failed%s.", passed, number(failed), took)
}

// covered is what the tests reached, by journey, and what they did not.
func covered(all []rehearse.Cover) string {
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintf(&b, "%s: %d of %s reached", c.Journey, c.Reached, plural(c.Steps, "step"))
		if c.Ways > 0 {
			fmt.Fprintf(&b, ", %d of %s taken", c.Taken, plural(c.Ways, "way"))
		}
		b.WriteString("\n")
		for _, m := range c.Missing {
			fmt.Fprintf(&b, "  not reached: %s\n", m)
		}
	}
	return b.String()
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Tests   int          `xml:"tests,attr"`
	Failed  int          `xml:"failures,attr"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name   string      `xml:"name,attr"`
	Tests  int         `xml:"tests,attr"`
	Failed int         `xml:"failures,attr"`
	Cases  []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

// JUnit is a report of tests as CI systems read it: a suite for each file.
func JUnit(r rehearse.Report) ([]byte, error) {
	out := junitSuites{Tests: len(r.Tests), Failed: r.Failed()}
	for _, t := range r.Tests {
		if n := len(out.Suites); n == 0 || out.Suites[n-1].Name != t.File {
			out.Suites = append(out.Suites, junitSuite{Name: t.File})
		}
		suite := &out.Suites[len(out.Suites)-1]
		suite.Tests++
		c := junitCase{Name: t.Name, Class: t.File, File: t.File, Line: t.Line}
		if !t.Passed {
			suite.Failed++
			c.Failure = &junitFailure{Message: strings.Join(reasons(t), "; "), Text: "\n" + told(t)}
		}
		suite.Cases = append(suite.Cases, c)
	}
	raw, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the report: %w", err)
	}
	return append([]byte(xml.Header), append(raw, '\n')...), nil
}

func reasons(t rehearse.Result) []string {
	out := append([]string(nil), t.Failures...)
	for _, d := range t.Found {
		out = append(out, d.Rule.Code+": "+d.Detail)
	}
	return out
}
