package view

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/apply"
)

// The lines of apply --format json, documented in schemas/apply.schema.json. There
// is one of the plan where one was made, one of each change as it ends, and one of
// the whole at the end.

type planLine struct {
	Type   string      `json:"type"`
	Digest string      `json:"digest"`
	Counts plan.Counts `json:"counts"`
}

type changeLine struct {
	Type     string `json:"type"`
	Index    int    `json:"index"`
	Address  string `json:"address"`
	Platform string `json:"platform"`
	Role     string `json:"role,omitempty"`
	Action   string `json:"action"`
	Outcome  string `json:"outcome"`
	Error    string `json:"error,omitempty"`
	Done     int    `json:"done"`
	Total    int    `json:"total"`
}

type summaryLine struct {
	Type         string         `json:"type"`
	Complete     bool           `json:"complete"`
	Interrupted  bool           `json:"interrupted"`
	Outcomes     map[string]int `json:"outcomes"`
	Resolved     []resolvedLine `json:"resolved,omitempty"`
	NotAsPlanned []string       `json:"not_as_planned,omitempty"`
	Milliseconds int64          `json:"milliseconds"`
}

type resolvedLine struct {
	Address string `json:"address"`
	Action  string `json:"action"`
	Done    bool   `json:"done"`
}

// PlanLine is the line of a plan that is carried out.
func PlanLine(p *plan.Plan) string {
	return lineOf(planLine{"plan", p.Digest(), p.Counts()})
}

// ChangeLine is the line of a change that has ended.
func ChangeLine(e apply.Event) string {
	l := changeLine{
		Type: "change", Index: e.Index, Address: e.Change.Address.Object, Platform: e.Change.Address.Platform, Role: e.Change.Address.Role,
		Action: string(e.Change.Action), Outcome: string(e.Outcome), Done: e.Done, Total: e.Total,
	}
	if e.Err != nil {
		l.Error = e.Err.Error()
	}
	return lineOf(l)
}

// AppliedLine is the line of a whole run.
func AppliedLine(s apply.Summary, took time.Duration) string {
	l := summaryLine{Type: "summary", Complete: s.Complete(), Interrupted: s.Interrupted, Outcomes: map[string]int{}, Milliseconds: took.Milliseconds()}
	for _, e := range s.Events {
		l.Outcomes[string(e.Outcome)]++
	}
	for _, r := range s.Resolved {
		l.Resolved = append(l.Resolved, resolvedLine{r.Address.String(), string(r.Action), r.Done})
	}
	for _, d := range s.NotAsPlanned {
		l.NotAsPlanned = append(l.NotAsPlanned, d.Address.String())
	}
	return lineOf(l)
}

func lineOf(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("writing a line: %v", err)) // plain data marshals
	}
	return string(raw) + "\n"
}
