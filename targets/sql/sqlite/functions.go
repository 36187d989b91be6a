package sqlite

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"modernc.org/sqlite"

	"github.com/trayecto/trayecto/lang/types"
)

// scalar is a function of values; with a null argument its result is null.
type scalar struct {
	name string
	args int32
	of   func(args []driver.Value) (driver.Value, error)
}

// scalars are what the printer calls; see lowered.SQLite for how values are held.
var scalars = []scalar{
	{"trayecto_decimal", 1, readDecimal}, // a number, or a text of one, as a sortable text
	{"trayecto_truth", 1, readTruth},     // 1, 0, or the words true and false
	{"trayecto_instant", 2, readInstant}, // a time and the zone of those that name none
	{"trayecto_date", 2, readDate},       // a day, or a time and the zone whose day it is
	{"trayecto_shift", 3, shift},         // an instant moved by months in a zone
	{"trayecto_day", 2, dayOf},           // the day of an instant in a zone
	{"trayecto_midnight", 2, midnight},   // the instant at which a day begins in a zone
	{"trayecto_lower", 1, lower},         // by Unicode, whereas SQLite's own knows ASCII only
	{"trayecto_sha256", 1, digest},
}

func registerFunctions() error {
	for _, s := range scalars {
		impl := &sqlite.FunctionImpl{NArgs: s.args, Deterministic: true, Scalar: strict(s)}
		if err := sqlite.RegisterFunction(s.name, impl); err != nil {
			return err
		}
	}
	for _, a := range aggregates {
		impl := &sqlite.FunctionImpl{NArgs: a.args, Deterministic: true, MakeAggregate: a.make}
		if err := sqlite.RegisterFunction(a.name, impl); err != nil {
			return err
		}
	}
	return nil
}

// scalarFunc is a function as the driver calls it.
type scalarFunc = func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error)

func strict(s scalar) scalarFunc {
	return func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		for _, a := range args {
			if a == nil {
				return nil, nil
			}
		}
		out, err := s.of(args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		return out, nil
	}
}

func readDecimal(args []driver.Value) (driver.Value, error) {
	d, err := plain(args[0])
	if err != nil {
		return nil, err
	}
	return sortable(d)
}

// plain is a number as a column may hold it. Errors never repeat a person's text.
func plain(v driver.Value) (decimal.Decimal, error) {
	switch v := v.(type) {
	case int64:
		return decimal.NewFromInt(v), nil
	case float64:
		return decimal.NewFromString(strconv.FormatFloat(v, 'g', -1, 64))
	case string:
		d, err := types.NewDecimal(v)
		if err != nil {
			return decimal.Zero, fmt.Errorf("not a number")
		}
		return d.Decimal, nil
	}
	return decimal.Zero, fmt.Errorf("not a number")
}

func readTruth(args []driver.Value) (driver.Value, error) {
	b, err := strconv.ParseBool(fmt.Sprint(args[0]))
	if err != nil {
		return nil, fmt.Errorf("not true or false")
	}
	if b {
		return int64(1), nil
	}
	return int64(0), nil
}

func readInstant(args []driver.Value) (driver.Value, error) {
	zone, err := zoneOf(args[1])
	if err != nil {
		return nil, err
	}
	text, ok := args[0].(string)
	if !ok {
		return nil, fmt.Errorf("a time is a text such as 2026-12-01T09:00:00Z")
	}
	at, err := types.ParseInstant(text, zone)
	return int64(at), err
}

func readDate(args []driver.Value) (driver.Value, error) {
	text, _ := args[0].(string)
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return int64(types.NewDate(day)), nil
	}
	at, err := readInstant(args)
	if err != nil {
		return nil, err
	}
	return dayOf([]driver.Value{at, args[1]})
}

func shift(args []driver.Value) (driver.Value, error) {
	at, months, err := two(args[0], args[1])
	if err != nil {
		return nil, err
	}
	zone, err := zoneOf(args[2])
	if err != nil {
		return nil, err
	}
	if months < 0 {
		return int64(types.Span{Amount: -months, Unit: types.Month}.Before(types.Instant(at), zone)), nil
	}
	return int64(types.Span{Amount: months, Unit: types.Month}.After(types.Instant(at), zone)), nil
}

func dayOf(args []driver.Value) (driver.Value, error) {
	at, zone, err := inZone(args)
	if err != nil {
		return nil, err
	}
	return int64(types.NewDate(types.Instant(at).Time().In(zone))), nil
}

func midnight(args []driver.Value) (driver.Value, error) {
	day, zone, err := inZone(args)
	if err != nil {
		return nil, err
	}
	y, m, d := types.Date(day).Time().Date()
	return int64(types.NewInstant(types.Civil(y, m, d, 0, zone))), nil
}

func lower(args []driver.Value) (driver.Value, error) {
	return strings.ToLower(fmt.Sprint(args[0])), nil
}

func digest(args []driver.Value) (driver.Value, error) {
	sum := sha256.Sum256([]byte(fmt.Sprint(args[0])))
	return hex.EncodeToString(sum[:]), nil
}

func two(a, b driver.Value) (int64, int64, error) {
	x, ok := a.(int64)
	y, also := b.(int64)
	if !ok || !also {
		return 0, 0, fmt.Errorf("an instant and a number of months")
	}
	return x, y, nil
}

// inZone reads an instant or a day, and a zone.
func inZone(args []driver.Value) (int64, *time.Location, error) {
	n, ok := args[0].(int64)
	if !ok {
		return 0, nil, fmt.Errorf("neither an instant nor a day")
	}
	zone, err := zoneOf(args[1])
	return n, zone, err
}

func zoneOf(v driver.Value) (*time.Location, error) {
	name, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("a zone is a text")
	}
	return time.LoadLocation(name)
}
