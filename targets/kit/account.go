package kit

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// keepsSecrets: what Configure was told in confidence is in nothing that a
// target says afterwards, nor in its errors.
func keepsSecrets(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	want := h.wanted(t, before, p.Config.Platform)
	d := deploy(t, target, want)
	identity, err := target.Identity(context.Background())
	said := []string{fmt.Sprintf("%+v", target.Describe()), identity, fmt.Sprint(err), fmt.Sprintf("%+v", target.Explain(before, p.Config.Platform))}
	said = append(said, spelled(t, target.Lower(h.request(before, p.Config.Platform))))
	for _, o := range listed(t, target, true) {
		said = append(said, fmt.Sprintf("%+v", o))
	}
	for _, o := range d.held {
		_, err := carry(target, targets.Change{Action: targets.Update, Prior: &o, Key: "k" + o.ID, Resource: resource.Resource{Kind: "no such kind", Attributes: resource.Map{}}})
		said = append(said, fmt.Sprint(err))
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	said = append(said, fmt.Sprint(target.List(over, targets.ListRequest{}, func([]resource.Object) error { return nil })))
	bad := p.Config
	bad.Env = func(string) (string, bool) { return "", false }
	said = append(said, fmt.Sprint(h.Target().Configure(context.Background(), bad)))
	bad.Platform.Config = ir.Config{}
	said = append(said, fmt.Sprint(h.Target().Configure(context.Background(), bad)))
	for _, secret := range p.Secrets {
		for _, text := range said {
			if secret != "" && strings.Contains(text, secret) {
				t.Errorf("a secret stands in %.60q…", text)
			}
		}
	}
}

// isOneAccount: the identity is the same each time and for each connection,
// and another's is another. Before the first apply it may be empty: the account
// is not there yet.
func isOneAccount(t testing.TB, h Harness) {
	p, q := h.Fresh(t), h.Fresh(t)
	target, other := open(t, h, p), open(t, h, q)
	before, _ := h.programs(p)
	early := identity(t, target)
	deploy(t, target, h.wanted(t, before, p.Config.Platform))
	deploy(t, other, h.wanted(t, before, q.Config.Platform))
	late := identity(t, target)
	if late == "" {
		t.Error("an account that holds objects has no identity")
	}
	if early != "" && early != late {
		t.Errorf("the identity was %q before the first apply and is %q now", early, late)
	}
	if again := identity(t, open(t, h, p)); again != late {
		t.Errorf("another connection sees the identity %q instead of %q", again, late)
	}
	if identity(t, other) == late {
		t.Errorf("two platforms have the identity %q", late)
	}
}

func identity(t testing.TB, target targets.Target) string {
	t.Helper()
	id, err := target.Identity(context.Background())
	if err != nil {
		t.Fatalf("asking for the identity: %v", err)
	}
	return id
}

func isolates(t testing.TB, h Harness) {
	p, q := h.Fresh(t), h.Fresh(t)
	target, other := open(t, h, p), open(t, h, q)
	before, after := h.programs(p)
	want := h.wanted(t, before, p.Config.Platform)
	d := deploy(t, target, want)
	if got := listed(t, other, true); len(listed(t, other, false)) > 0 {
		t.Errorf("the other platform lists %d objects, the first: %+v", len(got), got[0])
	}
	e := deploy(t, other, h.wanted(t, after, q.Config.Platform))
	d.holds(want)
	e.reach(nil)
	d.holds(want)
	if h.Foreign == nil {
		return
	}
	h.Foreign(t, p)
	d.holds(want)
	if all := listed(t, target, true); len(all) <= len(want) {
		t.Errorf("of %d objects, one of them somebody else's, %d are listed", len(want)+1, len(all))
	}
}

func keepsEverything(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	want := h.wanted(t, before, p.Config.Platform)
	target := h.Target()
	if err := target.Configure(context.Background(), p.Config); err != nil {
		t.Fatal(err)
	}
	d := deploy(t, target, want)
	was := listed(t, target, true)
	for range 2 {
		if err := target.Close(); err != nil {
			t.Fatalf("closing: %v", err)
		}
	}
	d.target = open(t, h, p)
	if diff := difference(was, listed(t, d.target, true)); diff != "" {
		t.Errorf("after closing and opening (-before +after):\n%s", diff)
	}
	d.holds(want)
}

func readsTogether(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	d := deploy(t, target, h.wanted(t, before, p.Config.Platform))
	want := listed(t, target, false)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var got []resource.Object
			err := target.List(context.Background(), targets.ListRequest{}, func(page []resource.Object) error {
				got = append(got, page...)
				return nil
			})
			if diff := difference(want, got); err != nil || diff != "" {
				t.Errorf("listing beside others: %v (-want +got):\n%s", err, diff)
			}
			for _, o := range d.held {
				if one, err := target.Get(context.Background(), o.Kind, []string{o.ID}); err != nil || len(one) != 1 {
					t.Errorf("reading %s beside others: %v, %v", o.ID, one, err)
				}
			}
			if _, err := target.Identity(context.Background()); err != nil {
				t.Errorf("asking for the identity beside others: %v", err)
			}
		})
	}
	all.Wait()
}
