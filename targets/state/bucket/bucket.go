// Package bucket is a state in an object store: S3 and what speaks it.
//
// Only one thing can be relied on with every store: that an object is made if
// there is none of its name. So a state is a row of numbered segments,
// journal/000000000123, each made once and never changed. A run that wants the
// lease makes the next segment, and what it writes are the segments after it. Who
// lost its lease without noticing wants to make the very segment with which
// another run has taken over, and cannot: that is the fence.
//
// A snapshot is a segment too. It makes what is before it superfluous, which is
// then removed, but for the segments by which leases were taken or broken: a late
// writer must find them for as long as retained. Who takes a lease looks once more
// whether its segment is the last one, since it may have filled a gap.
//
// Time is the store's: what an object's date says, against that of one just made.
package bucket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/s3blob" // s3:// addresses
	"gocloud.dev/gcerrors"

	"github.com/trayecto/trayecto/targets/state"
)

const (
	lasts    = time.Minute         // a lease that is not renewed
	retained = 30 * 24 * time.Hour // segments by which leases were taken
	tries    = 20                  // of reading while others write and remove
)

// Options is where a state is.
type Options struct {
	URL    string // s3://bucket?region=..., as gocloud.dev/blob has it
	Prefix string // before the names of the objects
	state.Owner
	Random io.Reader
}

// New is the state of a project in an environment. It connects to nobody yet.
func New(o Options) (state.Backend, error) {
	scheme, _, there := strings.Cut(o.URL, "://")
	if !there || !blob.DefaultURLMux().ValidBucketScheme(scheme) {
		return nil, fmt.Errorf("this build knows no object store %q; it knows %s", scheme, strings.Join(blob.DefaultURLMux().BucketSchemes(), ", "))
	}
	env := o.Env
	if env == "" {
		env = "default"
	}
	return &store{Options: o, folder: o.Prefix + o.Project + "/" + env + "/"}, nil
}

type store struct {
	Options
	folder string
}

// Can implements state.Backend.
func (s *store) Can() state.Abilities {
	return state.Abilities{Append: true, Lease: true, Expires: true, Fences: true, Renew: lasts / 3}
}

// Name implements state.Backend.
func (s *store) Name() string {
	address, _, _ := strings.Cut(s.URL, "?")
	return strings.TrimSuffix(address, "/") + "/" + s.folder
}

// with does something with the opened bucket.
func (s *store) with(ctx context.Context, do func(*blob.Bucket) error) error {
	bucket, err := blob.OpenBucket(ctx, s.URL)
	if err != nil {
		return err
	}
	return errors.Join(do(bucket), bucket.Close())
}

// kind is what a segment is.
type kind string

const (
	taken    kind = "lease"    // a run has taken the lease
	appended kind = "append"   // lines of the journal
	replaced kind = "snapshot" // and the end of what was before
	renewed  kind = "renew"
	released kind = "end"
	broken   kind = "break" // somebody has ended the lease by hand
)

// segment is one object: a line of JSON, and bytes.
type segment struct {
	Kind   kind          `json:"kind"`
	Token  int64         `json:"token"` // number of the lease's segment; of a break its own
	Nonce  string        `json:"nonce"` // tells apart what two runs wanted to write
	Holder *state.Holder `json:"holder,omitempty"`
	body   []byte
	number int64
	at     time.Time // by the store's clock
}

func (g segment) encode() ([]byte, error) {
	head, err := json.Marshal(g)
	return slices.Concat(head, []byte("\n"), g.body), err
}

func decode(raw []byte) (segment, error) {
	var g segment
	head, body, whole := bytes.Cut(raw, []byte("\n"))
	if !whole {
		return g, errors.New("it is cut off")
	}
	if err := json.Unmarshal(head, &g); err != nil {
		return g, err
	}
	g.body = body
	return g, nil
}

func (s *store) key(number int64) string { return fmt.Sprintf("%sjournal/%012d", s.folder, number) }

// listed is the segments that are there, in order: numbers and dates alone.
func (s *store) listed(ctx context.Context, b *blob.Bucket) ([]segment, error) {
	var out []segment
	prefix := s.folder + "journal/"
	for page := b.List(&blob.ListOptions{Prefix: prefix}); ; {
		o, err := page.Next(ctx)
		if errors.Is(err, io.EOF) {
			slices.SortFunc(out, func(a, b segment) int { return int(a.number - b.number) })
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		number, err := strconv.ParseInt(strings.TrimPrefix(o.Key, prefix), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s is none of ours", o.Key)
		}
		out = append(out, segment{number: number, at: o.ModTime})
	}
}

// log is what is read of a state: the last snapshot and what follows it, and all
// that is there.
type log struct {
	segments []segment
	all      []segment // numbers and dates
}

// read reads backwards from the last segment to the last snapshot. A segment that
// goes meanwhile went because of a newer snapshot.
func (s *store) read(ctx context.Context, b *blob.Bucket) (log, error) {
	for range tries {
		all, err := s.listed(ctx, b)
		if err != nil {
			return log{}, err
		}
		segments, err := s.fetch(ctx, b, all)
		if gcerrors.Code(err) == gcerrors.NotFound {
			continue
		}
		return log{segments, all}, err
	}
	return log{}, errors.New("others write faster than this can be read")
}

func (s *store) fetch(ctx context.Context, b *blob.Bucket, all []segment) ([]segment, error) {
	var out []segment
	for _, there := range slices.Backward(all) {
		g, err := s.get(ctx, b, there.number)
		if err != nil {
			return nil, err
		}
		g.at = there.at
		out = append(out, g)
		if g.Kind == replaced {
			break
		}
	}
	slices.Reverse(out)
	return out, nil
}

func (s *store) get(ctx context.Context, b *blob.Bucket, number int64) (segment, error) {
	raw, err := b.ReadAll(ctx, s.key(number))
	if err != nil {
		return segment{}, err
	}
	g, err := decode(raw)
	if err != nil {
		return segment{}, fmt.Errorf("%s is damaged: %w", s.key(number), err)
	}
	g.number = number
	return g, nil
}

// stored is what the segments say the state is.
func (l log) stored() (out state.Stored, err error) {
	for _, g := range l.segments {
		switch g.Kind {
		case replaced:
			out = state.Stored{}
			if out.Snapshot, err = state.Whole(g.body); err != nil {
				return out, err
			}
		case appended:
			out.Journal = append(out.Journal, g.body...)
		case taken, renewed, released, broken:
		}
	}
	return out, nil
}

// last is the number of the last segment, 0 when there is none.
func (l log) last() int64 {
	if len(l.all) == 0 {
		return 0
	}
	return l.all[len(l.all)-1].number
}

// lease is the segment that says who has the lease or had it last: nil when it was
// given back or broken.
func (s *store) lease(ctx context.Context, b *blob.Bucket, l log) (*segment, error) {
	for i, g := range slices.Backward(l.segments) {
		switch g.Kind {
		case released, broken:
			return nil, nil
		case taken:
			return &l.segments[i], nil
		case appended, renewed, replaced:
		}
	}
	if len(l.segments) == 0 {
		return nil, nil
	}
	first, err := s.get(ctx, b, l.segments[0].Token) // that of the run which wrote the snapshot
	return &first, err
}

// live tells whether a lease that nobody gave back has not expired.
func (s *store) live(ctx context.Context, b *blob.Bucket, l log) (bool, error) {
	now, err := s.now(ctx, b)
	return now.Sub(l.all[len(l.all)-1].at) <= lasts, err
}

// now is the store's clock.
func (s *store) now(ctx context.Context, b *blob.Bucket) (time.Time, error) {
	key := s.folder + "clock"
	if err := b.WriteAll(ctx, key, nil, nil); err != nil {
		return time.Time{}, err
	}
	made, err := b.Attributes(ctx, key)
	if err != nil {
		return time.Time{}, err
	}
	return made.ModTime, nil
}

// Read implements state.Backend.
func (s *store) Read(ctx context.Context) (out state.Stored, err error) {
	err = s.with(ctx, func(b *blob.Bucket) error {
		l, err := s.read(ctx, b)
		if err == nil {
			out, err = l.stored()
		}
		return err
	})
	return out, err
}

// Holder implements state.Backend.
func (s *store) Holder(ctx context.Context) (who *state.Holder, err error) {
	err = s.with(ctx, func(b *blob.Bucket) error {
		_, held, err := s.held(ctx, b)
		if held != nil {
			who = held.Holder
		}
		return err
	})
	return who, err
}

// held is the lease that somebody has now; nil if nobody does.
func (s *store) held(ctx context.Context, b *blob.Bucket) (log, *segment, error) {
	l, err := s.read(ctx, b)
	if err != nil {
		return l, nil, err
	}
	held, err := s.lease(ctx, b, l)
	if held == nil || err != nil {
		return l, nil, err
	}
	live, err := s.live(ctx, b, l)
	if !live || err != nil {
		return l, nil, err
	}
	return l, held, nil
}
