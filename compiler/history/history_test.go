package history_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// shop is a small project. Its people, events and addresses are made up.
func shop() *ir.Program {
	return &ir.Program{
		Project: ir.Project{Name: "shop", Timezone: "Europe/Madrid", Currency: "EUR"},
		Person: ir.Person{
			Keys: []ir.Key{
				{Name: "customer_id", Type: types.String},
				{Name: "email", Type: types.Email, Merge: true, Ignore: []string{"none@none"}},
				{Name: "phone", Type: types.Phone},
			},
			Attributes: []ir.Attribute{
				{Name: "tier", Type: types.Enum{Values: []string{"gold", "none"}}},
				{Name: "nps", Type: types.Number},
				{Name: "city", Type: types.String, FreshFor: types.Span{Amount: 1, Unit: types.Hour}},
				{Name: "orders", Type: types.Number, Value: expr.Literal{}},
			},
		},
		Events: []ir.Event{
			{Head: ir.Head{Address: "event.big"}, From: "event.bought"},
			{Head: ir.Head{Address: "event.bought"}, Fields: []ir.Field{
				{Name: "amount", Type: types.Money, Required: true},
				{Name: "tags", Type: types.List{Element: types.String}},
				{Name: "took", Type: types.Duration},
				{Name: "gift", Type: types.Bool},
			}},
			{Head: ir.Head{Address: "event.seen"}},
		},
		Channels:    []ir.Channel{{Head: ir.Head{Address: "channel.email"}, Key: "email"}, {Head: ir.Head{Address: "channel.sms"}, Key: "phone"}},
		Consents:    []ir.Consent{{Head: ir.Head{Address: "consent.news"}, Channels: []string{"channel.email"}}},
		Touchpoints: []ir.Touchpoint{{Head: ir.Head{Address: "touchpoint.hello"}}},
		Exclusions: []ir.Exclusion{{
			Head: ir.Head{Address: "exclusion.robinson"}, List: "robinson.csv", Match: make([]expr.Expr, 1), AsOf: "until",
		}},
		History: ir.History{People: "people.csv", Events: "events/*.ndjson", Consents: "consents.ndjson", Outcomes: "outcomes.csv"},
	}
}

// past is a history that fits.
func past() map[string]string {
	return map[string]string{
		"people.csv": "customer_id,email,phone,tier,nps\n" +
			"c-1,ana@example.test,+34600000001,gold,9\n" +
			"c-2,ben@example.test,,none,\n",
		"events/1.ndjson": `{"person":"c-1","type":"bought","time":"2026-11-30T10:00:00Z","fields":{"amount":12.50,"tags":["a","b"],"gift":true}}` + "\n" +
			`{"person":"c-1","type":"event.seen","time":"2026-11-30 10:00"}` + "\n",
		"events/2.ndjson": `{"person":"c-2","type":"bought","time":"2026-12-01T07:57:00Z","amount":"3"}` + "\n",
		"consents.ndjson": `{"person":"c-1","consent":"news","act":"grant","time":"2026-01-01T00:00:00Z","notice":"v1","proof":"form 7","channel":"email"}` + "\n" +
			`{"address":"ben@example.test","consent":"consent.news","act":"withdraw","time":"2026-01-02T00:00:00Z"}` + "\n",
		"outcomes.csv": "person,touchpoint,outcome,time,channel\nc-1,hello,bounced,2026-11-30T11:00:00Z,email\n",
		"robinson.csv": "hash,until\nabc,2026-11-20\ndef,2026-11-21\n",
	}
}

func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t testing.TB, files map[string]string) *history.History {
	t.Helper()
	h, err := history.Read(history.Options{Dir: write(t, files), Program: shop()})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func instant(text string) types.Instant {
	v, err := types.ParseInstant(text, time.UTC)
	if err != nil {
		panic(err)
	}
	return v
}

func decimal(text string) types.Value {
	d, err := types.NewDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestReadsEverySource(t *testing.T) {
	h := read(t, past())
	want := []*person.Person{
		{
			ID: "c-1",
			Attributes: map[string]types.Value{
				"customer_id": types.Text("c-1"), "email": types.Text("ana@example.test"), "phone": types.Text("+34600000001"),
				"tier": types.Text("gold"), "nps": decimal("9"),
			},
			Events: []person.Event{
				{Type: "event.seen", At: instant("2026-11-30T09:00:00Z"), Seq: 2},
				{Type: "event.bought", At: instant("2026-11-30T10:00:00Z"), Seq: 1, Fields: map[string]types.Value{
					"amount": decimal("12.5"), "tags": types.Values{types.Text("a"), types.Text("b")}, "gift": types.Truth(true),
				}},
			},
			Acts: []person.Act{{Consent: "consent.news", Channel: "channel.email", Kind: person.Grant,
				At: instant("2026-01-01T00:00:00Z"), Notice: "v1", Proof: "form 7"}},
			Outcomes: []person.Outcome{{Touchpoint: "touchpoint.hello", Channel: "channel.email", Kind: person.Bounced,
				At: instant("2026-11-30T11:00:00Z"), Seq: 4}},
		},
		{
			ID:         "c-2",
			Attributes: map[string]types.Value{"customer_id": types.Text("c-2"), "email": types.Text("ben@example.test"), "tier": types.Text("none")},
			Events: []person.Event{{Type: "event.bought", At: instant("2026-12-01T07:57:00Z"), Seq: 3,
				Fields: map[string]types.Value{"amount": decimal("3")}}},
			Acts: []person.Act{{Consent: "consent.news", Address: "ben@example.test", Kind: person.Withdraw, At: instant("2026-01-02T00:00:00Z")}},
		},
	}
	if diff := cmp.Diff(want, h.People); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	if want := (history.Counts{People: 2, Events: 3, Acts: 2, Outcomes: 1}); h.Counts != want {
		t.Errorf("want counts %+v, got %+v; bad: %v", want, h.Counts, h.Bad)
	}
	if want := instant("2026-12-01T07:57:00Z"); h.Newest != want {
		t.Errorf("want newest %s, got %s", types.Spell(want), types.Spell(h.Newest))
	}
	lists := person.Lists{"exclusion.robinson": {Exclusion: "exclusion.robinson", Rows: map[string]bool{"abc": true, "def": true},
		AsOf: instant("2026-11-19T23:00:00Z")}} // the older of the two, midnight in Madrid
	if diff := cmp.Diff(lists, h.Lists); diff != "" {
		t.Errorf("lists (-want +got):\n%s", diff)
	}
	if len(h.Absent) != 0 || len(h.Findings()) != 0 {
		t.Errorf("want nothing absent and no findings, got %v and %v", h.Absent, h.Findings())
	}
}

func TestSameFilesSameDigest(t *testing.T) {
	a, b := read(t, past()), read(t, past())
	changed := past()
	changed["outcomes.csv"] = strings.Replace(changed["outcomes.csv"], "bounced", "opened", 1)
	if c := read(t, changed); a.Digest != b.Digest || a.Digest == c.Digest {
		t.Errorf("want equal digests for equal files and another for others, got %s %s %s", a.Digest, b.Digest, c.Digest)
	}
}

func TestWindowsFilesReadTheSame(t *testing.T) {
	windows := past()
	for name, text := range windows {
		windows[name] = "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n")
	}
	if diff := cmp.Diff(read(t, past()).People, read(t, windows).People); diff != "" {
		t.Errorf("with byte order mark and CRLF (-without +with):\n%s", diff)
	}
}

func TestWhatIsNotThereIsAbsent(t *testing.T) {
	files := past()
	delete(files, "people.csv")
	delete(files, "events/1.ndjson")
	delete(files, "events/2.ndjson")
	delete(files, "robinson.csv")
	p := shop()
	p.History.Consents = ""
	h, err := history.Read(history.Options{Dir: write(t, files), Program: p})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range h.Absent {
		got = append(got, a.String())
	}
	want := []string{"people.csv is absent", "events/*.ndjson is absent", "history says no consents", "robinson.csv is absent"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("absent (-want +got):\n%s", diff)
	}
	if h.Counts.Outcomes != 1 || h.Counts.Bad != 0 {
		t.Errorf("want the outcome counted though nobody is known, got %+v", h.Counts)
	}
	if len(h.Lists) != 0 {
		t.Errorf("want no list, so that everyone it could cover is blocked; got %v", h.Lists)
	}
}

func TestRecordsOfOnePersonAreJoined(t *testing.T) {
	files := past()
	files["people.csv"] = "customer_id,email,phone,tier,observed_at,city\n" +
		"c-9,old@example.test,,gold,2026-01-01,Lugo\n" +
		"c-2,none@none,,none,,\n" + // the filler joins nobody
		"c-3,none@none,,none,,\n" +
		"c-1,ana@example.test,+34600000001,,,\n" +
		"c-9,ana@example.test,,none,2026-02-01,\n" + // c-9 and c-1 are one person, c-9 came first
		"c-4,ana@example.test,+34600000009,gold,2025-01-01,Jaca\n" // learned earlier, but the phone is better than one of no age
	h := read(t, files)
	var ids []string
	for _, p := range h.People {
		ids = append(ids, p.ID)
	}
	if diff := cmp.Diff([]string{"c-2", "c-3", "c-9"}, ids); diff != "" {
		t.Fatalf("people (-want +got):\n%s", diff)
	}
	ana := h.Index["c-9"]
	if h.Index["c-1"] != ana || h.Index["c-4"] != ana {
		t.Error("want every ID of a person to mean that person")
	}
	want := map[string]types.Value{
		"customer_id": types.Text("c-9"), "email": types.Text("ana@example.test"), "phone": types.Text("+34600000009"),
		"tier": types.Text("none"), "city": types.Text("Lugo"),
	}
	if diff := cmp.Diff(want, ana.Attributes); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if got := ana.Observed["city"]; got != instant("2025-12-31T23:00:00Z") {
		t.Errorf("want city known since 2026-01-01 in Madrid, got %s", types.Spell(got))
	}
	if h.Counts.People != 3 || h.Counts.Duplicates != 3 || len(ana.Events) != 2 {
		t.Errorf("want 3 people, 3 duplicates and both events of c-1 with c-9, got %+v and %d events", h.Counts, len(ana.Events))
	}
}

func TestColumnsThatNothingDeclaresAreNoticedOnce(t *testing.T) {
	files := past()
	files["people.csv"] = "customer_id,shoe_size,orders,emial\nc-1,44,1,\nc-2,41,2,\n"
	h := read(t, files)
	want := []history.Notice{
		{File: "people.csv", Line: 2, Column: 5, Field: "shoe_size", Detail: "Nothing declares `shoe_size` as a key or attribute of person."},
		{File: "people.csv", Line: 2, Column: 8, Field: "orders", Detail: "`orders` is computed; its column is not read."},
		{File: "people.csv", Line: 2, Column: 10, Field: "emial", Detail: "Nothing declares `emial` as a key or attribute of person. There is `email`."},
	}
	if diff := cmp.Diff(want, h.Notices); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{"parquet", "people.parquet", "PAR1", "reading people: people.parquet: Parquet is not read yet; write it as CSV or NDJSON"},
		{"ending", "people.xlsx", "PK", "reading people: people.xlsx: not a known kind of file; its name must end in .csv, .ndjson or .jsonl"},
		{"no id", "people.csv", "email\na@example.test\n", `reading people: people.csv: the header lacks the column "customer_id"; needed are: customer_id`},
		{"semicolons", "people.csv", "customer_id;email\n1;a@example.test\n", `reading people: people.csv: the header lacks the column "customer_id"; needed are: customer_id; separate the columns with commas`},
		{"capitals", "people.csv", "Customer_ID,email\n1,a@example.test\n", `reading people: people.csv: the header lacks the column "customer_id"; needed are: customer_id; write "Customer_ID" as "customer_id"`},
		{"UTF-16", "people.csv", "\xff\xfec\x00u\x00", "reading people: people.csv: the file is text in UTF-16; save it as UTF-8, which a spreadsheet may call CSV UTF-8"},
		{"twice", "people.csv", "customer_id,customer_id\n", `reading people: people.csv: the header has the column "customer_id" twice`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := shop()
			p.History = ir.History{People: test.file}
			_, err := history.Read(history.Options{Dir: write(t, map[string]string{test.file: test.text}), Program: p})
			if err == nil || err.Error() != test.want {
				t.Errorf("want %q, got %v", test.want, err)
			}
		})
	}
}

func TestStrictRefuses(t *testing.T) {
	files := past()
	files["events/2.ndjson"] = "{}\n" + files["events/2.ndjson"]
	h, err := history.Read(history.Options{Dir: write(t, files), Program: shop(), Strict: true})
	var refused *history.Refused
	if !errors.As(err, &refused) || refused.Count != 1 || refused.Bad.Place() != "events/2.ndjson:1:1" {
		t.Fatalf("want the row refused, got %v", err)
	}
	if h == nil || h.Counts.Bad != 1 {
		t.Errorf("want the history with its bad row, got %+v", h)
	}
}
