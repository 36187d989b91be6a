package local_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// purpose is an object that is built on others.
func purpose(name string, ids resource.Map) targets.Change {
	return targets.Change{
		Action: targets.Create, Mark: "mark of " + name, Key: "create " + name,
		Resource: resource.Resource{Kind: "purpose", Key: "purpose." + name, Attributes: resource.Map{"class": resource.String("service"), "ids": ids}},
	}
}

func remove(o *resource.Object) targets.Change {
	return targets.Change{Action: targets.Delete, Prior: o, Key: "delete " + o.ID}
}

func TestIdsMustExist(t *testing.T) {
	target := opened(t, config(t.TempDir(), "sandbox.db"))
	results := do(t, target, channel("email"),
		purpose("known", resource.Map{"channel.email": resource.String("channel-1")}),
		purpose("unknown", resource.Map{"channel.email": resource.String("channel-9")}),
		purpose("other kind", resource.Map{"channel.email": resource.String("segment-1")}),
		purpose("no id", resource.Map{"channel.email": resource.Bool(true)}),
		purpose("unfilled", resource.Map{"channel.email": resource.Ref{Address: resource.Address{Object: "channel.email"}, Output: "id"}}),
		purpose("unlooked", resource.Map{"channel.email": resource.Lookup{Kind: "channel", Key: "email"}}))
	for i, r := range results {
		if i < 2 && r.Err != nil || i >= 2 && (r.Err == nil || r.Err.Kind != targets.Rejected) {
			t.Errorf("%s: %v", r.Key, r.Err)
		}
	}
	if want := "ids.channel.email"; results[2].Err.Path != want {
		t.Errorf("expected the path %s, got %q", want, results[2].Err.Path)
	}
	if n := len(all(t, target)); n != 2 {
		t.Errorf("expected 2 objects, got %d", n)
	}
}

func TestWhatOthersAreBuiltOnStays(t *testing.T) {
	target := opened(t, config(t.TempDir(), "sandbox.db"))
	made := do(t, target, channel("email"), purpose("p", resource.Map{"channel.email": resource.String("channel-1")}))
	refused := do(t, target, remove(made[0].Object))[0]
	wantError(t, refused.Err, targets.Permanent, "purpose purpose.p is built on it")

	free := purpose("p", nil)
	free.Action, free.Prior, free.Key = targets.Update, made[1].Object, "set free"
	for _, r := range do(t, target, free, remove(made[0].Object)) {
		if r.Err != nil {
			t.Errorf("%s: %v", r.Key, r.Err)
		}
	}
}

func TestNaturalKeysAreUnique(t *testing.T) {
	target := opened(t, config(t.TempDir(), "sandbox.db"))
	again := channel("email")
	again.Key = "another key"
	sms := channel("sms")
	results := do(t, target, channel("email"), again, sms)
	wantError(t, results[1].Err, targets.Conflict, "there is a channel channel.email already, with the mark mark of email: channel-1")
	rename := channel("email")
	rename.Action, rename.Prior, rename.Key = targets.Update, results[2].Object, "rename"
	wantError(t, do(t, target, rename)[0].Err, targets.Conflict, "already")
}

func TestIdsAreNeverUsedTwice(t *testing.T) {
	target := opened(t, config(t.TempDir(), "sandbox.db"))
	first := do(t, target, channel("email"))[0].Object
	do(t, target, remove(first))
	second := do(t, target, channel("email"))[0].Object // the same change with the same key: it is made anew
	if second == nil || second.ID == first.ID {
		t.Errorf("expected another id than %s, got %+v", first.ID, second)
	}
	do(t, target, remove(first)) // the deletion again: it is done, and about another object
	if n := len(all(t, target)); n != 1 {
		t.Errorf("expected 1 object, got %d", n)
	}
}

// A key is for one change: back and forth between two contents, the same keys
// return and each step is carried out.
func TestKeysMayReturn(t *testing.T) {
	target := opened(t, config(t.TempDir(), "sandbox.db"))
	now := do(t, target, channel("email"))[0].Object
	for i := range 6 {
		to := channel("email")
		to.Action, to.Prior, to.Key = targets.Update, now, fmt.Sprint("to ", i%2)
		to.Resource.Attributes = resource.Map{"address": resource.String(fmt.Sprint(i % 2))}
		r := do(t, target, to)[0]
		if r.Err != nil || !resource.Equal(r.Object.Attributes, to.Resource.Attributes) {
			t.Fatalf("step %d: %v, %+v", i, r.Err, r.Object)
		}
		now = r.Object
	}
	other := channel("email")
	other.Resource.Attributes = resource.Map{"address": resource.String("other")}
	wantError(t, do(t, target, other)[0].Err, targets.Permanent, "was used for another change")
	nameless := channel("sms")
	nameless.Key = ""
	wantError(t, do(t, target, nameless)[0].Err, targets.Permanent, "no idempotency key")
}

// A change of the row by hand moves the version, so that a change that was
// planned before it is a conflict.
func TestEditsByHandMoveTheVersion(t *testing.T) {
	c := config(t.TempDir(), "sandbox.db")
	target := opened(t, c)
	made := do(t, target, channel("email"))[0].Object
	execute(t, filepath.Join(c.Dir, "sandbox.db"), `UPDATE objects SET mark = 'theirs'`)
	late := channel("email")
	late.Action, late.Prior, late.Key = targets.Update, made, "late"
	wantError(t, do(t, target, late)[0].Err, targets.Conflict, "the channel channel-1 was changed in the file since it was read (it is at version 2")
}

func TestNumbersAreNormal(t *testing.T) {
	c := config(t.TempDir(), "sandbox.db")
	target := opened(t, c)
	do(t, target, channel("email"))
	execute(t, filepath.Join(c.Dir, "sandbox.db"), `UPDATE objects SET attributes = '{ "b": [1.50, {"c": null, "d": 2.0}], "a": null }'`)
	want := resource.Map{"b": resource.List{resource.Number("1.5"), resource.Map{"d": resource.Number("2")}}}
	if diff := cmp.Diff(want, all(t, target)[0].Attributes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// More objects than fit a batch or a page, and a caller that stops, and one
// that writes between two pages.
func TestPages(t *testing.T) {
	target := opened(t, config(t.TempDir(), "sandbox.db"))
	var list []targets.Change
	for i := range 600 {
		list = append(list, channel(fmt.Sprint(i)))
	}
	for i, r := range do(t, target, list...) {
		if r.Key != list[i].Key {
			t.Fatalf("result %d is for %s", i, r.Key)
		}
	}
	pages, objects := 0, 0
	err := target.List(context.Background(), targets.ListRequest{Kinds: []string{"segment", "channel"}}, func(page []resource.Object) error {
		pages++
		objects += len(page)
		do(t, target, remove(&page[0]))
		return nil
	})
	if err != nil || pages != 3 || objects != 600 {
		t.Errorf("expected 600 objects on 3 pages, got %d on %d, %v", objects, pages, err)
	}
	enough := errors.New("enough")
	if err := target.List(context.Background(), targets.ListRequest{}, func([]resource.Object) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("expected the error of the page, got %v", err)
	}
	if err := target.List(context.Background(), targets.ListRequest{Kinds: []string{"segment"}}, func(page []resource.Object) error { return enough }); err != nil {
		t.Errorf("a kind without objects had a page: %v", err)
	}
}

func all(t *testing.T, target targets.Target) []resource.Object {
	t.Helper()
	var out []resource.Object
	if err := target.List(context.Background(), targets.ListRequest{All: true}, func(page []resource.Object) error {
		out = append(out, page...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}
