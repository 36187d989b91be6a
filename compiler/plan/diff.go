package plan

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
)

// Diff lists the differences between two trees of attributes, sorted by path.
func Diff(before, after resource.Map) []AttributeDiff {
	return diffMaps(nil, "", before, after)
}

func diffMaps(found []AttributeDiff, path string, before, after resource.Map) []AttributeDiff {
	for _, name := range names(before, after) {
		found = diffValues(found, below(path, name), before[name], after[name])
	}
	return found
}

func diffValues(found []AttributeDiff, path string, before, after resource.Value) []AttributeDiff {
	if before == nil && after == nil {
		return found
	}
	if b, ok := before.(resource.Map); ok {
		if a, ok := after.(resource.Map); ok {
			return diffMaps(found, path, b, a)
		}
	}
	if b, ok := before.(resource.List); ok {
		if a, ok := after.(resource.List); ok {
			return diffLists(found, path, b, a)
		}
	}
	if before != nil && after != nil && resource.Equal(before, after) {
		return found
	}
	return append(found, AttributeDiff{path, before, after})
}

func diffLists(found []AttributeDiff, path string, before, after resource.List) []AttributeDiff {
	for i := range max(len(before), len(after)) {
		var b, a resource.Value
		if i < len(before) {
			b = before[i]
		}
		if i < len(after) {
			a = after[i]
		}
		found = diffValues(found, path+"["+strconv.Itoa(i)+"]", b, a)
	}
	return found
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func names(maps ...resource.Map) []string {
	var all []string
	for _, m := range maps {
		for name := range m {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

type diffJSON struct {
	Path   string          `json:"path"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// MarshalJSON leaves out a side that is absent.
func (d AttributeDiff) MarshalJSON() ([]byte, error) {
	before, err := encodeSide(d.Before)
	if err != nil {
		return nil, err
	}
	after, err := encodeSide(d.After)
	if err != nil {
		return nil, err
	}
	return json.Marshal(diffJSON{d.Path, before, after})
}

func encodeSide(v resource.Value) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	return resource.Encode(v)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *AttributeDiff) UnmarshalJSON(raw []byte) error {
	var read diffJSON
	if err := json.Unmarshal(raw, &read); err != nil {
		return err
	}
	before, err := decodeSide(read.Before)
	if err != nil {
		return err
	}
	after, err := decodeSide(read.After)
	if err != nil {
		return err
	}
	*d = AttributeDiff{read.Path, before, after}
	return nil
}

func decodeSide(raw json.RawMessage) (resource.Value, error) {
	if raw == nil {
		return nil, nil
	}
	return resource.Decode(raw)
}
