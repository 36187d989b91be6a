package sample

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/types"
)

var (
	words   = []string{"a", "b", "Ana", ""}
	zones   = []string{"UTC", "Europe/Madrid", "America/New_York"}
	numbers = []string{"0", "1", "2", "2.5", "10", "-1"}
	amounts = []string{"0", "10", "19.99", "200", "0.01"}
	shares  = []string{"0.5", "0.9", "0.07", "0.3333", "0.25", "0.999999999999999999999"}
	emails  = []string{emailOf(0), emailOf(1), "old@example.test"}
	phones  = []string{phoneOf(0), phoneOf(1)}
	urls    = []string{"https://example.test/a", "https://example.test/b"}
	keys    = []string{"o1", "o2", "o3"}
	days    = []string{"2026-03-29", "2026-03-28", "2025-02-28", "2000-01-01", "2004-02-29"}
	lengths = []types.Span{{Amount: 90, Unit: types.Minute}, {Amount: 24, Unit: types.Hour}, {Amount: 1, Unit: types.Day},
		{Amount: 7, Unit: types.Day}, {Amount: 30, Unit: types.Day}}
	calendars = []types.Span{{Amount: 1, Unit: types.Month}, {Amount: 1, Unit: types.Year}, {Amount: 5, Unit: types.Month}}
)

// emailOf and phoneOf are the addresses of the n-th person. Conditions speak of
// the first two, so that they hit.
func emailOf(n int) string { return fmt.Sprintf("c%05d@example.test", n) }

func phoneOf(n int) string { return fmt.Sprintf("+346%08d", n) }

// length is a window, gap or age.
func (o Options) length(src Source) types.Span {
	if o.has(Calendar) && chance(src, 3) {
		return one(src, calendars)
	}
	return one(src, lengths)
}

// clocks are instants around which a day has 23 or 25 hours somewhere.
var clocks = []time.Time{
	time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),  // Madrid forward
	time.Date(2025, 10, 26, 1, 0, 0, 0, time.UTC), // Madrid back
	time.Date(2025, 10, 26, 0, 30, 0, 0, time.UTC),
	time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC), // New York forward
}

// instant is on the edge of a window, at a change of clocks, or anywhere in
// the last weeks; often the same as another, sometimes in the future.
func (o Options) instant(src Source) types.Instant {
	switch src.IntN(6) {
	case 0:
		return types.NewInstant(one(src, clocks)) + types.Instant(src.IntN(3)-1)
	case 1:
		return Now - types.Instant(src.IntN(2))
	case 2:
		if o.has(Future) {
			return Now + types.Instant(1+src.IntN(2)*3_600_000_000)
		}
		return Now
	case 3:
		hours := types.Instant(src.IntN(40 * 24))
		return Now - hours*3_600_000_000
	}
	zone := time.UTC
	if chance(src, 2) {
		zone = madrid()
	}
	return o.length(src).Before(Now, zone) + types.Instant(src.IntN(3)-1)
}

// madrid is the zone of most samples, or UTC where the machine has no zones.
func madrid() *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return time.UTC
	}
	return zone
}

// constant is a value of a type, never null.
func (o Options) constant(src Source, t types.Type) types.Value {
	switch t := t.(type) {
	case types.Basic:
		return o.basic(src, t)
	case types.Enum:
		return types.Text(one(src, t.Values))
	case types.Object:
		return types.Text(one(src, keys))
	case types.List:
		return types.Values{o.constant(src, t.Element)}
	}
	panic("sample: a type that is none of the cases")
}

func (o Options) basic(src Source, t types.Basic) types.Value {
	switch t {
	case types.String:
		return types.Text(one(src, words))
	case types.Number:
		return exact(one(src, numbers))
	case types.Money:
		return exact(one(src, amounts))
	case types.Bool:
		return types.Truth(chance(src, 2))
	case types.DateType:
		day, err := time.Parse(time.DateOnly, one(src, days))
		if err != nil {
			panic("sample: a day that is none")
		}
		return types.NewDate(day)
	case types.Timestamp:
		return o.instant(src)
	case types.Duration:
		return o.length(src)
	case types.Email:
		return types.Text(one(src, emails))
	case types.Phone:
		return types.Text(one(src, phones))
	case types.URL:
		return types.Text(one(src, urls))
	}
	panic("sample: a type that is none of the basic ones")
}

func exact(text string) types.Decimal { return types.Decimal{Decimal: decimal.RequireFromString(text)} }
