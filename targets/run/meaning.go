package run

import (
	"encoding/json"
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// mean notes for every desired object what it was lowered from. What it refers
// to by its id is not repeated: that is remembered with the object referred to,
// so that what state holds grows with the objects and not with their chains.
func (l *Line) mean(in *plan.Input) error {
	in.Meaning = make(map[resource.Address]map[string]string, len(in.Desired))
	in.Form = l.form
	for _, p := range l.Platforms {
		l.index.Ready(p.Placed)
	}
	for i := range in.Desired {
		r := &in.Desired[i]
		means, err := l.meaning(r)
		if err != nil {
			return fmt.Errorf("writing down what %s means: %w", r.Address, err)
		}
		hashes := make(map[string]string, len(means))
		for address, form := range means {
			hashes[address] = form.Hash
		}
		in.Meaning[r.Address] = hashes
	}
	return nil
}

// form is a declaration in canonical bytes, by their hash.
func (l *Line) form(hash string) (json.RawMessage, error) { return l.index.Body(hash) }

// meaning is what an object was lowered from. What a platform itself holds
// (its record, its gate) rests on all the rules of consent.
func (l *Line) meaning(r *resource.Resource) (map[string]ir.Form, error) {
	apart := map[string]bool{}
	for _, ref := range resource.Refs(r.Attributes) {
		apart[ref.Address.Object] = true
	}
	return meaningOf(l.index, r.Address.Object, func(address string) bool { return apart[address] })
}

// meaningOf is an object's declaration and what it mentions, up to what is apart.
func meaningOf(index *ir.Index, object string, apart func(string) bool) (map[string]ir.Form, error) {
	if ir.KindOf(object) != "platform" {
		return index.Meaning(object, apart)
	}
	out := map[string]ir.Form{}
	for _, rule := range index.ConsentRules() {
		means, err := index.Meaning(rule, apart)
		if err != nil {
			return nil, err
		}
		for address, form := range means {
			if whole, there := out[address]; !there || form.Length > whole.Length {
				out[address] = form
			}
		}
	}
	return out, nil
}
