// Package suite is the tests that every target of an account at somebody else's
// service must pass, beside those of the kit: what goes wrong is said in words
// that name the object, what is done and what to do next.
package suite

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
)

// Account is a stand-in with nothing of ours on it, and what may go wrong with
// it. Each of its functions is called between two calls of the API, by Do.
type Account struct {
	Target targets.Factory
	Config targets.Config
	Other  targets.Config // of another account
	Secret string
	Server *fake.Server
	Do     func(func())   // nil: Server.Do; where the functions wait for the server themselves, one that only calls them
	Create targets.Change // makes an object
	Edited resource.Map   // what an edit makes of it
	Paged  string         // the kind whose list comes in pages, if not the object's
	Crowd  func()         // makes more of that kind than a page holds, if a dozen of the object is not

	Wrong   func()          // the credentials are not accepted
	Lacking func()          // they lack the right to write the object
	Stuck   func()          // a page of the list comes again
	Deaf    func()          // writes are answered with success and not done
	Rename  func(id string) // somebody gives the object another name
	Alter   func(id string) // somebody edits what it is made of
	Delete  func(id string) // somebody deletes it
}

// Bad compares what the target says of each thing that goes wrong with what it
// should say, word for word: "kind of error: message".
func Bad(t *testing.T, open func(t testing.TB) Account, want map[string]string) {
	got := map[string]string{}
	for name, happens := range accidents {
		a := open(t)
		target := a.Target()
		if err := target.Configure(t.Context(), a.Config); err != nil {
			t.Fatal(err)
		}
		got[name] = said(happens(t, a, target))
		if a.Secret == "" || strings.Contains(got[name], a.Secret) {
			t.Errorf("%s: a secret stands in %s", name, got[name])
		}
		if err := target.Close(); err != nil {
			t.Error(err)
		}
	}
	apart(t, open(t))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is said when something goes wrong (-want +got):\n%s", diff)
	}
}

// apart sees that two accounts are told from each other.
func apart(t testing.TB, a Account) {
	t.Helper()
	identity := func(c targets.Config) string {
		target := a.Target()
		if err := target.Configure(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		id, err := target.Identity(t.Context())
		if closed := target.Close(); err != nil || closed != nil {
			t.Fatal(err, closed)
		}
		return id
	}
	if ours, theirs := identity(a.Config), identity(a.Other); ours == theirs {
		t.Errorf("two accounts are both %q", ours)
	}
}

// do calls something between two calls of the API.
func (a Account) do(f func()) {
	if a.Do != nil {
		a.Do(f)
		return
	}
	a.Server.Do(f)
}

// crowded makes more objects than a page holds.
func (a Account) crowded(t testing.TB, target targets.Target) {
	t.Helper()
	if a.Crowd != nil {
		a.do(a.Crowd)
		return
	}
	for _, name := range strings.Split("abcdefghijkl", "") {
		c := a.Create
		c.Key, c.Mark, c.Resource.Key = c.Key+name, c.Mark+name, c.Resource.Key+name
		if _, err := carry(t, target, c); err != nil {
			t.Fatal(err)
		}
	}
}

// said is an error with its kind; "nothing" for none.
func said(err error) string {
	if err == nil {
		return "nothing"
	}
	var known *targets.Error
	if errors.As(err, &known) {
		return string(known.Kind) + ": " + known.Error()
	}
	return err.Error()
}

// accidents are what goes wrong, and the error that comes of it.
var accidents = map[string]func(t testing.TB, a Account, target targets.Target) error{
	"wrong credentials": func(t testing.TB, a Account, target targets.Target) error {
		a.do(a.Wrong)
		_, err := target.Identity(t.Context())
		return err
	},
	"missing right": func(t testing.TB, a Account, target targets.Target) error {
		a.do(a.Lacking)
		_, err := carry(t, target, a.Create)
		return err
	},
	"a web page": func(t testing.TB, a Account, target targets.Target) error {
		a.Server.Break(func(r *http.Request) fake.Fault {
			if r.Method == http.MethodGet {
				return fake.None
			}
			return fake.LostPage
		})
		_, err := carry(t, target, a.Create)
		return err
	},
	"a page that repeats": func(t testing.TB, a Account, target targets.Target) error {
		a.crowded(t, target)
		a.do(a.Stuck)
		kind := a.Paged
		if kind == "" {
			kind = a.Create.Resource.Kind
		}
		return target.List(t.Context(), targets.ListRequest{Kinds: []string{kind}}, func([]resource.Object) error { return nil })
	},
	"renamed by hand": func(t testing.TB, a Account, target targets.Target) error { return edit(t, a, target, a.Rename) },
	"edited by hand":  func(t testing.TB, a Account, target targets.Target) error { return edit(t, a, target, a.Alter) },
	"deleted by hand": func(t testing.TB, a Account, target targets.Target) error { return edit(t, a, target, a.Delete) },
	"deleted by hand, and by us": func(t testing.TB, a Account, target targets.Target) error {
		c := made(t, a, target)
		a.do(func() { a.Delete(c.Prior.ID) })
		c.Action = targets.Delete
		_, err := carry(t, target, c)
		return err
	},
	"a success that did nothing": func(t testing.TB, a Account, target targets.Target) error {
		c := made(t, a, target)
		a.do(a.Deaf)
		o, err := carry(t, target, c)
		if err == nil && resource.Equal(o.Attributes, c.Resource.Attributes) {
			t.Error("what was not done is said to be done")
		}
		return err
	},
}

// edit is an edit of what somebody did something to since it was read.
func edit(t testing.TB, a Account, target targets.Target, hand func(id string)) error {
	t.Helper()
	c := made(t, a, target)
	a.do(func() { hand(c.Prior.ID) })
	_, err := carry(t, target, c)
	return err
}

// made is an edit of an object that was just made.
func made(t testing.TB, a Account, target targets.Target) targets.Change {
	t.Helper()
	o, err := carry(t, target, a.Create)
	if err != nil {
		t.Fatal(err)
	}
	c := a.Create
	c.Action, c.Prior, c.Key, c.Resource.Attributes = targets.Update, o, "edit", a.Edited
	return c
}

// carry makes one change.
func carry(t testing.TB, target targets.Target, c targets.Change) (o *resource.Object, failed error) {
	t.Helper()
	err := target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(r targets.Result) {
		o = r.Object
		if r.Err != nil {
			failed = r.Err
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return o, failed
}
