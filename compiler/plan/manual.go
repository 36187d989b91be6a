package plan

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
)

// ManualStatus says how far a step by hand is.
type ManualStatus string

// The states of a step by hand. A plan tells of one that was done once, when it
// is found done.
const (
	ToMake   ManualStatus = "to make"
	ToChange ManualStatus = "to change" // it is there, and not as the files say
	ToRemove ManualStatus = "to remove"
	Done     ManualStatus = "done"
)

// Manual is something that a person does on a platform, where programs may not.
// Plans find it by reading; apply neither does it nor says that it was done.
type Manual struct {
	Address resource.Address   `json:"address"`
	Kind    string             `json:"kind"`
	Key     string             `json:"key"`          // what the object has to be called
	ID      string             `json:"id,omitempty"` // once it is there
	How     string             `json:"how"`          // the platform's words for where
	Status  ManualStatus       `json:"status"`
	Diff    []AttributeDiff    `json:"diff,omitempty"`    // of ToChange: as it is, as it should be
	Wanted  resource.Map       `json:"wanted,omitempty"`  // of ToMake
	Waiting []resource.Address `json:"waiting,omitempty"` // objects that cannot be written before
}

// manual is the words for what a person has to do where the object's kind is
// made by hand, "" where it is not.
func (o *object) manual() string { return o.byHand }

// decideManual compares what should have been done by hand with what is there.
func (w *work) decideManual(o *object) {
	o.adopt = false
	if o.desired == nil {
		if o.forget = !o.now.exists; !o.forget {
			o.step = &Manual{Status: ToRemove, ID: o.now.object.ID}
		}
		return
	}
	if !o.now.exists {
		o.step = &Manual{Status: ToMake, Wanted: o.filled()}
		return
	}
	if o.prior == nil && o.known && o.resolved == o.now.hash {
		o.step = &Manual{Status: Done, ID: o.now.object.ID}
	}
	if o.known && o.resolved != o.now.hash {
		after := resource.Object{Key: o.desired.Key, Attributes: o.filled()}
		o.step = &Manual{Status: ToChange, ID: o.now.object.ID, Diff: DiffObjects(o.current(), after)}
	}
	r := w.record(o)
	r.ID, r.Switch, r.Mark = o.now.object.ID, o.now.object.Switch, ""
	if o.prior != nil {
		r.By, r.Applied = o.prior.By, o.prior.Applied
	} else {
		r.Applied = w.in.Now.UTC()
	}
	o.learn(r)
}

// manuals lists the steps by hand, with what waits for those that are open.
func (w *work) manuals() []Manual {
	if !slices.ContainsFunc(w.objects, func(o object) bool { return o.step != nil }) {
		return nil
	}
	var out []Manual
	users := w.refs.reversed()
	for i := range w.objects {
		o := &w.objects[i]
		if o.step == nil || o.outside {
			continue
		}
		s := *o.step
		s.Address, s.How = o.address, o.byHand
		if o.desired != nil {
			s.Kind, s.Key = o.desired.Kind, o.desired.Key
		} else {
			s.Kind, s.Key = o.prior.Kind, o.prior.Key
		}
		if s.Status == ToMake {
			for _, j := range users.of(int32(i)) {
				s.Waiting = append(s.Waiting, w.objects[j].address)
			}
		}
		out = append(out, s)
	}
	return out
}
