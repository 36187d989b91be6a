package notifuse_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// set is the kinds of which a workspace has what people set.
func set(t *testing.T, d *desk) []string {
	t.Helper()
	target := d.reopened()
	var out []string
	err := target.List(t.Context(), targets.ListRequest{Kinds: []string{"provider", "tracking", "notices"}, All: true}, func(page []resource.Object) error {
		for _, o := range page {
			out = append(out, o.Kind+" "+o.Key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// What people set is found by reading, each by itself; a provider without a
// sender, or one that nobody chose, sends nothing.
func TestWhatPeopleSet(t *testing.T) {
	d := newDesk(t)
	all := []string{"notices bounces", "provider marketing e-mail", "tracking opens and clicks"}
	if diff := cmp.Diff(all, set(t, d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d.workspace.Tracking = false
	d.workspace.Provider = "smtp"
	if diff := cmp.Diff(all[1:2], set(t, d)); diff != "" {
		t.Errorf("with plain SMTP (-want +got):\n%s", diff)
	}
	d.workspace.Provider = ""
	if got := set(t, d); len(got) != 0 {
		t.Errorf("with nobody chosen: %v", got)
	}
	_, err := d.change(targets.Change{Action: targets.Create, Resource: resource.Resource{Kind: "tracking", Key: "opens and clicks", Attributes: resource.Map{}}, Key: "k"})
	says(t, err, targets.Permanent, "people do")
}

// The plan asks for what the program needs, and for nothing else.
func TestWhatTheProgramNeeds(t *testing.T) {
	needs := func(d *desk) (kinds []string) {
		for _, r := range d.lower().Resources {
			if r.Address.Object == "platform.sandbox" && r.Kind != "list" {
				kinds = append(kinds, r.Kind)
			}
		}
		return kinds
	}
	d := newDesk(t)
	if diff := cmp.Diff([]string{"notices", "provider", "tracking"}, needs(d)); diff != "" {
		t.Errorf("the kit's programs need (-want +got):\n%s", diff)
	}
	d.program.Journeys = nil
	if got := needs(d); len(got) != 0 {
		t.Errorf("segments alone need %v", got)
	}
}
