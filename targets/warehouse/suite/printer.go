package suite

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

var madrid = zone("Europe/Madrid")

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// one is the value of an expression as the database writes it.
func one(t *testing.T, db Database, p Printer, e sql.Expr) string {
	t.Helper()
	return db.Texts(t, "SELECT CAST("+p.Expr(e)+" AS text)")[0]
}

// Law: an instant moved by a span is where Span moves it, on days when clocks
// change and months are short, in both printings.
func shiftsAreTheCalendars(t *testing.T, e Engine) {
	db := e.Fresh(t)
	for i, name := range []string{"Europe/Madrid", "America/New_York", "UTC", "Australia/Lord_Howe"} {
		z := zone(name)
		moves := shifts(z)
		for printing, p := range db.Printings(t, fmt.Sprintf("z%d", i), z, 0) {
			db.Session(t, printing, z)
			rows := make([]string, len(moves))
			for n, m := range moves {
				same := sql.Compare{Op: sql.Equal, Left: sql.Shift{Of: sql.Literal{Value: m.at}, By: m.span, Back: m.back}, Right: sql.Literal{Value: m.want}}
				rows[n] = fmt.Sprintf("(%d, %s)", n, p.Expr(same))
			}
			same := db.Texts(t, "SELECT CAST(n AS text) FROM (VALUES "+strings.Join(rows, ", ")+") AS v(n, same) WHERE same")
			for n, m := range moves {
				if _, found := slices.BinarySearch(same, fmt.Sprint(n)); !found {
					t.Errorf("%s in %s, %s (back %v): not %s", m.at.Time(), name, m.span, m.back, m.want.Time())
				}
			}
		}
	}
}

// shift is a move in time and where it leads.
type shift struct {
	at, want types.Instant
	span     types.Span
	back     bool
}

// shifts are the moves by several spans from the edges of a zone.
func shifts(z *time.Location) []shift {
	var out []shift
	for _, at := range edges(z) {
		for _, span := range []types.Span{{Amount: 1, Unit: types.Month}, {Amount: 5, Unit: types.Month}, {Amount: 1, Unit: types.Year}, {Amount: 25, Unit: types.Month},
			{Amount: 90, Unit: types.Minute}, {Amount: 1, Unit: types.Day}, {Amount: 3, Unit: types.Week}, {Amount: 7, Unit: types.Second}} {
			out = append(out, shift{at, span.After(at, z), span, false}, shift{at, span.Before(at, z), span, true})
		}
	}
	return out
}

// edges are the hours around the changes of clocks of a year, a month and a
// year away from them, and ends of months.
func edges(z *time.Location) []types.Instant {
	var out []types.Instant
	for day := time.Date(2025, 1, 1, 0, 0, 0, 0, z); day.Year() < 2026; day = day.AddDate(0, 0, 1) {
		_, before := day.Zone()
		_, after := day.AddDate(0, 0, 1).Zone()
		if before == after {
			continue
		}
		for _, months := range []int{-5, -1, 1, 12} {
			for half := range 8 {
				wall := time.Date(day.Year(), day.Month()+time.Month(months), day.Day(), 0, 30*half+15, 0, 123000, z)
				out = append(out, types.NewInstant(wall))
			}
		}
	}
	return append(out, types.NewInstant(time.Date(2024, 2, 29, 12, 0, 0, 1000, z)), types.NewInstant(time.Date(2025, 3, 31, 2, 30, 0, 0, z)))
}

// Law: now is the instant that was set, and the window before it is the same
// in both printings.
func nowIsOneInstant(t *testing.T, e Engine) {
	db := e.Fresh(t)
	at := types.NewInstant(time.Date(2026, 3, 29, 9, 30, 0, 123456000, time.UTC))
	for printing, p := range db.Printings(t, "s", madrid, at) {
		db.Session(t, printing, madrid)
		for _, span := range []types.Span{{Amount: 5, Unit: types.Month}, {Amount: 90, Unit: types.Day}, {Amount: 999999, Unit: types.Year}} {
			want := sql.Expr(sql.Literal{Value: span.Before(at, madrid)})
			if span.Amount == 999999 {
				want = sql.Literal{Value: types.Instant(-1 << 63)}
			}
			got := one(t, db, p, sql.Compare{Op: sql.Equal, Left: sql.Shift{Of: sql.Now{}, By: span, Back: true}, Right: want})
			if got != "true" {
				t.Errorf("%s: %s before now is another instant", printing, span)
			}
		}
		if got := one(t, db, p, sql.Compare{Op: sql.Equal, Left: sql.Now{}, Right: sql.Literal{Value: at}}); got != "true" {
			t.Errorf("%s: now is another instant", printing)
		}
	}
}

// Law: an average is the exact quotient, rounded half to even at six places.
func meanIsRoundedHalfEven(t *testing.T, e Engine) {
	db := e.Fresh(t)
	src := rand.New(rand.NewPCG(1, 1))
	groups := [][]string{{"0.0000005"}, {"0.0000015"}, {"-0.0000005"}, {"-0.0000015"}, {"0.0000025", "0.0000025"}, {"1", "2"}, {"1", "1", "2"}, {"-1", "-1", "-2"},
		{"0.000001", "0"}, {"0.000003", "0"}, {"123456789012345678901234567890.5", "0.000001"}, {"0"}, {"2500315.63", "1", "1"}}
	groups = slices.DeleteFunc(groups, func(group []string) bool { return !e.holds(group) })
	for range 300 {
		var group []string
		for range 1 + src.IntN(9) {
			group = append(group, big.NewRat(int64(src.IntN(4000001)-2000000), 1000000).FloatString(src.IntN(7)))
		}
		groups = append(groups, group)
	}
	number := e.Column(types.Number, false)
	var rows, want []string
	for i, group := range groups {
		sum := new(big.Rat)
		for _, x := range group {
			rows = append(rows, fmt.Sprintf("(%d, %s), (%d, NULL)", i, x, i))
			r, _ := new(big.Rat).SetString(x)
			sum.Add(sum, r)
		}
		want = append(want, fmt.Sprintf("(%d, %s)", i, halfEven(sum.Quo(sum, big.NewRat(int64(len(group)), 1)))))
	}
	db.Run(t, "CREATE TABLE n (g integer, x "+number+")", "INSERT INTO n VALUES (-1, NULL), "+strings.Join(rows, ", "),
		"CREATE TABLE w (g integer, m "+number+")", "INSERT INTO w VALUES "+strings.Join(want, ", "))
	g, x := sql.Column{Of: "n", Name: "g"}, sql.Column{Of: "n", Name: "x"}
	query := db.Printings(t, "s", time.UTC, 0)["counting"].Query(sql.Select{
		Columns: []sql.Named{{Of: g, Name: "g"}, {Of: sql.Fold{Op: sql.Mean, Of: x}, Name: "m"}}, From: sql.Table{Name: sql.Name{Schema: db.Tables(), Object: "n"}, As: "n"},
		Group: []sql.Expr{g},
	})
	same := db.Texts(t, "SELECT CAST(q.g AS text) FROM ("+query+") q JOIN w ON w.g = q.g AND w.m = q.m")
	wrong := db.Texts(t, "SELECT concat_ws(' ', q.g, q.m, w.m) FROM ("+query+") q JOIN w ON w.g = q.g AND w.m <> q.m")
	if len(same) != len(want) || len(wrong) > 0 {
		t.Errorf("of %d averages %d are right; wrong are %v", len(want), len(same), wrong)
	}
	if none := db.Texts(t, "SELECT CAST(g AS text) FROM ("+query+") q WHERE m IS NULL"); !slices.Equal(none, []string{"-1"}) {
		t.Errorf("without an average are %v", none)
	}
}

// holds tells whether the database holds numbers.
func (e Engine) holds(numbers []string) bool {
	for _, x := range numbers {
		if d, err := types.NewDecimal(x); err != nil || !e.Digits.Hold(d) {
			return false
		}
	}
	return true
}

// halfEven is another way to the same: in millionths, as whole numbers.
func halfEven(r *big.Rat) string {
	scaled := new(big.Rat).Mul(r, big.NewRat(1000000, 1))
	floor := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclidean: towards minus infinity
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(floor))
	if c := rest.Cmp(big.NewRat(1, 2)); c > 0 || c == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return new(big.Rat).SetFrac(floor, big.NewInt(1000000)).FloatString(6)
}

// Law: lower is Go's, letter by letter, whatever the database's locale.
func lowerIsUnicodes(t *testing.T, e Engine) {
	db := e.Fresh(t)
	var letters []string
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if unicode.IsLetter(r) && (unicode.ToLower(r) != r || r%97 == 0) {
			letters = append(letters, string(r))
		}
	}
	all := strings.Join(append(letters, "ANA@Example.test ÁRBOL İstanbul ΣΑΣ"), "|")
	for printing, p := range db.Printings(t, "s", madrid, 0) {
		for _, x := range []string{all, "ANA-1", ""} {
			if got := one(t, db, p, sql.Func{Name: sql.Lower, Args: []sql.Expr{sql.Literal{Value: types.Text(x)}}}); got != strings.ToLower(x) {
				t.Errorf("%s: lower of %.40q differs: %s", printing, x, cmp.Diff(strings.ToLower(x), got))
			}
		}
	}
}

// Law: a time without zone is the project's; where clocks are put back it is
// the later of the two, where they are put forward as far after the gap.
func columnsAreReadByWhatTheyMean(t *testing.T, e Engine) {
	db := e.Fresh(t)
	db.Run(t, `CREATE TABLE c (a timestamptz, b timestamp, d date, e text, f varchar(40), g text)`,
		`INSERT INTO c VALUES ('2025-10-26 01:30:00+00', '2025-10-26 02:30:00', '2025-10-26', '2025-10-26 02:30:00', '2025-10-26T01:30:00Z', '2025-10-26 03:30:00.000+02:00')`)
	hour := time.Date(2025, 10, 26, 1, 30, 0, 0, time.UTC)
	want := map[string]time.Time{"a": hour, "b": hour, "d": time.Date(2025, 10, 25, 22, 0, 0, 0, time.UTC), "e": hour, "f": hour, "g": hour}
	day := types.NewDate(time.Date(2025, 10, 26, 0, 0, 0, 0, time.UTC))
	for printing, p := range db.Printings(t, "s", madrid, 0) {
		db.Session(t, printing, madrid)
		for column, at := range want {
			c := sql.Column{Of: "c", Name: column}
			same := sql.And{Terms: []sql.Expr{
				sql.Compare{Op: sql.Equal, Left: sql.Read{Of: c, To: sql.Instant}, Right: sql.Literal{Value: types.NewInstant(at)}},
				sql.Compare{Op: sql.Equal, Left: sql.Read{Of: c, To: sql.Date}, Right: sql.Literal{Value: day}},
			}}
			if got := db.Texts(t, "SELECT CAST("+p.Expr(same)+" AS text) FROM c"); !slices.Equal(got, []string{"true"}) {
				t.Errorf("%s: column %s is another instant or day: %v", printing, column, db.Texts(t, "SELECT CAST("+p.Expr(sql.Read{Of: c, To: sql.Instant})+" AS text) FROM c"))
			}
		}
	}
}
