package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// batchSize is how many changes are committed together.
const batchSize = 128

// Apply commits changes in batches and reports the results of a batch when it
// is durable. What one change is refused leaves the others of its batch alone.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	batch := make([]targets.Change, 0, batchSize)
	for c := range changes {
		batch = append(batch, c)
		if len(batch) < batchSize {
			continue
		}
		if err := t.commit(ctx, batch, result); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return t.commit(ctx, batch, result)
}

func (t *Target) commit(ctx context.Context, batch []targets.Change, result func(targets.Result)) error {
	if len(batch) == 0 {
		return nil
	}
	f, err := t.made(ctx)
	if err != nil {
		return err
	}
	results, err := f.commit(ctx, batch)
	if err != nil {
		return failed(err, "writing "+t.path)
	}
	for _, r := range results {
		result(r)
	}
	return nil
}

// commit carries out a batch in one transaction: all of it is durable when it
// returns, or, with an error, none of it.
func (f *file) commit(ctx context.Context, batch []targets.Change) ([]targets.Result, error) {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // after Commit it does nothing
	results := make([]targets.Result, len(batch))
	for i, c := range batch {
		object, err := (&write{ctx, tx}).guarded(c)
		results[i] = targets.Result{Key: c.Key, Object: object}
		if err != nil && !errors.As(err, &results[i].Err) {
			return nil, err // of the world, not of the change
		}
	}
	return results, tx.Commit()
}

// write is a change being carried out.
type write struct {
	ctx context.Context
	tx  *sql.Tx
}

// guarded takes back what a refused change had already written.
func (w *write) guarded(c targets.Change) (*resource.Object, error) {
	if err := w.exec(`SAVEPOINT change`); err != nil {
		return nil, err
	}
	object, err := w.change(c)
	if err == nil {
		return object, w.exec(`RELEASE change`)
	}
	if back := errors.Join(w.exec(`ROLLBACK TO change`), w.exec(`RELEASE change`)); back != nil {
		return nil, fmt.Errorf("taking back a refused change: %w", back)
	}
	return nil, err
}

func (w *write) change(c targets.Change) (*resource.Object, error) {
	if c.Key == "" {
		return nil, refused(targets.Permanent, "the change has no idempotency key")
	}
	if c.Action == targets.Create {
		return w.create(c)
	}
	if c.Prior == nil {
		return nil, refused(targets.Permanent, "the change does not say which object it is about")
	}
	switch c.Action {
	case targets.Update:
		return w.update(c)
	case targets.Delete:
		return nil, w.remove(c)
	case targets.SwitchOn:
		return w.turn(c, resource.On)
	case targets.SwitchOff:
		return w.turn(c, resource.Off)
	case targets.Create:
	}
	return nil, refused(targets.Permanent, "the action %q is not known", c.Action)
}

// create makes an object; one that can reach people is made switched off.
func (w *write) create(c targets.Change) (*resource.Object, error) {
	r := c.Resource
	done, err := w.one(`kind = ? AND serial = (SELECT max(serial) FROM calls WHERE once = ? AND before = 0)`, r.Kind, c.Key)
	if err != nil {
		return nil, err
	}
	if done != nil {
		_, err := w.repeats(c, done.serial, "0")
		return &done.object, err
	}
	attributes, err := w.accepted(r)
	if err != nil {
		return nil, err
	}
	if err := w.free(r, 0); err != nil {
		return nil, err
	}
	off := resource.NoSwitch
	if switchOf(r.Kind) != resource.NoSwitch {
		off = resource.Off
	}
	answer, err := w.tx.ExecContext(w.ctx, `INSERT INTO objects (kind, key, attributes, switch, mark, once, version) VALUES (?, ?, ?, ?, ?, ?, 1)`,
		r.Kind, r.Key, attributes, string(off), c.Mark, c.Key)
	if err != nil {
		return nil, err
	}
	serial, err := answer.LastInsertId()
	if err != nil {
		return nil, err
	}
	return w.written(c, serial, 0)
}

// update replaces attributes, natural key and mark, and leaves the switch.
func (w *write) update(c targets.Change) (*resource.Object, error) {
	now, done, err := w.prior(c)
	if err != nil || done {
		return &now.object, err
	}
	attributes, err := w.accepted(c.Resource)
	if err != nil {
		return nil, err
	}
	if err := w.free(c.Resource, now.serial); err != nil {
		return nil, err
	}
	if err := w.exec(`UPDATE objects SET key = ?, attributes = ?, mark = ?, once = ?, version = version + 1 WHERE serial = ?`,
		c.Resource.Key, attributes, c.Mark, c.Key, now.serial); err != nil {
		return nil, err
	}
	return w.written(c, now.serial, now.version)
}

// turn switches an object on or off.
func (w *write) turn(c targets.Change, to resource.Switch) (*resource.Object, error) {
	now, done, err := w.prior(c)
	if err != nil || done {
		return &now.object, err
	}
	if now.object.Switch == resource.NoSwitch {
		return nil, refused(targets.Permanent, "a %s cannot be switched", now.object.Kind)
	}
	if err := w.exec(`UPDATE objects SET switch = ?, once = ?, version = version + 1 WHERE serial = ?`, string(to), c.Key, now.serial); err != nil {
		return nil, err
	}
	if err := w.remember(c, now.serial, now.version); err != nil {
		return nil, err
	}
	return w.current(now.serial)
}

// remove deletes an object; one that is gone already is no matter.
func (w *write) remove(c targets.Change) error {
	serial, ok := serialOf(c.Prior.Kind, c.Prior.ID)
	if !ok {
		return refused(targets.Permanent, "%q is not an id of this platform", c.Prior.ID)
	}
	now, err := w.one(`serial = ?`, serial)
	if err != nil || now == nil {
		return err
	}
	if err := unmoved(c, *now); err != nil {
		return err
	}
	user, err := w.one(`serial <> ? AND serial IN (SELECT serial FROM uses WHERE used = ?) ORDER BY serial LIMIT 1`, serial, serial)
	if err != nil {
		return err
	}
	if user != nil {
		return refused(targets.Permanent, "%s %s is built on it", user.object.Kind, user.object.Key)
	}
	if err := w.exec(`DELETE FROM objects WHERE serial = ?`, serial); err != nil {
		return err
	}
	return w.remember(c, serial, now.version)
}

// prior is the object that a change is about, as it is now. Done says that
// this very change was carried out before.
func (w *write) prior(c targets.Change) (now row, done bool, err error) {
	serial, ok := serialOf(c.Prior.Kind, c.Prior.ID)
	if !ok {
		return row{}, false, refused(targets.Permanent, "%q is not an id of this platform", c.Prior.ID)
	}
	found, err := w.one(`serial = ? AND kind = ?`, serial, c.Prior.Kind)
	if err != nil {
		return row{}, false, err
	}
	if found == nil {
		return row{}, false, refused(targets.Conflict, "the %s %s was deleted from the file, and nothing was written; run trayecto plan again", c.Prior.Kind, c.Prior.ID)
	}
	if done, err = w.repeats(c, serial, c.Prior.Version); done || err != nil {
		return *found, done, err
	}
	return *found, false, unmoved(c, *found)
}

// unmoved refuses a change that was made for another version of the object.
func unmoved(c targets.Change, now row) error {
	if c.Prior.Version != "" && c.Prior.Version != now.object.Version {
		return refused(targets.Conflict, "the %s %s was changed in the file since it was read (it is at version %s, and was at %s), and nothing was written; run trayecto plan again",
			c.Prior.Kind, c.Prior.ID, now.object.Version, c.Prior.Version)
	}
	return nil
}

// repeats tells whether a change was carried out before: under its key, on
// this object, from the same version; where the caller knows no version, as
// the object's last change. A key that stood for something else is refused.
func (w *write) repeats(c targets.Change, serial int64, before string) (bool, error) {
	var digest string
	err := w.tx.QueryRowContext(w.ctx, `SELECT digest FROM calls WHERE once = ? AND serial = ?
		AND (before = ? OR ? = '' AND once = (SELECT once FROM objects WHERE objects.serial = calls.serial)) ORDER BY before DESC LIMIT 1`,
		c.Key, serial, before, before).Scan(&digest)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	case digest != digestOf(c):
		return false, refused(targets.Permanent, "the idempotency key %q was used for another change", c.Key)
	}
	return true, nil
}

// digestOf names what a change would do.
func digestOf(c targets.Change) string {
	return resource.Hash(resource.List{resource.String(c.Action), resource.String(c.Resource.Key), normal(c.Resource.Attributes), resource.String(c.Mark)})
}

// written notes what an object is built on and what was done, and reads it back.
func (w *write) written(c targets.Change, serial, before int64) (*resource.Object, error) {
	if err := w.exec(`DELETE FROM uses WHERE serial = ?`, serial); err != nil {
		return nil, err
	}
	used, err := w.used(c.Resource)
	if err != nil {
		return nil, err
	}
	for _, u := range used {
		if err := w.exec(`INSERT OR IGNORE INTO uses VALUES (?, ?)`, serial, u); err != nil {
			return nil, err
		}
	}
	if err := w.remember(c, serial, before); err != nil {
		return nil, err
	}
	return w.current(serial)
}

func (w *write) remember(c targets.Change, serial, before int64) error {
	return w.exec(`INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?)`, c.Key, serial, before, digestOf(c))
}

func (w *write) current(serial int64) (*resource.Object, error) {
	now, err := w.one(`serial = ?`, serial)
	if err != nil {
		return nil, err
	}
	return &now.object, nil
}

// accepted is the attributes as they are stored.
func (w *write) accepted(r resource.Resource) (string, error) {
	if !known(r.Kind) {
		return "", refused(targets.Rejected, "there are no objects of kind %q here", r.Kind)
	}
	if r.Key == "" {
		return "", refused(targets.Rejected, "a %s needs a natural key", r.Kind)
	}
	if refs := resource.Refs(r.Attributes); len(refs) > 0 {
		return "", refused(targets.Rejected, "the id of %s is not filled in", refs[0].Address)
	}
	if lookups := resource.Lookups(r.Attributes); len(lookups) > 0 {
		return "", refused(targets.Rejected, "the %s %q is not filled in", lookups[0].Kind, lookups[0].Key)
	}
	raw, err := resource.Encode(normal(r.Attributes))
	return string(raw), err
}

func known(kind string) bool {
	for _, k := range kinds {
		if k.Name == kind {
			return true
		}
	}
	return false
}

// used lists the serials of attributes.ids, all of which must exist.
func (w *write) used(r resource.Resource) ([]int64, error) {
	ids, _ := r.Attributes["ids"].(resource.Map)
	names := make([]string, 0, len(ids))
	for name := range ids {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []int64
	for _, name := range names {
		id, _ := ids[name].(resource.String)
		kind, _, _ := strings.Cut(string(id), "-")
		serial, ok := serialOf(kind, string(id))
		found, err := w.one(`serial = ? AND kind = ?`, serial, kind)
		if err != nil {
			return nil, err
		}
		if !ok || found == nil {
			return nil, &targets.Error{Kind: targets.Rejected, Path: resource.Path("ids", name), Message: fmt.Sprintf("there is no object %q", string(id))}
		}
		out = append(out, serial)
	}
	return out, nil
}

// free refuses a natural key that another object of the kind has.
func (w *write) free(r resource.Resource, self int64) error {
	other, err := w.one(`kind = ? AND key = ? AND serial <> ?`, r.Kind, r.Key, self)
	if err != nil || other == nil {
		return err
	}
	whose := "of someone else"
	if other.object.Mark != "" {
		whose = "with the mark " + other.object.Mark
	}
	return refused(targets.Conflict, "there is a %s %s already, %s: %s", r.Kind, r.Key, whose, other.object.ID)
}

// one is the row that fits, or nil.
func (w *write) one(where string, args ...any) (*row, error) {
	rows, err := reader{from: w.tx}.read(w.ctx, where, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func (w *write) exec(statement string, args ...any) error {
	_, err := w.tx.ExecContext(w.ctx, statement, args...)
	return err
}

func refused(kind targets.ErrorKind, format string, args ...any) error {
	return &targets.Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}
