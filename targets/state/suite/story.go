package suite

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/state"
)

// patience is how long a run waits for the others.
const patience = 30 * time.Second

func load(t testing.TB, p Place) *state.State {
	t.Helper()
	s, notices, err := state.Load(ctx, p.Open(t), "lumen", "prod")
	do(t, err)
	if len(notices) > 0 {
		t.Fatalf("a state that nobody tore says: %v", notices)
	}
	return s
}

func record(name string) plan.Record {
	return plan.Record{
		Address: resource.Address{Object: "segment." + name, Platform: "crm"}, Kind: "segment", ID: "id-" + name,
		Hash: "ab", Resolved: "cd", Mark: "m", Plugin: plan.Plugin{Name: "local"},
	}
}

func creates(name string) state.Intent {
	r := record(name)
	r.ID = ""
	return state.Intent{Key: "create-" + name, Address: r.Address, Action: plan.Create, Hash: "cd", Record: r}
}

func made(name string) state.Result {
	r := record(name)
	return state.Result{Key: "create-" + name, Address: r.Address, Record: &r}
}

// What a run has written is there for the next one, also when it never ended.
func story(t *testing.T, p Place) {
	s := load(t, p)
	do(t, s.Lock(ctx, by("ana")))
	do(t, s.Begin(ctx, []state.Intent{creates("a"), creates("b")}))
	if n := len(load(t, p).Pending()); n != 2 {
		t.Fatalf("%d of 2 intents are durable before their calls", n)
	}
	do(t, s.Finish(ctx, []state.Result{made("a")}))
	if got := load(t, p); p.Open(t).Can().Append && len(got.Records()) != 1 {
		t.Error("a result is not durable")
	}
	do(t, s.Begin(ctx, []state.Intent{creates("c")}))
	next := load(t, p)
	if len(next.Records()) != 1 || len(next.Pending()) != 2 {
		t.Fatalf("%d records, %d intents", len(next.Records()), len(next.Pending()))
	}
	_, err := next.Break(ctx, by("ben")) // ana's run is no more
	do(t, err)
	do(t, next.Lock(ctx, by("ben")))
	do(t, next.Finish(ctx, []state.Result{made("b"), made("c")}))
	do(t, next.Unlock(ctx))
	if got := load(t, p); len(got.Records()) != 3 || len(got.Pending()) != 0 || got.ID() != next.ID() {
		t.Errorf("%d records, %d intents, %+v after %+v", len(got.Records()), len(got.Pending()), got.ID(), next.ID())
	}
	if !p.Open(t).Can().Fences {
		return
	}
	var fenced *state.FencedError
	if err := s.Begin(ctx, []state.Intent{creates("d")}); !errors.As(err, &fenced) {
		t.Errorf("ana's run writes on: %v", err)
	}
	do(t, s.Unlock(ctx))
	if got := load(t, p); got.ID() != next.ID() {
		t.Errorf("ana's run has written %+v over %+v", got.ID(), next.ID())
	}
}

// Several applies at once: each waits for the others and loses nothing of them.
func beside(t *testing.T, p Place) {
	const many = 4
	errs := make([]error, many)
	at(many, func(i int) {
		s := load(t, p)
		name := fmt.Sprint("s", i)
		errs[i] = s.LockWithin(ctx, by(name), patience)
		if errs[i] == nil {
			errs[i] = errors.Join(s.Begin(ctx, []state.Intent{creates(name)}), s.Finish(ctx, []state.Result{made(name)}), s.Unlock(ctx))
		}
	})
	do(t, errors.Join(errs...))
	if got := load(t, p); len(got.Records()) != many || got.ID().Serial != 2*many {
		t.Errorf("%d records of %d, serial %d", len(got.Records()), many, got.ID().Serial)
	}
}

// Who reads while another writes never reads half of it.
func readers(t *testing.T, p Place) {
	const rounds = 12
	s := load(t, p)
	do(t, s.Lock(ctx, by("ana")))
	do(t, s.Unlock(ctx))
	ended := make(chan error)
	go func() {
		for i := range rounds {
			name := fmt.Sprint("s", i)
			if err := errors.Join(s.LockWithin(ctx, by("ana"), patience), s.Begin(ctx, []state.Intent{creates(name)}),
				s.Finish(ctx, []state.Result{made(name)}), s.Unlock(ctx)); err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	last := int64(0)
	for {
		got := load(t, p).ID().Serial
		if got < last {
			t.Errorf("serial %d after %d", got, last)
		}
		last = got
		select {
		case err := <-ended:
			do(t, err)
			if got := load(t, p).ID().Serial; got != 2*rounds {
				t.Errorf("serial %d at the end", got)
			}
			return
		default:
		}
	}
}
