// Command trayecto-target-csv is a plugin: its platform is a CSV file of segments.
//
// It mints ids, keeps marks, does a change once and refuses one for another version.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sdk"
)

func main() { sdk.Serve(func() targets.Target { return &target{} }) }

// target is one file. A row is id, key, mark and condition.
type target struct{ path string }

const kind = "segment"

func (t *target) Describe() targets.Description {
	return targets.Description{
		Name: "csv", Version: "0.1.0", Protocols: []int{1}, Doc: "Segments as rows of a CSV file.",
		Settings: []targets.Setting{{Name: "path", Doc: "The file, relative to the project.", Required: true}},
		Kinds:    []targets.Kind{{Name: kind, Doc: "A segment and its condition.", Version: 1, Marks: targets.OwnRegistry, Unique: true}},
		Can:      targets.Capabilities{Segments: true, Negation: true, Sequences: true, Consent: "none", Foresees: true},
	}
}

func (t *target) Configure(_ context.Context, c targets.Config) error {
	path, _ := c.Platform.Config.Get("path")
	text, ok := path.Value.(types.Text)
	if !ok {
		return &targets.Error{Kind: targets.Permanent, Message: "the path is not a text"}
	}
	t.path = filepath.Join(c.Dir, filepath.FromSlash(string(text)))
	return nil
}

func (t *target) Lower(r targets.LowerRequest) targets.Lowered {
	var out targets.Lowered
	for _, s := range r.Program.Segments {
		if slices.Contains(r.Placed, s.Address) {
			out.Resources = append(out.Resources, resource.Resource{
				Address: resource.Address{Object: s.Address, Platform: r.Platform.Name}, Kind: kind, Key: s.Address,
				Attributes: resource.Map{"where": resource.String(expr.Print(s.Where))}, At: s.At,
			})
		}
	}
	slices.SortFunc(out.Resources, func(a, b resource.Resource) int { return a.Address.Compare(b.Address) })
	return out
}

// rows reads the file; one that is not there is empty.
func (t *target) rows() ([]resource.Object, error) {
	f, err := os.Open(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "reading the file", Err: err}
	}
	defer f.Close() // it was only read
	reader := csv.NewReader(f)
	reader.FieldsPerRecord = 4
	lines, err := reader.ReadAll()
	if err != nil {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "the file is not as it was written", Err: err}
	}
	var out []resource.Object
	for _, l := range lines {
		out = append(out, resource.Object{ID: l[0], Key: l[1], Mark: l[2], Kind: kind,
			Attributes: resource.Map{"where": resource.String(l[3])}, Version: resource.Hash(resource.String(l[3]))})
	}
	return out, nil
}

// write puts the rows beside the file and then in its place.
func (t *target) write(rows []resource.Object) error {
	f, err := os.Create(t.path + ".new")
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	for _, o := range rows {
		where, _ := o.Attributes["where"].(resource.String)
		_ = w.Write([]string{o.ID, o.Key, o.Mark, string(where)}) // Error says so below
	}
	w.Flush()
	if err := errors.Join(w.Error(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(t.path+".new", t.path)
}

func (t *target) List(_ context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	rows, err := t.rows()
	rows = slices.DeleteFunc(rows, func(o resource.Object) bool { return !r.All && o.Mark == "" })
	if err != nil || len(rows) == 0 || len(r.Kinds) > 0 && !slices.Contains(r.Kinds, kind) {
		return err
	}
	return page(rows)
}

func (t *target) Get(_ context.Context, _ string, ids []string) ([]resource.Object, error) {
	rows, err := t.rows()
	return slices.DeleteFunc(rows, func(o resource.Object) bool { return !slices.Contains(ids, o.ID) }), err
}

func (t *target) Find(_ context.Context, r targets.FindRequest) ([]resource.Object, error) {
	rows, err := t.rows()
	return slices.DeleteFunc(rows, func(o resource.Object) bool {
		return !(r.Mark != "" && o.Mark == r.Mark || r.Key != "" && o.Key == r.Key)
	}), err
}

func (t *target) Apply(_ context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		object, err := t.apply(c)
		answer, known := errors.AsType[*targets.Error](err)
		if err != nil && !known {
			answer = &targets.Error{Kind: targets.UnknownOutcome, Message: "writing the file", Err: err}
		}
		result(targets.Result{Key: c.Key, Object: object, Err: answer})
	}
	return nil
}

func (t *target) apply(c targets.Change) (*resource.Object, error) {
	rows, err := t.rows()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(rows, func(o resource.Object) bool {
		return c.Prior != nil && o.ID == c.Prior.ID || c.Action == targets.Create && o.Key == c.Resource.Key
	})
	where, _ := c.Resource.Attributes["where"].(resource.String)
	is := resource.Object{Kind: kind, Key: c.Resource.Key, Mark: c.Mark, Attributes: resource.Map{"where": where}, Version: resource.Hash(where)}
	switch {
	case c.Resource.Kind != kind || c.Action == targets.SwitchOn || c.Action == targets.SwitchOff:
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("a %s cannot be changed by %s", c.Resource.Kind, c.Action)}
	case c.Action == targets.Delete && at < 0:
		return nil, nil // it is gone already
	case c.Action == targets.Create && at >= 0 && rows[at].Mark != c.Mark:
		return nil, &targets.Error{Kind: targets.Conflict, Message: "the file has a row " + c.Resource.Key + " of somebody else's"}
	case c.Action == targets.Update && at < 0:
		return nil, &targets.Error{Kind: targets.Conflict, Message: "the row is gone"}
	case at >= 0 && c.Prior != nil && rows[at].Version != c.Prior.Version && rows[at].Version != is.Version:
		return nil, &targets.Error{Kind: targets.Conflict, Message: "the row was changed by somebody else"}
	case c.Action == targets.Delete:
		return nil, t.write(slices.Delete(rows, at, at+1))
	case at >= 0:
		is.ID = rows[at].ID
		rows[at] = is
		return &is, t.write(rows)
	}
	last := 0
	for _, o := range rows {
		n, _ := strconv.Atoi(o.ID) // an id of somebody else's counts as 0
		last = max(last, n)
	}
	is.ID = strconv.Itoa(last + 1)
	return &is, t.write(append(rows, is))
}

func (t *target) Plan(_ context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return make([]targets.PlanAnswer, len(r)), nil
}

// Foresee has plans that may not look at the file say all the same how it changes.
func (t *target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return targets.ForeseeEach(r, func(targets.PlanRequest) (a targets.PlanAnswer, sure bool) { return a, true })
}

func (t *target) Lookup(_ context.Context, l []resource.Lookup) ([]targets.LookupAnswer, error) {
	return make([]targets.LookupAnswer, len(l)), nil
}

func (t *target) Upgrade(of string, a resource.Map, from int) (resource.Map, error) {
	if of != kind || from != 1 {
		return nil, fmt.Errorf("a %s of schema %d is not known here", of, from)
	}
	return a, nil
}

func (t *target) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}

func (t *target) Explain(*ir.Program, ir.Platform) ir.Enforcement { return ir.Enforcement{} }
func (t *target) Identity(context.Context) (string, error)        { return t.path, nil }
func (t *target) Close() error                                    { return nil }
