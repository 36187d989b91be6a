package apply_test

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
)

// An answer is lost, and meanwhile somebody has made an object of the same name.
// With marks it is not ours, whatever it says; without, it may be ours only where
// it is as we would have made it.
func TestWhatOthersMakeIsNotOurs(t *testing.T) {
	for name, x := range map[string]struct {
		marks   targets.Marks
		color   string
		outcome apply.Outcome
		theirs  bool // is taken for the one that we made
	}{
		"alike, with marks":    {targets.Tag, "red", apply.Made, false},
		"another, with marks":  {targets.Tag, "blue", apply.Made, false},
		"alike, by name alone": {targets.NoMark, "red", apply.Made, true},
		"another, by name":     {targets.NoMark, "blue", apply.Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.platform.marks, w.platform.unique = x.marks, true
			w.desired = []resource.Resource{thing("a", "", "red")}
			p := w.plan()
			w.platform.fault = func(n int, _ targets.Change) fault {
				if n > 0 {
					return fine
				}
				w.platform.objects["theirs"] = resource.Object{Kind: "thing", ID: "theirs", Key: "a", Attributes: resource.Map{"color": resource.String(x.color)}}
				return lostBefore
			}
			s, err := w.apply(p)
			if err != nil {
				t.Fatal(err)
			}
			known, _ := w.open().Record(address("a"))
			if s.Events[0].Outcome != x.outcome || (known.ID == "theirs") != x.theirs {
				t.Errorf("it ended as %s (%v), and ours is %q", s.Events[0].Outcome, s.Events[0].Err, known.ID)
			}
		})
	}
}

// What somebody has changed since the plan was made is not deleted by it.
func TestWhatHasChangedIsNotDeleted(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("a", "", "red")}
	w.converge()
	w.desired = nil
	p := w.plan()
	w.byHand("a", func(o *resource.Object) { o.Attributes = resource.Map{"color": resource.String("by hand")} })
	if _, err := w.apply(p); err == nil || len(w.platform.objects) != 1 {
		t.Errorf("%d objects are left, and it ended with %v", len(w.platform.objects), err)
	}
}
