package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/impact"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/types"
)

// lumen is the example compiled, with its past.
func lumen(t *testing.T) (*ir.Program, *history.History) {
	t.Helper()
	program := compiled(t, nil)
	h, err := history.Read(history.Options{Dir: dir, Program: program, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range h.Findings() {
		t.Errorf("%s:%d: %s", d.At.File, d.At.Start.Line, d.Detail)
	}
	return program, h
}

var dir = filepath.Join("..", "lumen")

// compiled is the example with some files edited.
func compiled(t *testing.T, edited map[string][]byte) *ir.Program {
	t.Helper()
	p, found, err := project.Load(project.Options{Dir: dir, Overlays: edited})
	if err != nil {
		t.Fatal(err)
	}
	program, more := compiler.Compile(p)
	for _, d := range append(found, more...) {
		t.Errorf("%s:%d:%d: %s %s: %s", d.At.File, d.At.Start.Line, d.At.Start.Column, d.Rule.Code, d.Rule.Summary, d.Detail)
	}
	return program
}

// The demo widens a segment, and guard.no_surprise allows no more than a fifth.
func TestWideningASegmentIsNoSurprise(t *testing.T) {
	before, h := lumen(t)
	text, err := os.ReadFile(filepath.Join(dir, "segments.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	wider := bytes.Replace(text, []byte(`!did(event.order_placed, "90d")`), []byte(`!did(event.order_placed, "60d")`), 1)
	wider = bytes.Replace(wider, []byte(`"365d") >= 3`), []byte(`"365d") >= 2`), 1)
	after := compiled(t, map[string][]byte{"segments.hcl": wider})
	a := impact.Measure(impact.Options{Before: before, After: after, Segments: []string{"segment.lapsed_vip"}, History: h, Now: types.NewInstant(now)})[0]
	if a.Join == nil || a.Leave == nil || *a.Join == 0 || 5*(*a.Join) > *a.Before || *a.Leave != 0 {
		t.Errorf("want some to join, at most a fifth, and nobody to leave; got %s -> %s, +%s -%s", spell(a.Before), spell(a.After), spell(a.Join), spell(a.Leave))
	}
	t.Log(spell(a.Before), spell(a.After), spell(a.Join), spell(a.Leave))
}

// Every row of the data fits, nothing is absent, and every segment has a
// number worth showing.
func TestTheExampleHasNumbersWorthShowing(t *testing.T) {
	program, h := lumen(t)
	want := history.Counts{People: people, Events: h.Counts.Events, Acts: h.Counts.Acts, Outcomes: h.Counts.Outcomes}
	if h.Counts != want || h.Counts.Events < 6000 || len(h.Absent) > 0 || h.Newest != types.NewInstant(last) {
		t.Errorf("want %d people, 6,000 events and more, nothing bad and nothing absent; got %+v, absent %v", people, h.Counts, h.Absent)
	}
	bounds := map[string][4]int{ // least and most members, least and most of them reachable by e-mail
		"segment.lapsed_vip":          {80, 130, 40, 130},
		"segment.whales":              {8, 80, 4, 80},
		"segment.reachable_spaniards": {300, 1200, 300, 1200},
		"segment.browsers":            {30, 400, 10, 400},
	}
	var segments []string
	for _, s := range program.Segments {
		segments = append(segments, s.Address)
	}
	if len(segments) != len(bounds) {
		t.Errorf("want %d segments, got %v", len(bounds), segments)
	}
	for _, a := range impact.Measure(impact.Options{After: program, Segments: segments, History: h, Now: types.NewInstant(now)}) {
		b := bounds[a.Segment]
		if a.After == nil || *a.After < b[0] || *a.After > b[1] || a.Unknown != "" {
			t.Errorf("%s: want %d to %d members, got %s", a.Segment, b[0], b[1], figures(a))
			continue
		}
		if len(a.Reach) != 1 || a.Reach[0].After == nil || *a.Reach[0].After < b[2] || *a.Reach[0].After > b[3] {
			t.Errorf("%s: want %d to %d reachable by e-mail, got %s", a.Segment, b[2], b[3], figures(a))
		}
		t.Log(figures(a))
	}
	for _, s := range impact.Sends(impact.Options{After: program, History: h, Now: types.NewInstant(now)}, []string{"journey.win_back"}) {
		if s.Messages == nil || *s.Messages == 0 {
			t.Errorf("want win_back to write to somebody, got %+v", s)
		}
		t.Log(s.Journey, s.Text)
	}
}

func figures(a plan.Audience) string {
	out := a.Segment + " " + spell(a.After)
	for _, r := range a.Reach {
		out += ", " + r.Channel + " " + spell(r.After)
	}
	return out + " " + a.Unknown
}

func spell(n *int) string {
	if n == nil {
		return "not known"
	}
	return strconv.Itoa(*n)
}
