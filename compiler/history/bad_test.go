package history_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/history"
)

// secret stands in every bad cell: no finding may repeat it.
const secret = "s3cr3t"

func TestBadEvents(t *testing.T) {
	const good = `"person":"c-1","type":"bought","time":"2026-11-30T10:00:00Z"`
	tests := []struct {
		row    string
		column int
		reason history.Reason
		detail string
	}{
		{`{"person":"c-1"`, 16, history.NotReadable, "The object is not closed."},
		{`["s3cr3t"]`, 2, history.NotReadable, "The line is not one JSON object."},
		{`{"person" "s3cr3t"}`, 11, history.NotReadable, "The line is not JSON from here on."},
		{`{` + good + `} s3cr3t`, 64, history.NotReadable, "There is more on the line than one object."},
		{"{\"type\":\"s3cr3t\xff\"}", 1, history.NotReadable, "The line is not UTF-8 text."},
		{`{"é":1,"person":"c-1","type":"s3cr3t","time":"2026-11-30T10:00:00Z"}`, 30, history.UnknownName, "`type` is not an event that the project declares."},
		{`{"person":"c-1","type":"big","time":"2026-11-30T10:00:00Z"}`, 24, history.NotRecorded, "event.big is derived from event.bought, which is what gets recorded."},
		{`{"person":"s3cr3t","type":"seen","time":"2026-11-30T10:00:00Z"}`, 11, history.UnknownPerson, "`person` is nobody among people."},
		{`{"person":7,"type":"seen","time":"2026-11-30T10:00:00Z"}`, 11, history.WrongType, "`person` is not a text."},
		{`{"person":"c-1","type":"seen","time":"s3cr3t"}`, 38, history.WrongType, "`time` is not an instant like 2026-12-01T09:00:00Z or 2026-12-01 10:00."},
		{`{"person":"c-1","type":"seen","time":1764000000}`, 38, history.WrongType, "`time` is a number, where timestamp is declared."},
		{`{"person":"c-1","type":"seen"}`, 1, history.MissingValue, "The row has no `time`."},
		{`{` + good + `}`, 1, history.MissingValue, "The row has no `amount`."},
		{`{` + good + `,"fields":{"amount":null}}`, 1, history.MissingValue, "The row has no `amount`."},
		{`{` + good + `,"fields":{"amount":"s3cr3t"}}`, 82, history.WrongType, "`amount` is not a number."},
		{`{` + good + `,"amount":1.005}`, 72, history.TooPrecise, "`amount` has more than 2 decimals, which is all that the project's currency has."},
		{`{` + good + `,"amount":1e999999999}`, 72, history.WrongType, "`amount` is a number with more digits than are kept."},
		{`{` + good + `,"amount":1,"amount":2}`, 83, history.TwiceSaid, "`amount` is said twice."},
		{`{` + good + `,"amount":1,"fields":{"amount":2}}`, 93, history.TwiceSaid, "`amount` is said twice."},
		{`{` + good + `,"amount":1,"tags":"s3cr3t"}`, 81, history.WrongType, "`tags` is not a list."},
		{`{` + good + `,"amount":1,"tags":["a",true]}`, 81, history.WrongType, "`tags` is true or false, where string is declared."},
		{`{` + good + `,"amount":1,"took":"s3cr3t"}`, 81, history.WrongType, "`took` is not a length of time like 90d."},
		{`{` + good + `,"amount":1,"gift":"true"}`, 81, history.WrongType, "`gift` is a text, where bool is declared."},
	}
	for _, test := range tests {
		t.Run(test.row, func(t *testing.T) {
			files := past()
			files["events/1.ndjson"] = "\n" + test.row + "\n"
			h := read(t, files)
			if len(h.Bad) != 1 || h.Counts.Bad != 1 || h.Counts.Events != 1 {
				t.Fatalf("want one bad row and one event, got %+v %+v", h.Counts, h.Bad)
			}
			b := h.Bad[0]
			want := history.BadRow{File: "events/1.ndjson", Line: 2, Column: test.column, Field: b.Field, Reason: test.reason, Detail: test.detail}
			if diff := cmp.Diff(want, b); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			silent(t, h)
		})
	}
}

func TestBadRowsOfCSV(t *testing.T) {
	tests := []struct {
		rows   string
		at     string
		reason history.Reason
	}{
		{"c-7,s3cr3t@,,\n", "people.csv:3:5", history.WrongType},
		{"c-7,,\n", "people.csv:3:1", history.WrongCells},
		{",ana@example.test,,\n", "people.csv:3:1", history.MissingValue},
		{"c-é,,s3cr3t,\n", "people.csv:3:6", history.WrongType},
		{"\"c-\né\",,\"s3cr3t\",\n", "people.csv:4:5", history.WrongType},
		{"c-7,s3\"cr3t,,\n", "people.csv:3:7", history.NotReadable},
		{"c-7,,s3\xff,\n", "people.csv:3:6", history.NotReadable},
		{"c-7,,,\"s3cr3t\n", "people.csv:3:15", history.NotReadable},
	}
	for _, test := range tests {
		t.Run(test.rows, func(t *testing.T) {
			files := past()
			files["people.csv"] = "customer_id,email,tier,nps\nc-1,ana@example.test,gold,1\n" + test.rows
			if !strings.HasSuffix(test.rows, "\"s3cr3t\n") {
				files["people.csv"] += "c-2,ben@example.test,none,2\n"
			}
			h := read(t, files)
			if len(h.Bad) == 0 || h.Bad[0].Place() != test.at || h.Bad[0].Reason != test.reason {
				t.Fatalf("want %s at %s, got %+v", test.reason, test.at, h.Bad)
			}
			silent(t, h)
		})
	}
}

func TestBadConsentsAndOutcomes(t *testing.T) {
	files := past()
	files["consents.ndjson"] = `{"person":"c-1","consent":"s3cr3t","act":"grant","time":"2026-01-01"}
{"person":"c-1","consent":"news","act":"s3cr3t","time":"2026-01-01"}
{"person":"c-1","consent":"news","act":"grant","time":"2026-01-01","channel":"sms"}
{"consent":"news","act":"grant","time":"2026-01-01"}
{"address":"s3cr3t@example.test","consent":"news","act":"grant","time":"2026-01-01"}
{"person":"c-1","consent":"news","act":"grant","time":"2026-01-01","expires_at":"s3cr3t"}
`
	files["outcomes.csv"] = "person,touchpoint,outcome,time\nc-1,s3cr3t,sent,2026-01-01\nc-1,hello,s3cr3t,2026-01-01\nc-1,hello,sent,\n"
	h := read(t, files)
	want := []history.BadCount{
		{File: "consents.ndjson", Reason: history.MissingValue, Rows: 1},
		{File: "consents.ndjson", Reason: history.UnknownPerson, Rows: 1},
		{File: "consents.ndjson", Reason: history.UnknownName, Rows: 2},
		{File: "consents.ndjson", Reason: history.WrongType, Rows: 2},
		{File: "outcomes.csv", Reason: history.MissingValue, Rows: 1},
		{File: "outcomes.csv", Reason: history.UnknownName, Rows: 1},
		{File: "outcomes.csv", Reason: history.WrongType, Rows: 1},
	}
	if diff := cmp.Diff(want, h.BadCounts); diff != "" {
		t.Errorf("(-want +got):\n%s\n%v", diff, h.Bad)
	}
	silent(t, h)
}

func TestABrokenListBlocksEveryone(t *testing.T) {
	for _, text := range []string{"hash,until\nabc,2026-11-20\n,2026-11-20\n", "hash,until\nabc,\n", "hash,until\nabc,2026-11-20\ndef,yesterday\n", "hash,until\n"} {
		files := past()
		files["robinson.csv"] = text
		list := read(t, files).Lists["exclusion.robinson"]
		if list == nil || list.AsOf != 0 {
			t.Errorf("%q: want a list whose age is not known, got %+v", text, list)
		}
	}
}

func TestManyBadRowsAreCountedAndFewShown(t *testing.T) {
	files := past()
	files["events/1.ndjson"] = strings.Repeat("s3cr3t\n", 100)
	h := read(t, files)
	findings := h.Findings()
	if h.Counts.Bad != 100 || len(h.Bad) != 20 || len(findings) != 20 {
		t.Fatalf("want 100 counted and 20 kept, got %d and %d (%d findings)", h.Counts.Bad, len(h.Bad), len(findings))
	}
	if want := "The line is not one JSON object. 80 more rows do not fit and were skipped too."; findings[19].Detail != want {
		t.Errorf("want %q, got %q", want, findings[19].Detail)
	}
	silent(t, h)
}

// silent checks that nothing that is shown repeats a value.
func silent(t *testing.T, h *history.History) {
	t.Helper()
	if shown := fmt.Sprintf("%+v %+v %+v", h.Bad, h.Notices, h.Findings()); strings.Contains(shown, secret) {
		t.Errorf("a value is repeated: %s", shown)
	}
}

// Law: a row is an event or a bad row, never neither and never both.
func TestEveryRowIsCounted(t *testing.T) {
	pieces := []string{`{"person":"c-1"`, `,"type":"seen"`, `,"time":"2026-11-30"`, `,"amount":1`, `}`, `{`, `"`, `\`, `null`, "é", "\x00"}
	rapid.Check(t, func(rt *rapid.T) {
		var text strings.Builder
		rows := rapid.IntRange(0, 12).Draw(rt, "rows")
		for range rows {
			row := `{"person":"c-2","type":"seen","time":"2026-11-30"}`
			if rapid.Bool().Draw(rt, "broken") {
				row = "x" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(rt, "pieces"), "")
			} else if rapid.Bool().Draw(rt, "mixed") {
				row = "{" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(rt, "pieces"), "")
			}
			text.WriteString(row + "\n")
		}
		files := past()
		delete(files, "events/2.ndjson")
		files["events/1.ndjson"] = text.String()
		h := read(t, files)
		if got := h.Counts.Events + h.Counts.Bad; got != rows {
			rt.Fatalf("want %d rows accounted for, got %d events and %d bad rows of\n%s", rows, h.Counts.Events, h.Counts.Bad, text.String())
		}
	})
}
