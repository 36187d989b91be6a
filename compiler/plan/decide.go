package plan

import (
	"maps"
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
)

// decide says what one object needs. What it refers to is decided already.
func (w *work) decide(i int32) error {
	o := &w.objects[i]
	if o.deposed {
		return nil
	}
	if o.outside {
		o.stand()
		return nil
	}
	if o.desired == nil {
		w.decideEnd(o)
		return nil
	}
	if err := w.fill(i); err != nil {
		return err
	}
	if o.manual() != "" {
		w.decideManual(o)
		return nil
	}
	o.remark = w.remarks(o)
	o.compare(w.in.Answers[o.address])
	o.decideSwitch()
	w.decideDrift(o)
	o.tainted = o.write == Replace || slices.ContainsFunc(w.refs.of(i), func(j int32) bool { return w.objects[j].tainted })
	w.noteRefresh(o)
	return nil
}

// presentOf is the object as it is now.
func (w *work) presentOf(o *object) present {
	if o.prior == nil {
		found, adoptable := w.in.Adoptable[o.address]
		if !adoptable || o.desired == nil {
			return present{}
		}
		o.adopt = true
		return present{exists: true, read: true, object: found, hash: HashObserved(found, o.desired.Key)}
	}
	seen, read := w.in.Observed[o.address]
	switch {
	case !read:
		return o.prior.remembered()
	case seen == nil:
		return present{read: true}
	}
	return present{exists: true, read: true, object: *seen, hash: HashObserved(*seen, o.prior.Key)}
}

// remembered is the object as state remembers it.
func (r *Record) remembered() present {
	return present{exists: true, hash: r.Resolved, object: resource.Object{
		Kind: r.Kind, ID: r.ID, Key: r.Key, Switch: r.Switch, Mark: r.Mark, Hash: r.Resolved,
	}}
}

// decideEnd is for what the files do not ask for any more.
func (w *work) decideEnd(o *object) {
	if o.manual() != "" {
		w.decideManual(o)
		return
	}
	if o.remove(); o.forget {
		return
	}
	if o.over = w.in.Answers[o.address].Over; o.over != "" { // it reaches nobody any more
		o.live, o.off = false, false
	}
	w.decideDrift(o)
}

func (o *object) remove() {
	if !o.now.exists {
		o.forget = true
		return
	}
	o.write = Delete
	o.live = o.now.object.Switch == resource.On
	o.off = o.live
}

// compare decides whether the object has to be written, and how.
func (o *object) compare(answer Answer) {
	switch {
	case !o.now.exists:
		o.write = Create
	case o.now.object.Kind != o.desired.Kind:
		o.write, o.because = Replace, []string{"kind"}
	case o.known && o.resolved == o.now.hash && !o.remark:
		return
	case answer.Over != "" && o.known && o.resolved == o.now.hash:
		return // nothing was edited: it keeps the mark that it carries
	case len(answer.Replace) > 0:
		o.write, o.because, o.over = Replace, answer.Replace, answer.Over
	case answer.Over != "":
		o.over = answer.Over
		return
	default:
		o.write = Update
	}
	o.restores = o.prior != nil && o.known && o.prior.Resolved == o.resolved && o.now.hash != o.resolved
}

// stays tells whether the object is history, which nothing changes any more.
func (o *object) stays() bool { return o.over != "" && o.write == "" }

// decideSwitch plans switching. What cannot reach people is never switched.
func (o *object) decideSwitch() {
	want, is := o.desired.Switch, o.now.object.Switch
	switch {
	case want == resource.NoSwitch, o.stays():
		return
	case o.over != "": // what takes its place has to be switched on
		o.on = want == resource.On
		return
	}
	o.live = is == resource.On && (o.write == Update || o.write == Replace)
	o.off = o.live || is == resource.On && want == resource.Off
	o.on = want == resource.On && (is != resource.On || o.write != "")
}

// noteDrift compares what is with what was applied last. A change by hand to
// exactly what the files ask for now is not drift.
func (o *object) noteDrift() {
	if o.prior == nil || o.stays() {
		return
	}
	if !o.now.read {
		o.keepUnread()
		return
	}
	if !o.now.exists {
		o.drift = &Drift{Address: o.address, Kind: Missing}
		return
	}
	var diff []AttributeDiff
	if o.now.hash != o.prior.Resolved && (o.desired == nil || o.write != "") {
		diff = DiffObjects(o.prior.Object(), o.current())
	}
	if was, is := o.prior.Switch, o.now.object.Switch; was != is && (o.desired == nil || o.off && !o.live || o.on) {
		diff = append(diff, AttributeDiff{"switch", switchValue(was), switchValue(is)})
	}
	if len(diff) > 0 {
		o.drift = &Drift{Address: o.address, Kind: Changed, Diff: diff}
	}
}

// keepUnread leaves alone what was kept as somebody made it, where nobody
// looked whether it still is.
func (o *object) keepUnread() {
	if o.prior.Kept != "" && o.known && o.resolved == o.prior.Resolved {
		o.kept = o.prior.Kept
		o.write, o.on, o.off, o.live = "", false, false, false
	}
}

// DiffObjects lists the differences of attributes and of natural keys, where
// both are known.
func DiffObjects(before, after resource.Object) []AttributeDiff {
	diff := Diff(before.Attributes, after.Attributes)
	if before.Key != after.Key && before.Key != "" && after.Key != "" {
		diff = append([]AttributeDiff{{"natural_key", resource.String(before.Key), resource.String(after.Key)}}, diff...)
	}
	return diff
}

func switchValue(s resource.Switch) resource.Value {
	if s == resource.NoSwitch {
		return nil
	}
	return resource.String(s)
}

// noteRefresh compares what state would remember with what it does remember.
func (w *work) noteRefresh(o *object) {
	if o.write != "" || o.adopt || o.prior == nil || o.stays() {
		return
	}
	r := w.record(o)
	r.ID, r.Switch, r.By, r.Applied = o.now.object.ID, o.now.object.Switch, o.prior.By, o.prior.Applied
	if r.Kept = o.kept; o.kept != "" {
		r.Switch = o.prior.Switch
	}
	if o.on || o.off { // a step says how it is switched
		r.Switch = o.prior.Switch
	}
	if o.remark {
		r.Mark = o.prior.Mark
	}
	o.learn(r)
}

// learn has state remember a record, if it does not already.
func (o *object) learn(r Record) {
	if o.prior != nil && sameRecord(&r, o.prior) {
		return
	}
	wanted := o.wanted()
	r.Attributes, r.Filled = resource.Spell(wanted), FilledIn(wanted, o.filled())
	o.refresh = &r
}

// record is the object as state remembers it once it is as desired, aside from
// its id, its switch and its attributes.
func (w *work) record(o *object) Record {
	platform := w.platforms[o.address.Platform]
	return Record{
		Address: o.address, Kind: o.desired.Kind, Key: o.desired.Key,
		Hash: o.hash, Resolved: o.resolved, Mark: o.mark,
		SchemaVersion: platform.Versions[o.desired.Kind], Plugin: platform.Plugin,
		Needs: o.needs, Meaning: w.in.Meaning[o.address],
	}
}

// sameRecord compares all but who left it so and when, and the attributes, for
// which their hashes stand.
func sameRecord(a, b *Record) bool {
	return a.Kind == b.Kind && a.ID == b.ID && a.Key == b.Key && a.Hash == b.Hash && a.Resolved == b.Resolved &&
		a.Switch == b.Switch && a.Mark == b.Mark && a.SchemaVersion == b.SchemaVersion && a.Plugin == b.Plugin && a.Kept == b.Kept &&
		maps.Equal(a.Meaning, b.Meaning)
}

func (w *work) decideDeposed() {
	for i := range w.objects {
		if o := &w.objects[i]; o.deposed {
			o.now = o.prior.remembered()
			if o.outside {
				continue
			}
			o.remove()
		}
	}
}
