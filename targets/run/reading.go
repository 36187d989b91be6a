package run

import (
	"context"
	"fmt"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// reading is what the platforms hold being read, while the program is lowered:
// neither needs the other.
type reading struct {
	held  []inventory // by platform
	err   error
	ended chan struct{}
	stop  context.CancelFunc
}

// inventory is what a platform holds of ours.
type inventory struct {
	identity string
	kinds    []string
	listed   []resource.Object
}

// read begins to read the platforms, one after the other, of which this is
// remembered. End it, also where
// nobody wants to know any more.
func (l *Line) read(ctx context.Context, remembered []plan.Record) *reading {
	ctx, stop := context.WithCancel(ctx)
	applied := hashesOf(remembered)
	r := &reading{held: make([]inventory, len(l.Platforms)), ended: make(chan struct{}), stop: stop}
	go func() {
		defer close(r.ended)
		for i, p := range l.Platforms {
			if r.held[i], r.err = l.heldBy(ctx, p, applied); r.err != nil {
				return
			}
		}
	}()
	return r
}

func (l *Line) heldBy(ctx context.Context, p *Platform, applied hashes) (h inventory, err error) {
	if h.identity, err = l.recognise(ctx, p); err != nil {
		return h, err
	}
	if h.kinds, h.listed, err = p.list(ctx, applied); err != nil {
		return h, fmt.Errorf("reading what %s holds: %w", p.Address, err)
	}
	return h, nil
}

// hashes is what was applied, as plan.Record.Resolved.
type hashes map[objectPlace]string

func hashesOf(remembered []plan.Record) hashes {
	out := make(hashes, len(remembered))
	for i := range remembered {
		r := &remembered[i]
		at := objectPlace{r.Address.Platform, r.Kind, r.ID}
		if _, twice := out[at]; twice {
			out[at] = "" // whose attributes they are is not known
			continue
		}
		out[at] = r.Resolved
	}
	return out
}

// of is ListRequest.Known of a platform.
func (h hashes) of(platform string) func(kind, id, hash string) bool {
	return func(kind, id, hash string) bool { return hash != "" && h[objectPlace{platform, kind, id}] == hash }
}

// all is what every platform holds, once it is read.
func (r *reading) all() ([]inventory, error) {
	<-r.ended
	return r.held, r.err
}

// end stops what is still being read and waits for it: no call of ours is open
// on a platform after it.
func (r *reading) end() {
	r.stop()
	<-r.ended
}
