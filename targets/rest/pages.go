package rest

import (
	"context"
	"fmt"

	"github.com/trayecto/trayecto/targets"
)

// Pages asks for one page after another until next is "". A place that comes a
// second time would be asked for ever and is an error instead. The first place
// is "".
func Pages(ctx context.Context, page func(ctx context.Context, place string) (next string, err error)) error {
	seen := map[string]bool{"": true}
	for place := ""; ; {
		next, err := page(ctx, place)
		if err != nil || next == "" {
			return err
		}
		if seen[next] {
			return &targets.Error{Kind: targets.Permanent, Message: "its list never ends: the page " + next + " came a second time; nothing was done, run the command again later"}
		}
		seen[next], place = true, next
	}
}

// Repeated is the error of a list that is counted and shows again, from a place
// on, what it showed before: of how much there is, something would be missing.
func Repeated(from int) error {
	return &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("its list repeats: from %d on it shows again what it showed before; nothing was done, run the command again later", from)}
}

// Once passes over what was seen before: pages that are counted shift while
// somebody adds to a list, and show a thing twice.
type Once struct{ seen map[string]bool }

// New tells whether an id comes for the first time.
func (o *Once) New(id string) bool {
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	if o.seen[id] {
		return false
	}
	o.seen[id] = true
	return true
}
