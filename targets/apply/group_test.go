package apply_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
)

// chain is things each of which needs the one before.
func chain(n int) []resource.Resource {
	var out []resource.Resource
	for i := range n {
		var uses []string
		if i > 0 {
			uses = []string{fmt.Sprintf("t%02d", i-1)}
		}
		out = append(out, thing(fmt.Sprintf("t%02d", i), resource.NoSwitch, "red", uses...))
	}
	return out
}

// journalled tells whether an intent, or the result of one, is on the disk.
func (w *world) journalled(what, key string) bool {
	for _, line := range bytes.Split(w.disk.journal, []byte("\n")) {
		if bytes.Contains(line, []byte(`"`+what+`":{"key":"`+key+`"`)) {
			return true
		}
	}
	return false
}

// Where each call needs the one before, the result of one and the intent of the
// next are one write. No call is made before its intent is on the disk, and when
// the run has nothing to do at once, everything that it knows is.
func TestAResultAndTheNextIntentAreOneWrite(t *testing.T) {
	const long = 30
	for marks, most := range map[targets.Marks]int{targets.Tag: long + 3, targets.NoMark: 2*long + 3} {
		w := newWorld(t)
		w.platform.marks = marks
		w.desired = chain(long)
		p := w.plan()
		var last string
		w.platform.fault = func(n int, c targets.Change) fault {
			if !w.journalled("intent", c.Key) {
				t.Errorf("call %d was made before its intent was on the disk", n)
			}
			if last != "" && !w.journalled("result", last) {
				t.Errorf("call %d was made before the result of the one before was on the disk", n)
			}
			last = c.Key
			return fine
		}
		if s, err := w.apply(p); err != nil || !s.Complete() {
			t.Fatalf("%v\n%s", err, tell(s))
		}
		if w.disk.appends > most {
			t.Errorf("marks %q: %d writes for %d calls, at most %d are needed", marks, w.disk.appends, long, most)
		}
		w.settled()
	}
}

// A run that waits, for a limit of the platform or for what it shows late, has
// written before what it knows.
func TestNothingIsUnwrittenWhileARunWaits(t *testing.T) {
	w := newWorld(t)
	w.desired = chain(6)
	w.platform.rates = []targets.Rate{{Class: "write", Calls: 2, Per: types.Span{Amount: 1, Unit: types.Minute}}}
	w.platform.visible = types.Span{Amount: 1, Unit: types.Minute}
	w.platform.lateBy = 1
	p := w.plan()
	clock, waits := now, 0
	o := apply.Options{Clock: func() time.Time { return clock }}
	w.waits = func(_ context.Context, d time.Duration) error {
		waits++
		clock = clock.Add(d)
		for _, c := range w.platform.calls {
			if c.Action == targets.Create && w.platform.done(c.Resource.Key) && !w.journalled("result", c.Key) {
				t.Errorf("the run waits %s, and that %s was made is not on the disk", d, c.Resource.Address)
			}
		}
		return nil
	}
	if s, err := w.applyWith(t.Context(), p, o); err != nil || !s.Complete() {
		t.Fatalf("%v\n%s", err, tell(s))
	}
	if waits < 3 {
		t.Errorf("it waited %d times: the law was not asked", waits)
	}
}

// done tells whether there is an object of a name.
func (f *fake) done(key string) bool {
	for _, o := range f.objects {
		if o.Key == key {
			return true
		}
	}
	return false
}
