package bucket

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/trayecto/trayecto/targets/state"
)

// lease is the right to make the next segments.
type lease struct {
	*store
	bucket *blob.Bucket
	token  int64

	mu    sync.Mutex
	next  int64   // the number of the next segment
	since []int64 // segments that the next snapshot makes superfluous
	given bool    // back
}

// errTaken says that a segment is there already and is not ours.
var errTaken = errors.New("the segment is there already")

// put makes a segment. One that a first try has made although its answer was lost
// is ours.
func (s *store) put(ctx context.Context, b *blob.Bucket, g segment) error {
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(s.Random, nonce); err != nil {
		return err
	}
	g.Nonce = hex.EncodeToString(nonce)
	raw, err := g.encode()
	if err != nil {
		return err
	}
	err = b.WriteAll(ctx, s.key(g.number), raw, &blob.WriterOptions{IfNotExist: true})
	for try := 1; err != nil && collided(err) && try < tries; try++ {
		err = b.WriteAll(ctx, s.key(g.number), raw, &blob.WriterOptions{IfNotExist: true})
	}
	if gcerrors.Code(err) != gcerrors.FailedPrecondition {
		return err
	}
	there, err := s.get(ctx, b, g.number)
	if err == nil && there.Nonce == g.Nonce {
		return nil
	}
	if err == nil || gcerrors.Code(err) == gcerrors.NotFound { // removed since
		return errTaken
	}
	return err
}

// collided tells that S3 saw two of the same name at once and decided for none:
// its documentation says to try again.
func collided(err error) bool {
	var answer interface{ ErrorCode() string }
	return errors.As(err, &answer) && answer.ErrorCode() == "ConditionalRequestConflict"
}

// follow makes the segment after those of a log, if nobody else does.
func (s *store) follow(ctx context.Context, b *blob.Bucket, l log, g segment) error {
	g.number = l.last() + 1
	if err := s.put(ctx, b, g); err != nil {
		return err
	}
	all, err := s.listed(ctx, b)
	if err != nil {
		return err
	}
	if last := (log{all: all}).last(); last > g.number { // it filled a gap in what was removed
		return errors.Join(errTaken, b.Delete(ctx, s.key(g.number)))
	}
	return nil
}

// Lease implements state.Backend.
func (s *store) Lease(ctx context.Context, by state.Holder) (state.Lease, error) {
	bucket, err := blob.OpenBucket(ctx, s.URL)
	if err != nil {
		return nil, err
	}
	out, err := s.take(ctx, bucket, by)
	if err != nil {
		return nil, errors.Join(err, bucket.Close())
	}
	return out, nil
}

func (s *store) take(ctx context.Context, b *blob.Bucket, by state.Holder) (*lease, error) {
	for range tries {
		l, held, err := s.held(ctx, b)
		if err != nil {
			return nil, err
		}
		if held != nil {
			return nil, &state.LockedError{Holder: held.Holder}
		}
		number := l.last() + 1
		err = s.follow(ctx, b, l, segment{Kind: taken, Token: number, Holder: &by})
		if errors.Is(err, errTaken) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out := &lease{store: s, bucket: b, token: number, next: number + 1}
		for _, g := range l.segments {
			if g.Kind != taken && g.Kind != broken { // a late writer must find those
				out.since = append(out.since, g.number)
			}
		}
		return out, nil
	}
	return nil, errors.New("others write faster than this can be taken")
}

// Break implements state.Backend.
func (s *store) Break(ctx context.Context, by state.Holder) (was *state.Holder, err error) {
	err = s.with(ctx, func(b *blob.Bucket) error {
		for range tries {
			l, held, err := s.held(ctx, b)
			if held == nil || err != nil {
				return err
			}
			err = s.follow(ctx, b, l, segment{Kind: broken, Token: l.last() + 1, Holder: &by})
			if errors.Is(err, errTaken) {
				continue // its holder is alive and wrote
			}
			was = held.Holder
			return err
		}
		return errors.New("others write faster than this can be broken")
	})
	return was, err
}

// Token implements state.Lease.
func (l *lease) Token() int64 { return l.token }

// write makes the next segment.
func (l *lease) write(ctx context.Context, k kind, body []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.given {
		return &state.FencedError{}
	}
	err := l.put(ctx, l.bucket, segment{Kind: k, Token: l.token, body: body, number: l.next})
	if errors.Is(err, errTaken) {
		return l.fenced(ctx)
	}
	if err != nil {
		return err
	}
	if l.next++; k != replaced {
		l.since = append(l.since, l.next-1)
		return nil
	}
	l.clean(ctx)
	l.since = []int64{l.next - 1}
	return nil
}

// fenced is that another run took over, and which.
func (l *lease) fenced(ctx context.Context) error {
	there, err := l.get(ctx, l.bucket, l.next)
	if err != nil {
		return errors.Join(&state.FencedError{}, err)
	}
	out := &state.FencedError{By: there.Holder, Broken: there.Kind == broken}
	now, err := l.read(ctx, l.bucket)
	for _, g := range now.segments {
		if g.Kind == taken && g.number > there.number {
			out = &state.FencedError{By: g.Holder}
		}
	}
	return errors.Join(out, err)
}

// clean removes what a snapshot has made superfluous. What stays because that
// fails costs a little room, and goes with what is older than retained.
func (l *lease) clean(ctx context.Context) {
	for _, number := range l.since {
		_ = l.bucket.Delete(ctx, l.key(number))
	}
	all, err := l.listed(ctx, l.bucket)
	if err != nil || len(all) == 0 {
		return
	}
	now := all[len(all)-1].at
	for _, g := range all {
		if g.number < l.token && now.Sub(g.at) > retained {
			_ = l.bucket.Delete(ctx, l.key(g.number))
		}
	}
}

// Append implements state.Lease.
func (l *lease) Append(ctx context.Context, lines []byte) error { return l.write(ctx, appended, lines) }

// Replace implements state.Lease.
func (l *lease) Replace(ctx context.Context, snapshot []byte) error {
	return l.write(ctx, replaced, snapshot)
}

// Renew implements state.Lease.
func (l *lease) Renew(ctx context.Context) error { return l.write(ctx, renewed, nil) }

// Release implements state.Lease.
func (l *lease) Release(ctx context.Context) error {
	err := l.write(ctx, released, nil)
	var ended *state.FencedError
	if errors.As(err, &ended) {
		err = nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given = true
	if closed := l.bucket.Close(); closed != nil {
		err = errors.Join(err, fmt.Errorf("closing the bucket: %w", closed))
	}
	return err
}
