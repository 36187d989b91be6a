package kit

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// byHand begins the kind of a look-up that stands for what people make.
const byHand = "by hand: "

// wanted is what a program asks the target to make: not what people make by
// hand, which Fresh must have made and which is looked up by its natural key.
func (h Harness) wanted(t testing.TB, p *ir.Program, platform ir.Platform) []resource.Resource {
	t.Helper()
	hand := map[resource.Address]resource.Lookup{}
	var out []resource.Resource
	for _, r := range h.lower(t, p, platform) {
		if kindOf(t, h.Target().Describe(), r.Kind).Manual != "" {
			hand[r.Address] = resource.Lookup{Kind: byHand + r.Kind, Key: r.Key}
		} else {
			out = append(out, r)
		}
	}
	for i := range out {
		out[i].Attributes = resource.Fill(out[i].Attributes, func(v resource.Value) resource.Value {
			if ref, is := v.(resource.Ref); is && hand[ref.Address].Key != "" {
				return hand[ref.Address]
			}
			return nil
		}).(resource.Map)
	}
	return out
}

// lookups asks for all that a resource looks up and that was not asked for before,
// in one call, as the host does. What does not come back is asked for by lookup.
func (d *deployment) lookups(all []resource.Lookup) {
	d.t.Helper()
	var looks []resource.Lookup
	for _, l := range all {
		if _, known := d.ids[l]; !known && !slices.Contains(looks, l) && !strings.HasPrefix(l.Kind, byHand) {
			looks = append(looks, l)
		}
	}
	if len(looks) < 2 {
		return
	}
	answers, err := d.target.Lookup(context.Background(), looks)
	if err != nil {
		return // reading harms nobody, and lookup says what is wrong if it goes on
	}
	if len(answers) != len(looks) {
		d.t.Fatalf("%d answers to %d look-ups", len(answers), len(looks))
	}
	for i, a := range answers {
		if a.Found {
			d.ids[looks[i]] = a.ID
		}
	}
}

// lookup is the id of what the platform has beforehand, asked for once. Reading
// harms nobody, so where the call fails it is made again.
func (d *deployment) lookup(l resource.Lookup) string {
	d.t.Helper()
	for try := 0; ; try++ {
		if id, known := d.ids[l]; known {
			return id
		}
		answers, err := d.ask(l)
		switch {
		case err == nil && len(answers) == 1 && answers[0].Found:
			d.ids[l] = answers[0].ID
		case err == nil || try == 3:
			d.t.Fatalf("looking up the %s %s: %+v, %v", l.Kind, l.Key, answers, err)
		}
	}
}

// ask looks something up; what people make is found among everything that is there.
func (d *deployment) ask(l resource.Lookup) ([]targets.LookupAnswer, error) {
	kind, hand := strings.CutPrefix(l.Kind, byHand)
	if !hand {
		return d.target.Lookup(context.Background(), []resource.Lookup{l})
	}
	var answer targets.LookupAnswer
	err := d.target.List(context.Background(), targets.ListRequest{Kinds: []string{kind}, All: true}, func(page []resource.Object) error {
		for _, o := range page {
			if o.Key == l.Key {
				answer = targets.LookupAnswer{ID: o.ID, Found: true}
			}
		}
		return nil
	})
	return []targets.LookupAnswer{answer}, err
}

// made is everything that people have made by hand.
func made(t testing.TB, target targets.Target) []resource.Object {
	t.Helper()
	var kinds []string
	for _, k := range target.Describe().Kinds {
		if k.Manual != "" {
			kinds = append(kinds, k.Name)
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	var out []resource.Object
	err := target.List(context.Background(), targets.ListRequest{Kinds: kinds, All: true}, func(page []resource.Object) error {
		out = append(out, page...)
		return nil
	})
	if err != nil {
		t.Fatalf("listing: %v", err)
	}
	return out
}
