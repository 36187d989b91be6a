package document

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/trayecto/trayecto/targets/state"
)

// info is a lock in the words of the protocol.
type info struct {
	ID        string
	Operation string
	Info      string // note, as JSON
	Who       string
	Version   string
	Created   string
	Path      string
}

// note is what Info says: some servers answer with the Info of who asks, and not
// of who holds, so it says which lock it is about.
type note struct {
	Lock   string        `json:"lock"`
	Holder *state.Holder `json:"holder"`
}

// lock takes the lock of the server, or fails with *taken.
func (s *server) lock(ctx context.Context, by state.Holder) (id string, err error) {
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(s.Random, nonce); err != nil {
		return "", err
	}
	id = hex.EncodeToString(nonce)
	about, err := json.Marshal(note{id, &by})
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(info{ID: id, Operation: by.For, Info: string(about), Who: by.Who + "@" + by.Host, Version: fmt.Sprint(format),
		Created: by.Since.UTC().Format(time.RFC3339), Path: s.Project + "/" + s.Env})
	if err != nil {
		return "", err
	}
	a, err := s.patiently(ctx, func() (answer, error) { return s.call(ctx, s.LockMethod, s.LockAddress, body) })
	switch {
	case err != nil:
		return "", err
	case a.fine():
		return id, nil
	case !a.held():
		return "", a.failed("taking the lock")
	}
	var held info
	if json.Unmarshal(a.body, &held) != nil {
		held = info{} // the protocol wants it, and not every server knows
	}
	if held.ID == id { // a first try took it and its answer was lost
		return id, nil
	}
	return "", &taken{held}
}

// taken says that somebody else has the lock.
type taken struct{ by info }

// Error says that the lock is held.
func (t *taken) Error() string { return "the lock is held" }

// holder is who has a lock: the document knows more than the lock says.
func (s *server) holder(ctx context.Context, by info) (*state.Holder, error) {
	var n note
	if json.Unmarshal([]byte(by.Info), &n) == nil && n.Lock == by.ID && n.Holder != nil && by.ID != "" {
		return n.Holder, nil
	}
	p, err := s.get(ctx)
	if err != nil {
		return nil, err
	}
	if p.Holder != nil && (p.Lock == by.ID || by.ID == "") {
		return p.Holder, nil
	}
	out := &state.Holder{Who: by.Who, Host: "somewhere", For: by.Operation}
	if out.Who == "" {
		out.Who = "someone"
	}
	if out.Since, err = time.Parse(time.RFC3339, by.Created); err != nil {
		out.Since = time.Time{} // it does not say
	}
	return out, nil
}

// unlock ends a lock by its id; "" ends whichever there is.
func (s *server) unlock(ctx context.Context, lock info) (answer, error) {
	var body []byte
	if lock.ID != "" {
		var err error
		if body, err = json.Marshal(lock); err != nil {
			return answer{}, err
		}
	}
	return s.patiently(ctx, func() (answer, error) { return s.call(ctx, s.UnlockMethod, s.UnlockAddress, body) })
}

// Holder implements state.Backend. The protocol has no question for it: whether
// the lock is free shows by taking it for an instant.
func (s *server) Holder(ctx context.Context) (*state.Holder, error) {
	held, err := s.probe(ctx)
	if held == nil || err != nil {
		return nil, err
	}
	return s.holder(ctx, *held)
}

// probe is the lock that somebody has; nil when it is free.
func (s *server) probe(ctx context.Context) (*info, error) {
	id, err := s.lock(ctx, state.Holder{Who: "someone who looks", For: "state lock"})
	var held *taken
	if errors.As(err, &held) {
		return &held.by, nil
	}
	if err != nil {
		return nil, err
	}
	a, err := s.unlock(ctx, info{ID: id})
	if err == nil && !a.fine() {
		err = a.failed("giving the lock back")
	}
	return nil, err
}

// Break implements state.Backend.
func (s *server) Break(ctx context.Context, by state.Holder) (*state.Holder, error) {
	held, err := s.probe(ctx)
	if held == nil || err != nil {
		return nil, err
	}
	was, err := s.holder(ctx, *held)
	if err != nil {
		return nil, err
	}
	a, err := s.unlock(ctx, *held)
	if err != nil {
		return nil, err
	}
	if !a.fine() {
		return nil, a.failed("ending the lock")
	}
	return was, s.sign(ctx, by)
}

// sign notes in the document who has ended a lock by hand, under a lock of its
// own. If somebody has taken it in this instant, there is nothing to note.
func (s *server) sign(ctx context.Context, by state.Holder) error {
	l, err := s.Lease(ctx, by)
	var held *state.LockedError
	if errors.As(err, &held) {
		return nil
	}
	if err != nil {
		return err
	}
	mine := l.(*lease)
	mine.page.Holder, mine.page.Broken = nil, &by
	return errors.Join(mine.put(ctx), l.Release(ctx))
}

// lease is the lock, and the document as this run has written it last.
type lease struct {
	*server
	id string

	mu   sync.Mutex
	page page
}

// Lease implements state.Backend.
func (s *server) Lease(ctx context.Context, by state.Holder) (state.Lease, error) {
	id, err := s.lock(ctx, by)
	var held *taken
	if errors.As(err, &held) {
		who, err := s.holder(ctx, held.by)
		return nil, errors.Join(&state.LockedError{Holder: who}, err)
	}
	if err != nil {
		return nil, err
	}
	out := &lease{server: s, id: id}
	if out.page, err = s.get(ctx); err == nil {
		out.page.Format, out.page.Lock, out.page.Holder, out.page.Broken = format, id, &by, nil
		out.page.Token++
		err = out.put(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, out.Release(context.WithoutCancel(ctx)))
	}
	return out, nil
}

// put writes the document under a new serial.
func (l *lease) put(ctx context.Context) error {
	at, err := url.Parse(l.Address)
	if err != nil {
		return err
	}
	query := at.Query()
	query.Set("ID", l.id)
	at.RawQuery = query.Encode()
	a, err := l.patiently(ctx, func() (answer, error) {
		l.page.Serial++
		body, err := json.Marshal(l.page)
		if err != nil {
			return answer{}, err
		}
		return l.call(ctx, l.UpdateMethod, at.String(), body)
	})
	switch {
	case err != nil:
		return err
	case a.held():
		return l.fenced(ctx)
	case !a.fine():
		return a.failed("writing the document")
	}
	return nil
}

// fenced is that the lock is not ours any more, and whose it is.
func (l *lease) fenced(ctx context.Context) error {
	now, err := l.get(ctx)
	switch {
	case err != nil || now.Token <= l.page.Token:
		return errors.Join(&state.FencedError{}, err)
	case now.Broken != nil:
		return &state.FencedError{By: now.Broken, Broken: true}
	}
	return &state.FencedError{By: now.Holder}
}

// Token implements state.Lease.
func (l *lease) Token() int64 { return l.page.Token }

// Append implements state.Lease.
func (l *lease) Append(ctx context.Context, lines []byte) error {
	return l.change(ctx, func(p *page) { p.Journal = slices.Concat(p.Journal, lines) })
}

// Replace implements state.Lease.
func (l *lease) Replace(ctx context.Context, snapshot []byte) error {
	return l.change(ctx, func(p *page) { p.Snapshot, p.Journal = snapshot, nil })
}

// change writes the document with a change, and forgets that if it fails.
func (l *lease) change(ctx context.Context, how func(*page)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.page
	how(&l.page)
	err := l.put(ctx)
	if err != nil {
		l.page.Snapshot, l.page.Journal = before.Snapshot, before.Journal
	}
	return err
}

// Renew implements state.Lease: the lock lasts. Whether it does, a write shows.
func (l *lease) Renew(ctx context.Context) error {
	now, err := l.get(ctx)
	if err == nil && now.Token != l.page.Token {
		return l.fenced(ctx)
	}
	return err
}

// Release implements state.Lease.
func (l *lease) Release(ctx context.Context) error {
	a, err := l.unlock(ctx, info{ID: l.id})
	if err == nil && !a.fine() && !a.held() && a.status != http.StatusNotFound { // held: by another
		err = a.failed("giving the lock back")
	}
	return err
}
