package view

import (
	"net/url"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// The parts of SARIF 2.1.0 that are written. Names are those of the standard:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string        `json:"id"`
		ShortDescription sarifText     `json:"shortDescription"`
		Help             sarifText     `json:"help"`
		Default          sarifSeverity `json:"defaultConfiguration"`
	}
	sarifSeverity struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID       *int          `json:"id,omitempty"`
		Message  *sarifText    `json:"message,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// SARIF is the findings as a log of SARIF 2.1.0: one run, the rules that were
// found with what there is to read about them, columns in code points.
func SARIF(f Findings) ([]byte, error) {
	all := f.List.Sorted()
	rules, index := f.sarifRules(all)
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "trayecto", Version: f.Tool, InformationURI: "https://github.com/trayecto/trayecto", Rules: rules,
		}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, d := range all {
		run.Results = append(run.Results, f.sarifResult(d, index[d.Rule.Code]))
	}
	return indented(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarifRules lists the rules of some findings once each, in the order in which
// they come up, and where each stands.
func (f Findings) sarifRules(all diag.List) ([]sarifRule, map[string]int) {
	rules, index := []sarifRule{}, map[string]int{}
	for _, d := range all {
		if _, known := index[d.Rule.Code]; known {
			continue
		}
		index[d.Rule.Code] = len(rules)
		rules = append(rules, sarifRule{
			ID: d.Rule.Code, ShortDescription: sarifText{d.Rule.Summary}, Help: sarifText{f.Explain(d.Rule.Code)},
			Default: sarifSeverity{d.Rule.Severity.String()},
		})
	}
	return rules, index
}

func (f Findings) sarifResult(d diag.Diagnostic, rule int) sarifResult {
	r := sarifResult{
		RuleID: d.Rule.Code, RuleIndex: rule, Level: d.Rule.Severity.String(),
		Message: sarifText{d.Rule.Summary + ".\n" + message(d)}, Locations: []sarifLocation{},
	}
	if !d.At.IsZero() {
		r.Locations = append(r.Locations, sarifLocation{Physical: f.physical(d.At)})
	}
	for i, label := range d.Related {
		id := i + 1
		r.Related = append(r.Related, sarifLocation{ID: &id, Message: &sarifText{label.Text}, Physical: f.physical(label.At)})
	}
	if d.Fix != "" && !d.At.IsZero() {
		at := f.physical(d.At)
		r.Fixes = []sarifFix{{
			Description: sarifText{"Write " + d.Fix},
			Changes:     []sarifChange{{at.Artifact, []sarifReplacement{{at.Region, sarifText{d.Fix}}}}},
		}}
	}
	return r
}

func (f Findings) physical(at diag.Range) sarifPhysical {
	return sarifPhysical{
		Artifact: sarifArtifact{uri(f.path(at.File))},
		Region: sarifRegion{
			StartLine: at.Start.Line, StartColumn: codePoints(f.Line(at.File, at.Start.Line), at.Start.Column),
			EndLine: at.End.Line, EndColumn: codePoints(f.Line(at.File, at.End.Line), at.End.Column),
		},
	}
}

// uri is a relative path as a relative reference.
func uri(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	if strings.Contains(parts[0], ":") { // would be read as a scheme
		parts[0] = strings.ReplaceAll(parts[0], ":", "%3A")
	}
	return strings.Join(parts, "/")
}
