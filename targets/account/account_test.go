package account_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// Law: what is written behind a text is read again, whatever the text.
func TestMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		mark := rapid.StringMatching(`trayecto-[0-9a-z]{1,12}`).Draw(t, "mark")
		before, found := account.Parted(account.Marked(text, mark))
		if before != text || found != mark {
			t.Fatalf("want %q and %q, got %q and %q", text, mark, before, found)
		}
	})
	for _, theirs := range []string{"", "Newsletter", "Newsletter [2026]", "Newsletter [trayecto-]", "[trayecto-a1] Newsletter", "Newsletter[trayecto-a1]"} {
		if text, mark := account.Parted(theirs); text != theirs || mark != "" {
			t.Errorf("%q is theirs, and was read as %q and %q", theirs, text, mark)
		}
	}
}

// A name is found if it is one thing's; what is near is said otherwise.
func TestCatalog(t *testing.T) {
	read := func(_ context.Context, kind string) (*account.Catalog, error) {
		if kind != "list" {
			return nil, errors.New("nobody asked for this")
		}
		c := &account.Catalog{}
		c.Add("Newsletter", "1")
		c.Add("Newsletter", "1") // on two pages
		c.Add("Twice", "2")
		c.Add("Twice", "3")
		c.AddFull("Order", "Order (Shop)", "4")
		c.AddFull("Order", "Order (App)", "5")
		return c, nil
	}
	var looks []resource.Lookup
	for _, key := range []string{"Newsletter", "newsletter", "Newsleter", "Twice", "Order", "Order (Shop)", "Something else"} {
		looks = append(looks, resource.Lookup{Kind: "list", Key: key})
	}
	looks = append(looks, resource.Lookup{Kind: "another", Key: "Newsletter"})
	got, err := account.Lookup(t.Context(), looks, []string{"list", "property"}, read)
	want := []targets.LookupAnswer{
		{ID: "1", Found: true}, {Nearest: "Newsletter"}, {Nearest: "Newsletter"}, {Nearest: "Twice (there are several of this name)"},
		{Nearest: "Order (App)"}, {ID: "4", Found: true}, {}, {},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// A channel that the platform does not write to is told once, with the field
// that its address may be in; where there is none, somebody else has to write.
func TestAChannelWithoutAWord(t *testing.T) {
	writes := account.Media{By: map[string]string{"email": "email", "mobile": "sms"}, Rule: &diag.Rule{Code: "MAP900"}, Writes: "%s writes to neither in person.%s."}
	mails := account.Media{By: map[string]string{"email": "email"}, Rule: writes.Rule, Writes: writes.Writes}
	for name, c := range map[string]struct {
		media account.Media
		of    types.Type
		want  string
	}{
		"a phone":                    {writes, types.Phone, `say which it is in the block of platform.crm: fields = { at = "mobile" }`},
		"an address":                 {writes, types.Email, `say which it is in the block of platform.crm: fields = { at = "email" }`},
		"a phone where mail is sent": {mails, types.Phone, "take what goes by channel.x out with leave_out, or place it on another platform"},
	} {
		p := &ir.Program{Person: ir.Person{Keys: []ir.Key{{Name: "at", Type: c.of}}}, Channels: []ir.Channel{{Head: ir.Head{Address: "channel.x"}, Key: "at"}}}
		l := account.Begin(targets.LowerRequest{Program: p, Platform: ir.Platform{Head: ir.Head{Address: "platform.crm"}}}, writes.Rule)
		touchpoint := ir.Touchpoint{Channels: []string{"channel.x"}}
		for range 2 {
			if told := l.Told(touchpoint); told != (len(l.Found) > 0) {
				t.Errorf("%s: told %v, of %v", name, told, l.Found)
			}
			if _, err := l.Medium(c.media, "channel.x"); err == nil {
				t.Errorf("%s has a word", name)
			}
		}
		if len(l.Found) != 1 || l.Found[0].Help != c.want {
			t.Errorf("%s: want %q once, got %+v", name, c.want, l.Found)
		}
	}
}

// Looking for many reads each kind that is asked for once, only what is wanted, and
// answers what looking for each would.
func TestManyAreFoundInOneReading(t *testing.T) {
	read, opened := map[string]int{}, map[string]bool{}
	d := account.Desk{
		Kinds: []targets.Kind{{Name: "list"}, {Name: "flow"}, {Name: "mail"}},
		Each: func(_ context.Context, kind string, wanted func(string) bool, page func([]resource.Object) error) error {
			read[kind]++
			for _, o := range []resource.Object{{ID: "1", Key: "A", Mark: "a"}, {ID: "2", Key: "B", Mark: "b"}, {ID: "3", Key: "B"}, {ID: "4", Key: "A", Mark: "a"}} {
				if !wanted(o.Mark) {
					continue
				}
				opened[kind+o.ID] = true
				o.Kind = kind
				if err := page([]resource.Object{o}); err != nil {
					return err
				}
			}
			return nil
		},
	}
	var requests []targets.FindRequest
	for range 50 {
		requests = append(requests, targets.FindRequest{Kind: "list", Mark: "a"}, targets.FindRequest{Kind: "list", Mark: "nobody's"}, targets.FindRequest{Kind: "flow", Key: "B"},
			targets.FindRequest{Kind: "flow", Mark: "b", Key: "A"}, targets.FindRequest{Kind: "list"}, targets.FindRequest{Kind: "no such kind", Mark: "a"})
	}
	together, err := d.FindEach(t.Context(), requests)
	if diff := cmp.Diff(map[string]int{"list": 1, "flow": 1}, read); err != nil || diff != "" {
		t.Fatalf("%v, readings by kind (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(map[string]bool{"list1": true, "list4": true, "flow1": true, "flow2": true, "flow3": true, "flow4": true}, opened); diff != "" {
		t.Errorf("what was opened (-want +got):\n%s", diff)
	}
	for i, r := range requests {
		alone, err := d.Find(t.Context(), r)
		if diff := cmp.Diff(alone, together[i]); err != nil || diff != "" {
			t.Fatalf("%+v (%v) (-alone +with others):\n%s", r, err, diff)
		}
	}
	if n := len(together[0]); n != 2 {
		t.Errorf("%d objects carry the mark", n)
	}
}
