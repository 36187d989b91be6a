package kit

import (
	"reflect"

	"github.com/google/go-cmp/cmp"
)

// difference is cmp.Diff, which takes long for objects that are the same.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return cmp.Diff(want, got)
}
