package view

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/preview"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/run"
)

func TestSize(t *testing.T) {
	cases := []struct {
		size preview.SMS
		want string
	}{
		{preview.SMS{Encoding: content.UCS2, Units: 81, Parts: 2, Room: 134, Foreign: []string{"ó", "í"}, Links: 1},
			`2 parts (UCS-2 because of "ó", "í"; 81 of 134 characters, link counted as 23)`},
		{preview.SMS{Encoding: content.GSM7, Units: 12, Parts: 1, Room: 160, AtLeast: true}, `at least 1 part (GSM-7; at least 12 of 160 characters)`},
		{preview.SMS{Encoding: content.GSM7, Units: 50, Parts: 1, Room: 160, Links: 2}, `1 part (GSM-7; 50 of 160 characters, links counted as 23 each)`},
		{preview.SMS{Encoding: content.UCS2, Units: 7, Parts: 1, Room: 70, Foreign: strings.Split("áíóúçãõ", "")},
			`1 part (UCS-2 because of "á", "í", "ó", "ú", "ç" and 2 more; 7 of 70 characters)`},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, size(c.size)); diff != "" {
			t.Error(diff)
		}
	}
}

// The look of the first hour.
func TestExplanationAsInTheFirstHour(t *testing.T) {
	in, before := true, false
	answer := &explain.Answer{
		Now: time.Date(2026, 12, 1, 8, 8, 0, 0, time.UTC), Timezone: "Europe/Madrid", Person: "c-0036", Object: "segment.lapsed_gold",
		In: &in, Before: &before,
		Where: &explain.Finding{Verdict: expr.True, Joined: explain.All, Parts: []explain.Finding{
			{Text: `person.tier == "gold"`, Verdict: expr.True, Because: `tier is "gold"`},
			{Text: `did(event.order_placed, "ever")`, Verdict: expr.True, Because: "1 order, on 20 Sep 2026"},
			{Text: `!did(event.order_placed, "60d")`, Verdict: expr.True, Because: "72 days ago"},
		}},
		Messages: []explain.Message{{Touchpoint: "touchpoint.miss_you_mail", Channels: []explain.Way{{Channel: "channel.email", Rules: explain.Finding{
			Verdict: expr.False, Joined: explain.Strictly, Parts: []explain.Finding{
				{Text: "has person.email", Verdict: expr.True},
				{Text: "regime.strict, one of its rules", Verdict: expr.False, Joined: explain.Any, Parts: []explain.Finding{
					{Text: "opt_in, by consent", Verdict: expr.False, Joined: explain.Strictly, Parts: []explain.Finding{
						{Text: "consent.news, e-mail", Verdict: expr.False, Because: "never asked; not asked is not a yes"}}}}},
			}}}}}},
	}
	want := `At 1 Dec 2026 09:08 c-0036 is in segment.lapsed_gold. Before the last change: not.
  yes   person.tier == "gold"             tier is "gold"
  yes   did(event.order_placed, "ever")   1 order, on 20 Sep 2026
  yes   !did(event.order_placed, "60d")   72 days ago
Would c-0036 get touchpoint.miss_you_mail now? No.
  no    consent.news, e-mail   never asked; not asked is not a yes
`
	if diff := cmp.Diff(want, Explanation(answer)); diff != "" {
		t.Error(diff)
	}
}

// A name that holds commands for a terminal reaches none.
func TestPreviewCommandsNoTerminal(t *testing.T) {
	got := Preview(run.Preview{Messages: []preview.Message{{Channel: "channel.email", Language: "es", Subject: "Hola, \x1b[2J\a", Text: "a\nb"}}})
	if diff := cmp.Diff("E-mail, es\n  Subject: Hola, \uFFFD[2J\uFFFD\n\n  a\n  b\n", got); diff != "" {
		t.Error(diff)
	}
}
