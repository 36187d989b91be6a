package run

import (
	"context"
	"fmt"

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

// read begins to read the platforms, one after the other. End it, also where
// nobody wants to know any more.
func (l *Line) read(ctx context.Context) *reading {
	ctx, stop := context.WithCancel(ctx)
	r := &reading{held: make([]inventory, len(l.Platforms)), ended: make(chan struct{}), stop: stop}
	go func() {
		defer close(r.ended)
		for i, p := range l.Platforms {
			if r.held[i], r.err = l.heldBy(ctx, p); r.err != nil {
				return
			}
		}
	}()
	return r
}

func (l *Line) heldBy(ctx context.Context, p *Platform) (h inventory, err error) {
	if h.identity, err = l.recognise(ctx, p); err != nil {
		return h, err
	}
	if h.kinds, h.listed, err = p.list(ctx); err != nil {
		return h, fmt.Errorf("reading what %s holds: %w", p.Address, err)
	}
	return h, nil
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
