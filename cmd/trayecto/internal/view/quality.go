package view

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

// qualityIssue is a finding in GitLab's code quality format.
type qualityIssue struct {
	Description string          `json:"description"`
	CheckName   string          `json:"check_name"`
	Fingerprint string          `json:"fingerprint"`
	Severity    string          `json:"severity"`
	Location    qualityLocation `json:"location"`
}

type qualityLocation struct {
	Path  string       `json:"path"`
	Lines qualityLines `json:"lines"`
}

type qualityLines struct {
	Begin int `json:"begin"`
}

// CodeQuality is the findings as GitLab shows them at the lines of a merge
// request. A fingerprint names a finding by what it says and not by its line,
// so that GitLab knows it again when lines above it come and go; the second of
// the same has a number. A finding about no place is left out: GitLab asks for
// one.
func CodeQuality(f Findings) ([]byte, error) {
	issues := []qualityIssue{}
	times := map[string]int{}
	for _, d := range f.List.Sorted() {
		if d.At.IsZero() {
			continue
		}
		says := d.Rule.Code + "\n" + f.path(d.At.File) + "\n" + f.Line(d.At.File, d.At.Start.Line) + "\n" + message(d)
		times[says]++
		sum := sha256.Sum256([]byte(fmt.Sprintf("%s\n%d", says, times[says])))
		issues = append(issues, qualityIssue{
			Description: d.Rule.Summary + ". " + plainLine(message(d)), CheckName: d.Rule.Code,
			Fingerprint: hex.EncodeToString(sum[:16]), Severity: qualitySeverity(d.Rule.Severity),
			Location: qualityLocation{f.path(d.At.File), qualityLines{d.At.Start.Line}},
		})
	}
	return indented(issues)
}

// qualitySeverity is the severity in GitLab's words.
func qualitySeverity(s diag.Severity) string {
	if s == diag.Warning {
		return "minor"
	}
	return "critical"
}
