package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/workers"
)

// atOnce is how many objects a turn of a worker is about, where one is too little.
const atOnce = 256

// mean notes for every desired object what it was lowered from. What it refers
// to by its id is not repeated: that is remembered with the object referred to,
// so that what state holds grows with the objects and not with their chains.
func (l *Line) mean(in *plan.Input) error {
	l.index.Ready()
	runs := workers.Runs(len(in.Desired), atOnce)
	meanings, failed := make([]map[string]string, len(in.Desired)), make([]error, len(runs))
	workers.Each(len(runs), 0, func(turn int) {
		for i := runs[turn][0]; i < runs[turn][1] && failed[turn] == nil; i++ {
			meanings[i], failed[turn] = l.meaning(&in.Desired[i])
		}
	})
	if err := errors.Join(failed...); err != nil {
		return err
	}
	in.Form = l.form
	in.Meaning = make(map[resource.Address]map[string]string, len(in.Desired))
	for i, hashes := range meanings {
		in.Meaning[in.Desired[i].Address] = hashes
	}
	return nil
}

// form is a declaration in canonical bytes, by their hash.
func (l *Line) form(hash string) (json.RawMessage, error) { return l.index.Body(hash) }

// meaning is what an object was lowered from, by its hashes. What a platform
// itself holds (its record, its gate) rests on all the rules of consent.
func (l *Line) meaning(r *resource.Resource) (map[string]string, error) {
	refs := resource.Refs(r.Attributes)
	hashes, err := meaningOf(l.index, r.Address.Object, func(address string) bool {
		return slices.ContainsFunc(refs, func(ref resource.Ref) bool { return ref.Address.Object == address })
	})
	if err != nil {
		return nil, fmt.Errorf("writing down what %s means: %w", r.Address, err)
	}
	return hashes, nil
}

// meaningOf is an object's declaration and what it mentions, up to what is apart.
func meaningOf(index *ir.Index, object string, apart func(string) bool) (map[string]string, error) {
	if ir.KindOf(object) != "platform" {
		return index.Hashes(object, apart)
	}
	whole := map[string]ir.Form{}
	for _, rule := range index.ConsentRules() {
		means, err := index.Meaning(rule, apart)
		if err != nil {
			return nil, err
		}
		for address, form := range means {
			if known, there := whole[address]; !there || form.Length > known.Length {
				whole[address] = form
			}
		}
	}
	out := make(map[string]string, len(whole))
	for address, form := range whole {
		out[address] = form.Hash
	}
	return out, nil
}
