package local

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// pageSize is how many objects List reads at once.
const pageSize = 256

// columns is an object's row in the order of scan.
const columns = `serial, kind, key, attributes, switch, mark, version`

// row is an object and what only the file knows.
type row struct {
	serial  int64
	version int64
	object  resource.Object
}

// querier reads; a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// List passes on the objects in the order in which they were made. No read
// is open while page runs, so it may take its time or write.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	f, err := t.existing(ctx)
	if err != nil || f == nil {
		return err
	}
	kinds, err := json.Marshal(append([]string{}, r.Kinds...))
	if err != nil {
		return err
	}
	for last := int64(0); ; {
		rows, err := reader{f.db, r.Known}.read(ctx, `serial > ? AND (? = 0 OR kind IN (SELECT value FROM json_each(?))) AND (? OR mark <> '') ORDER BY serial LIMIT ?`,
			last, len(r.Kinds), string(kinds), r.All, pageSize)
		if err != nil {
			return failed(err, "listing "+t.path)
		}
		if len(rows) == 0 {
			return nil
		}
		if err := page(objects(rows)); err != nil {
			return err
		}
		if len(rows) < pageSize {
			return nil
		}
		last = rows[len(rows)-1].serial
	}
}

// Get reads objects by id, in the order of the file.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	f, err := t.existing(ctx)
	if err != nil || f == nil {
		return nil, err
	}
	var serials []int64
	for _, id := range ids {
		if serial, ok := serialOf(kind, id); ok {
			serials = append(serials, serial)
		}
	}
	list, err := json.Marshal(append([]int64{}, serials...))
	if err != nil {
		return nil, err
	}
	rows, err := reader{from: f.db}.read(ctx, `kind = ? AND serial IN (SELECT value FROM json_each(?)) ORDER BY serial`, kind, string(list))
	if err != nil {
		return nil, failed(err, "reading "+t.path)
	}
	return objects(rows), nil
}

// Find looks by whatever the request names: what the idempotency key made or
// changed, what carries the mark, what has the natural key. An object that
// fits in any of these ways is passed on, in the order of the file.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	f, err := t.existing(ctx)
	if err != nil || f == nil {
		return nil, err
	}
	rows, err := reader{from: f.db}.read(ctx, `kind = ? AND (? <> '' AND key = ? OR ? <> '' AND mark = ? OR ? <> '' AND serial IN (SELECT serial FROM calls WHERE once = ?)) ORDER BY serial`,
		r.Kind, r.Key, r.Key, r.Mark, r.Mark, r.Once, r.Once)
	if err != nil {
		return nil, failed(err, "searching "+t.path)
	}
	return objects(rows), nil
}

func objects(rows []row) []resource.Object {
	out := make([]resource.Object, len(rows))
	for i, r := range rows {
		out[i] = r.object
	}
	return out
}

// reader reads objects.
type reader struct {
	from  querier
	known func(kind, id, hash string) bool // see targets.ListRequest; nil: nothing is
}

func (r reader) read(ctx context.Context, where string, args ...any) ([]row, error) {
	rows, err := r.from.QueryContext(ctx, `SELECT `+columns+` FROM objects WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []row
	for rows.Next() {
		one, err := r.scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

func (r reader) scan(rows *sql.Rows) (row, error) {
	var out row
	var raw string
	o := &out.object
	if err := rows.Scan(&out.serial, &o.Kind, &o.Key, &raw, &o.Switch, &o.Mark, &out.version); err != nil {
		return row{}, err
	}
	o.ID = idOf(o.Kind, out.serial)
	o.Version = strconv.FormatInt(out.version, 10)
	if r.known != nil {
		if hash := resource.HashText(o.Kind, o.Key, raw); r.known(o.Kind, o.ID, hash) {
			o.Hash = hash
			return out, nil
		}
	}
	if err := o.Attributes.Read(raw); err != nil {
		return row{}, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("%s holds what this tool did not write", o.ID), Err: err}
	}
	if !isNormal(o.Attributes) {
		o.Attributes = normal(o.Attributes).(resource.Map)
	}
	return out, nil
}

// idOf is the id that the file mints; serials are never used twice.
func idOf(kind string, serial int64) string { return kind + "-" + strconv.FormatInt(serial, 10) }

func serialOf(kind, id string) (int64, bool) {
	digits, ours := strings.CutPrefix(id, kind+"-")
	serial, err := strconv.ParseInt(digits, 10, 64)
	return serial, ours && err == nil
}

// isNormal tells whether nothing in v is missing and no number could be shorter,
// as in all that was not edited by hand.
func isNormal(v resource.Value) bool {
	switch v := v.(type) {
	case resource.Map:
		for _, item := range v {
			if _, missing := item.(resource.Null); missing || !isNormal(item) {
				return false
			}
		}
	case resource.List:
		return !slices.ContainsFunc(v, func(item resource.Value) bool { return !isNormal(item) })
	case resource.Number:
		return normal(v) == v
	case resource.Null, resource.Bool, resource.String, resource.Ref, resource.Lookup:
	}
	return true
}

// normal is v without missing values and with numbers in their shortest form.
func normal(v resource.Value) resource.Value {
	switch v := v.(type) {
	case resource.Map:
		out := resource.Map{}
		for name, item := range v {
			if _, missing := item.(resource.Null); !missing && item != nil {
				out[name] = normal(item)
			}
		}
		return out
	case resource.List:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = normal(item)
		}
		return out
	case resource.Number:
		if d, err := types.NewDecimal(string(v)); err == nil {
			return resource.Number(d.Decimal.String())
		}
		return v
	case resource.Null, resource.Bool, resource.String, resource.Ref, resource.Lookup, nil:
		return v
	}
	return v
}
