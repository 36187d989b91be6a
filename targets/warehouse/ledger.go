package warehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Registry is the table in our schema that keeps one row per object of ours:
// the ownership mark, the idempotency key of the last change, the attributes
// and a hash of the definition as the database itself writes it.
//
// The row is written in the transaction that makes the object, so a lost answer
// is resolved exactly: the key is there or nothing was done. On reading, an
// object whose definition is no longer the one that was written shows the
// present one as its sql, which is drift.
const Registry = "objects"

// Ledger is the registry and the definitions beside it, in one transaction.
type Ledger interface {
	// Held is the row of an object, nil when there is none.
	Held(ctx context.Context, kind, name string) (*Entry, error)
	// Definition is what the database says of an object now, "" when it is gone.
	Definition(ctx context.Context, kind, name string) (string, error)
	// Open makes the schema and its registry if they are missing.
	Open(ctx context.Context) error
	// Define makes or replaces an object. What the database does not understand
	// is a rejected sql.
	Define(ctx context.Context, r resource.Resource) error
	// Rename gives a view and its row another name.
	Rename(ctx context.Context, from, to string) error
	// Register writes the row of a change whose object is defined so.
	Register(ctx context.Context, c targets.Change, definition string) error
	// Remove drops an object and its row, unless others still use it.
	Remove(ctx context.Context, kind, name string) error
}

// Row is a row of the registry with what the database says of the object now.
type Row struct {
	Kind, Name, Mark, Once string
	Attributes             []byte // JSON
	Written                string // hash of the definition as it was written
	Present                string // the definition now, "" when it is gone
}

// Entry is a row that was read.
type Entry struct {
	Object  resource.Object
	Once    string // idempotency key of the last change
	Written string // hash of the definition as it was written
	Present string // the definition now
}

// Read is what a row says of an object in a schema of ours.
func (r Row) Read(schema string) (Entry, error) {
	e := Entry{Once: r.Once, Written: r.Written, Present: r.Present,
		Object: resource.Object{Kind: r.Kind, Key: r.Name, Mark: r.Mark, ID: ID(schema, r.Kind, r.Name)}}
	if err := json.Unmarshal(r.Attributes, &e.Object.Attributes); err != nil {
		return Entry{}, fmt.Errorf("attributes of %s %s in the registry: %w", r.Kind, r.Name, err)
	}
	if e.Present == "" {
		return e, nil
	}
	e.Object.Version = Hash(e.Present)
	if e.Object.Version != e.Written {
		e.Object.Attributes["sql"] = resource.String(e.Present)
	}
	return e, nil
}

// ID is the full name of an object: it is unique and lasts as long as the object.
func ID(schema, kind, name string) string {
	if kind == KindSchema {
		return name
	}
	return schema + "." + name
}

// Hash is the version of an object that is defined so.
func Hash(definition string) string {
	sum := sha256.Sum256([]byte(definition))
	return hex.EncodeToString(sum[:12])
}

// Stranger is a view in our schema that no row of the registry claims, with the
// query in its definition.
func Stranger(schema, name, definition, query string) resource.Object {
	query = strings.TrimSuffix(strings.TrimSpace(query), ";")
	return resource.Object{
		Kind: KindView, ID: ID(schema, KindView, name), Key: name, Version: Hash(definition),
		Attributes: resource.Map{"name": resource.String(name), "sql": resource.String(query)},
	}
}

// Existing are the objects of entries that are still there.
func Existing(entries []Entry) []resource.Object {
	var out []resource.Object
	for _, e := range entries {
		if e.Present != "" {
			out = append(out, e.Object)
		}
	}
	return out
}

// Carry carries one change out.
func Carry(ctx context.Context, l Ledger, c targets.Change) (*resource.Object, error) {
	switch c.Action {
	case targets.Create, targets.Update:
		return write(ctx, l, c)
	case targets.Delete:
		return nil, remove(ctx, l, c)
	case targets.SwitchOn, targets.SwitchOff:
	}
	return nil, &targets.Error{Kind: targets.Permanent, Message: "a warehouse has nothing to switch on or off"}
}

// write makes or replaces an object. A change that the registry knows already
// is not made again.
func write(ctx context.Context, l Ledger, c targets.Change) (*resource.Object, error) {
	kind, name := c.Resource.Kind, c.Resource.Key
	if kind == KindSchema {
		if err := l.Open(ctx); err != nil {
			return nil, err
		}
	}
	if err := rename(ctx, l, c); err != nil {
		return nil, err
	}
	held, err := l.Held(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	if held != nil && held.Once == c.Key && held.Present != "" && held.Object.Version == held.Written {
		return &held.Object, nil
	}
	if err := mayWrite(ctx, l, c, held); err != nil {
		return nil, err
	}
	if err := l.Define(ctx, c.Resource); err != nil {
		return nil, err
	}
	definition, err := l.Definition(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	if err := l.Register(ctx, c, definition); err != nil {
		return nil, err
	}
	if held, err = l.Held(ctx, kind, name); err != nil {
		return nil, err
	}
	return &held.Object, nil
}

// mayWrite refuses to take what is not ours, or what someone changed since it
// was read.
func mayWrite(ctx context.Context, l Ledger, c targets.Change, held *Entry) error {
	if held != nil && held.Object.Mark != c.Mark && !knows(c, *held) {
		return conflict("%s %s belongs to another project or address", c.Resource.Kind, held.Object.ID)
	}
	present, err := l.Definition(ctx, c.Resource.Kind, c.Resource.Key)
	if err != nil {
		return err
	}
	switch {
	case present == "" || held != nil && c.Prior == nil:
		return nil
	case c.Prior == nil:
		return conflict("there is a %s %s already, and it was not made by trayecto", c.Resource.Kind, c.Resource.Key)
	case c.Prior.Version != "" && c.Prior.Version != Hash(present) && c.Prior.Key == c.Resource.Key:
		return moved(c.Prior.Kind, c.Prior.ID, "changed")
	}
	return nil
}

// knows tells whether a change was made for the object with the mark that it
// carries: it is moved or taken over, and gets another.
func knows(c targets.Change, held Entry) bool {
	return c.Prior != nil && c.Prior.ID == held.Object.ID && c.Prior.Mark == held.Object.Mark
}

// rename gives a view the name that a change wants, so that what was granted on
// it and what is built on it stays, where the database lets it. A view of the old
// name that is gone or that somebody changed since it was read is not touched:
// the change is refused.
func rename(ctx context.Context, l Ledger, c targets.Change) error {
	if c.Action != targets.Update || c.Prior == nil || c.Prior.Key == c.Resource.Key || c.Resource.Kind != KindView {
		return nil
	}
	before, err := l.Definition(ctx, KindView, c.Prior.Key)
	if err != nil {
		return err
	}
	after, err := l.Definition(ctx, KindView, c.Resource.Key)
	switch {
	case err != nil:
		return err
	case before == "" && after != "":
		return nil // this change was made before; whose the view is, is looked at next
	case before == "":
		return moved(c.Prior.Kind, c.Prior.ID, "removed")
	case after != "":
		return conflict("there is a view %s already", c.Resource.Key)
	case c.Prior.Version != "" && c.Prior.Version != Hash(before):
		return moved(c.Prior.Kind, c.Prior.ID, "changed")
	}
	return l.Rename(ctx, c.Prior.Key, c.Resource.Key)
}

// remove drops an object and its row. What is gone already is done; what others
// still use is not dropped.
func remove(ctx context.Context, l Ledger, c targets.Change) error {
	held, err := l.Held(ctx, c.Resource.Kind, c.Resource.Key)
	if err != nil || held == nil {
		return err
	}
	if held.Object.Mark != c.Mark && c.Mark != "" {
		return conflict("%s belongs to another project or address", held.Object.ID)
	}
	if c.Prior != nil && c.Prior.Version != "" && held.Present != "" && c.Prior.Version != held.Object.Version {
		return moved(c.Resource.Kind, held.Object.ID, "changed")
	}
	return l.Remove(ctx, c.Resource.Kind, c.Resource.Key)
}

func conflict(format string, args ...any) error {
	return &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf(format, args...)}
}

// SQL is the text of a resource.
func SQL(r resource.Resource) string {
	text, _ := r.Attributes["sql"].(resource.String)
	return string(text)
}

// Answered is the platform's answer in an error.
func Answered(err error) *targets.Error {
	if answer, ok := errors.AsType[*targets.Error](err); ok {
		return answer
	}
	if err == nil {
		return nil
	}
	return &targets.Error{Kind: targets.Permanent, Message: "applying the change", Err: err}
}

// moved is the conflict with what somebody did to an object since it was read.
func moved(kind, id, what string) error {
	return conflict("the %s %s was %s in the database since it was read, and nothing was written; run trayecto plan again", kind, id, what)
}
