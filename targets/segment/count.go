package segment

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// preview is an audience that is tried out, which takes a while.
type preview struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Size   struct {
		Count int `json:"count"`
	} `json:"size"`
	Reason string `json:"failureReason"`
}

// looks is how often a preview is asked for before it is given up.
const looks = 30

// pause is how long a preview is left alone before the next look: longer each
// time, at most 3 seconds.
func pause(look int) time.Duration { return 100 * time.Millisecond << min(look, 5) }

// Count has Segment try each segment out on its own profiles. Previews are few
// (5 a minute, 700 a month), so one that is refused for that says so.
func (t *Target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	out := make([]targets.CountAnswer, len(r.Segments))
	l := newLowering(targets.LowerRequest{Program: r.Program, Platform: r.Platform, Placed: r.Program.Placed(r.Platform.Address)})
	for i, address := range r.Segments {
		out[i].Segment = address
		s, declared := ir.Find(r.Program.Segments, address)
		if !declared || !l.Has(address) {
			out[i].Unknown = "it is not on this platform"
			continue
		}
		definition, said := l.definition(s)
		if !said {
			out[i].Unknown = "its condition cannot be said here"
			continue
		}
		var err error
		if out[i].Members, out[i].Unknown, err = t.tried(ctx, definition); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tried is how many people a definition has.
func (t *Target) tried(ctx context.Context, definition string) (members int, unknown string, err error) {
	body := map[string]any{"definition": map[string]any{"query": definition}, "audienceType": users}
	a, err := t.call(ctx, rest.Call{Method: http.MethodPost, Path: t.audiences() + "/previews", Body: body, Reads: true})
	var busy *targets.Error
	if errors.As(err, &busy) && busy.Kind == targets.Retryable && rest.Status(err) == http.StatusTooManyRequests {
		return 0, "Segment lets nobody try out more audiences now", nil
	}
	for look := range looks {
		if err != nil {
			return 0, "", err
		}
		switch p := a.Data.Preview; {
		case p.Status == "COMPLETED":
			return p.Size.Count, "", nil
		case p.Status == "FAILED":
			return 0, "Segment could not work it out: " + p.Reason, nil
		}
		if err := t.rest(ctx, pause(look)); err != nil {
			return 0, "", err
		}
		a, err = t.call(ctx, rest.Call{Method: http.MethodGet, Path: t.audiences() + "/previews/" + url.PathEscape(a.Data.Preview.ID)})
	}
	return 0, "Segment was still working it out after a minute and a half", err
}

// rest lets time pass between two looks.
func (t *Target) rest(ctx context.Context, pause time.Duration) error {
	if t.wait != nil {
		return t.wait(ctx, pause)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
