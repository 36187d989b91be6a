package apply_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Wherever the last two records of a journal are cut, results of calls that the
// platform has carried out: the next run cuts the tail, finds on the platform what
// was done, and nothing is there twice or gone. That each byte of a record is a
// place to be cut at like the others is a law of package state.
func TestJournalTornAnywhereConverges(t *testing.T) {
	for name, can := range map[string]func(*fake){
		"marks": func(*fake) {},
		"names": func(f *fake) { f.marks, f.unique = targets.NoMark, true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			can(w.platform)
			w.desired = []resource.Resource{thing("a", resource.NoSwitch, "red"), thing("b", resource.NoSwitch, "red")}
			w.converge()
			w.desired = append(w.desired, thing("c", resource.NoSwitch, "red", "a"), thing("d", resource.NoSwitch, "red"))
			w.desired[0].Attributes["color"] = resource.String("blue")
			snapshot := slices.Clone(w.disk.snapshot)
			var journal []byte
			w.disk.kept = func(lines []byte) { journal = append(journal, lines...) }
			if s, err := w.apply(w.plan()); err != nil || !s.Complete() {
				t.Fatalf("applying: %v\n%s", err, tell(s))
			}
			lines := bytes.SplitAfter(journal, []byte("\n"))
			if len(lines) < 6 {
				t.Fatalf("the journal has %d records, too few to cut two", len(lines)-1)
			}
			lastTwo := len(lines[len(lines)-2]) + len(lines[len(lines)-3])
			objects, next := maps.Clone(w.platform.objects), w.platform.next
			for cut := len(journal) - lastTwo; cut <= len(journal); cut++ {
				if cut%53 != 0 && len(journal)-cut > 3 && !slices.Contains(journal[cut-2:cut+2], '\n') {
					continue
				}
				w.platform.objects, w.platform.next = maps.Clone(objects), next
				w.disk = &disk{snapshot: slices.Clone(snapshot), journal: slices.Clone(journal[:cut])}
				w.converge()
				if w.platform.next != next {
					t.Fatalf("cut to %d of %d bytes: %d objects were made again", cut, len(journal), w.platform.next-next)
				}
			}
		})
	}
}
