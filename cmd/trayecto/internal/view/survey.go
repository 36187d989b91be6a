package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/run"
)

// Survey is what a platform has of what a project needs.
func Survey(s *run.Survey) string {
	var b strings.Builder
	account := "an account that the first apply makes"
	if s.Identity != "" {
		account = "account " + s.Identity
	}
	fmt.Fprintf(&b, "%s answers: %s.\n", s.Platform, account)
	if len(s.Needs) > 0 {
		b.WriteString("\nWhat the project names there:\n")
	}
	width := 0
	for _, n := range s.Needs {
		width = max(width, len([]rune(n.Kind+" "+n.Key)))
	}
	for _, n := range s.Needs {
		fmt.Fprintf(&b, "  %s  %s\n", pad(n.Kind+" "+n.Key, width), has(n))
	}
	if held := holds(s); held != "" {
		b.WriteString("\nWhat it holds: " + held + ".\n")
	}
	return b.String()
}

func has(n run.Need) string {
	switch {
	case n.Found:
		return "there"
	case n.Nearest != "":
		return fmt.Sprintf("missing; there is %s%s", n.Nearest, from(n))
	}
	return "missing" + from(n)
}

func from(n run.Need) string {
	if n.At.IsZero() {
		return ""
	}
	return fmt.Sprintf("   (%s:%d)", n.At.File, n.At.Start.Line)
}

func holds(s *run.Survey) string {
	var out []string
	for _, h := range s.Holds {
		if h.Ours+h.Others > 0 {
			out = append(out, fmt.Sprintf("%d of kind %s, %d of them ours", h.Ours+h.Others, h.Kind, h.Ours))
		}
	}
	return strings.Join(out, "; ")
}

// RightsLine is the rights of a platform in one line: plan: read  |  apply: write.
func RightsLine(d targets.Description) string {
	var out []string
	for _, stage := range targets.Stages {
		var names []string
		for _, r := range d.Rights {
			if r.For == stage {
				names = append(names, r.Name)
			}
		}
		if len(names) > 0 {
			out = append(out, string(stage)+": "+strings.Join(names, ", "))
		}
	}
	return strings.Join(out, "  |  ")
}
