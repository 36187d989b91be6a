package account

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Desk reads and writes the objects of an account one at a time. What the
// platform says is not there is an error for which Gone is true.
type Desk struct {
	Called string // what people call the platform: "Klaviyo"
	Kinds  []targets.Kind
	// Each passes on the objects of a kind whose mark is wanted, page by page, each
	// object once; "" is the mark of what is not ours.
	Each func(ctx context.Context, kind string, wanted func(mark string) bool, page func([]resource.Object) error) error
	Read func(ctx context.Context, kind, id string) (resource.Object, error)
	// Create, Update and Turn return the object as it is afterwards. Now is the
	// object as it was just read.
	Create func(ctx context.Context, c targets.Change) (*resource.Object, error)
	Update func(ctx context.Context, c targets.Change, now resource.Object) (*resource.Object, error)
	Remove func(ctx context.Context, c targets.Change) error
	// Turn switches an object on or off; nil where nothing is switched.
	Turn func(ctx context.Context, c targets.Change, now resource.Object) (*resource.Object, error)
	// Coarse says that versions tell too little: an object is unchanged only if it
	// is made of the same.
	Coarse bool
}

// ErrGone is what Read says of an object that is not there, where no call does.
var ErrGone = errors.New("it is not there")

// Gone tells whether the platform says that something is not there.
func Gone(err error) bool { return errors.Is(err, ErrGone) || rest.Gone(err) }

// Failed is an error of a kind, in words.
func Failed(kind targets.ErrorKind, words string, args ...any) error {
	return &targets.Error{Kind: kind, Message: fmt.Sprintf(words, args...)}
}

func (d Desk) knows(kind string) bool {
	return slices.ContainsFunc(d.Kinds, func(k targets.Kind) bool { return k.Name == kind })
}

// List passes on the objects of the asked kinds, as targets.Target wants it.
func (d Desk) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	for _, k := range d.Kinds {
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, k.Name) {
			continue
		}
		if err := d.each(ctx, k.Name, func(mark string) bool { return r.All || mark != "" }, page); err != nil {
			return err
		}
	}
	return nil
}

// each passes on no page without an object.
func (d Desk) each(ctx context.Context, kind string, wanted func(string) bool, page func([]resource.Object) error) error {
	return d.Each(ctx, kind, wanted, func(found []resource.Object) error {
		if len(found) == 0 {
			return nil
		}
		return page(found)
	})
}

// Get reads objects by id; those that are gone are left out.
func (d Desk) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	if !d.knows(kind) {
		return nil, nil
	}
	var out []resource.Object
	for _, id := range ids {
		o, err := d.Read(ctx, kind, id)
		if Gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Find looks by mark, which is written with the object; where only a name is
// known, by that.
func (d Desk) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	found, err := d.FindEach(ctx, []targets.FindRequest{r})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// FindEach reads the objects of each kind once, however many are looked for.
func (d Desk) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	out := make([][]resource.Object, len(r))
	for _, k := range d.Kinds {
		marks, keys := sought(r, k.Name)
		if len(marks)+len(keys) == 0 {
			continue
		}
		wanted := func(mark string) bool { return len(keys) > 0 || len(marks[mark]) > 0 }
		err := d.each(ctx, k.Name, wanted, func(found []resource.Object) error {
			for _, o := range found {
				for _, i := range slices.Concat(marks[o.Mark], keys[o.Key]) {
					out[i] = append(out[i], o)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sought is which requests look for an object of a kind by its mark, and which by
// its name.
func sought(r []targets.FindRequest, kind string) (marks, keys map[string][]int) {
	marks, keys = map[string][]int{}, map[string][]int{}
	for i, request := range r {
		switch {
		case request.Kind != kind:
		case request.Mark != "":
			marks[request.Mark] = append(marks[request.Mark], i)
		case request.Key != "":
			keys[request.Key] = append(keys[request.Key], i)
		}
	}
	return marks, keys
}

// Apply carries changes out one after the other.
func (d Desk) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		object, err := d.apply(ctx, c)
		var known *targets.Error
		if err != nil && !errors.As(err, &known) {
			return err
		}
		result(targets.Result{Key: c.Key, Object: object, Err: known})
	}
	return nil
}

func (d Desk) apply(ctx context.Context, c targets.Change) (*resource.Object, error) {
	kind := c.Resource.Kind
	switch {
	case !slices.ContainsFunc(d.Kinds, func(k targets.Kind) bool { return k.Name == kind && k.Manual == "" }):
		return nil, Failed(targets.Permanent, "%s has no objects of kind %q that a program may write", d.Called, kind)
	case c.Action == targets.Create:
		return d.Create(ctx, c)
	case c.Prior == nil:
		return nil, Failed(targets.Permanent, "nothing is known of the %s that is to be changed", kind)
	}
	now, err := d.unchanged(ctx, c)
	switch {
	case Gone(err) && c.Action == targets.Delete:
		return nil, nil
	case Gone(err):
		return nil, Deleted(d.Called, kind, c.Prior.ID)
	case err != nil:
		return nil, err
	}
	switch c.Action {
	case targets.Update:
		return d.Update(ctx, c, now)
	case targets.Delete:
		if err := d.Remove(ctx, c); !Gone(err) {
			return nil, err
		}
		return nil, nil
	case targets.SwitchOn, targets.SwitchOff:
		if d.Turn == nil {
			return nil, Failed(targets.Permanent, "a %s at %s is not switched on or off", kind, d.Called)
		}
		return d.Turn(ctx, c, now)
	case targets.Create:
	}
	return nil, Failed(targets.Permanent, "%s knows no change %q", d.Called, c.Action)
}

// unchanged is the object as it is now, and refuses to write over what somebody
// did since it was read. None of these platforms checks versions itself, and
// versions move for other reasons too, so what counts is what the object is.
// What we have written ourselves, in a change whose second half failed, is no
// conflict.
func (d Desk) unchanged(ctx context.Context, c targets.Change) (resource.Object, error) {
	now, err := d.Read(ctx, c.Resource.Kind, c.Prior.ID)
	if err != nil || !d.Coarse && (c.Prior.Version == "" || c.Prior.Version == now.Version) {
		return now, err
	}
	update := c.Action == targets.Update
	named := now.Key == c.Prior.Key && now.Mark == c.Prior.Mark || update && now.Key == c.Resource.Key && now.Mark == c.Mark
	made := resource.Equal(now.Attributes, c.Prior.Attributes) || update && resource.Equal(now.Attributes, c.Resource.Attributes)
	if named && made {
		return now, nil
	}
	return now, Moved(d.Called, c.Resource.Kind, c.Prior.ID, "changed")
}

// Deleted is the error of an object that somebody deleted since it was read, on
// the platform that people call so.
func Deleted(called, kind, id string) error {
	return Failed(targets.Conflict, "the %s %s was deleted at %s, and nothing was written; run trayecto plan again", kind, id, called)
}

// Moved is the error of an object that somebody did something to since it was
// read: "changed", "switched on".
func Moved(called, kind, id, what string) error {
	return Failed(targets.Conflict, "the %s %s was %s at %s since it was read, and nothing was written; run trayecto plan again", kind, id, what, called)
}

// Unread is the error of an object that was written and could not be read back,
// which does not undo what was done.
func Unread(kind string, err error) error {
	return &targets.Error{Kind: targets.UnknownOutcome, Message: "the " + kind + " was written, and reading it back failed", Err: err}
}
