package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// tries bounds how often one call is made; syncEvery is the number of results
// that are made durable together.
const (
	tries     = 5
	syncEvery = 50
)

// errLost stands for an answer that did not come.
var errLost = &targets.Error{Kind: targets.UnknownOutcome, Message: "the platform gave no answer"}

// perform makes calls and ends their changes. What the platform asks to try
// again is tried again under the same key; what it leaves unanswered is looked
// up first.
func (r *run) perform(ctx context.Context, platform string, calls []*call) {
	if len(calls) == 0 {
		return
	}
	durably := context.WithoutCancel(ctx)
	intents := make([]state.Intent, len(calls))
	for i, c := range calls {
		intents[i] = c.intent
	}
	if err := r.State.Begin(durably, intents); err != nil {
		r.fail(err)
		return // ended by giveUp: nothing was called
	}
	open := r.skipGone(durably, calls)
	for try := 1; len(open) > 0; try++ {
		r.send(ctx, platform, open)
		r.lookAfter(ctx, open)
		var again []*call
		var pause time.Duration
		for _, c := range open {
			if r.settle(durably, c, try) {
				again = append(again, c)
				pause = max(pause, backOff(c.err, try))
			}
		}
		if len(again) > 0 && r.wait(ctx, pause) != nil {
			r.refuse(durably, again)
			return
		}
		open = again
	}
}

// skipGone ends deletions of what is gone already.
func (r *run) skipGone(ctx context.Context, calls []*call) []*call {
	var open, gone []*call
	for _, c := range calls {
		if c.change.Action == targets.Delete && c.change.Prior == nil {
			gone = append(gone, c)
		} else {
			open = append(open, c)
		}
	}
	r.finish(ctx, gone, r.State.Finish)
	return open
}

// send makes the calls. When the run is interrupted it hands out no more of
// them; those in flight are finished.
func (r *run) send(ctx context.Context, platform string, calls []*call) {
	b := &basket{run: r, ctx: context.WithoutCancel(ctx), byKey: make(map[string]*call, len(calls))}
	for _, c := range calls {
		b.byKey[c.change.Key] = c
		c.sent, c.err = false, nil
	}
	err := r.Targets[platform].Apply(b.ctx, func(yield func(targets.Change) bool) {
		for _, c := range calls {
			if r.stopped(ctx) {
				return
			}
			if err := r.afford(ctx, platform, c, b.flush); err != nil {
				c.err = err
				continue // what takes of another class may still be allowed
			}
			if err := r.State.Still(b.ctx); err != nil {
				r.fail(err)
				return
			}
			b.hand(c)
			if !yield(c.change) {
				return
			}
		}
	}, b.answer)
	b.end()
	for _, c := range calls {
		if !c.done && c.err == nil {
			c.err = lost(c.sent, err)
		}
	}
}

// lost is what to think of a call without an answer.
func lost(sent bool, err error) error {
	if !sent {
		return errUnsent
	}
	if err == nil {
		return errLost
	}
	return &targets.Error{Kind: targets.UnknownOutcome, Message: "the platform gave no answer", Err: err}
}

// errUnsent stands for a call that was not made.
var errUnsent = errors.New("the run was interrupted")

// finish makes the results of calls that are done durable, in one of the state's
// ways, and ends their changes.
func (r *run) finish(ctx context.Context, calls []*call, write func(context.Context, []state.Result) error) {
	if len(calls) == 0 {
		return
	}
	results := make([]state.Result, len(calls))
	for i, c := range calls {
		results[i] = c.result()
	}
	err := write(ctx, results)
	if err != nil {
		r.fail(err)
	}
	for _, c := range calls {
		r.noteDone(c, err)
	}
}

func (r *run) noteDone(c *call, err error) {
	if err != nil {
		c.err = err
		r.end(c.index, Unknown, fmt.Errorf("it was done, but could not be recorded: %w", err))
		return
	}
	c.done = true
	switch {
	case c.change.Action == targets.Delete:
		if c.change.Prior != nil {
			r.unsee(place{c.intent.Address.Platform, c.change.Prior.Kind, c.change.Prior.ID})
		}
	case c.object != nil:
		r.see(c.intent.Address.Platform, *c.object)
	}
	if !c.half {
		r.end(c.index, Made, nil)
	}
}

// result is what state learns of a call that is done.
func (c *call) result() state.Result {
	out := state.Result{Key: c.intent.Key, Address: c.intent.Address}
	if c.change.Action == targets.Delete {
		out.Gone = true
		return out
	}
	record := c.intent.Record
	if c.object != nil && c.object.ID != "" {
		record.ID = c.object.ID
	}
	out.Record = &record
	return out
}

// settle ends the change of a call that is not done, or tells that it is to be
// made again.
func (r *run) settle(ctx context.Context, c *call, try int) (again bool) {
	if c.done || c.err == nil {
		return false
	}
	if r.isBroken() {
		r.leave(c)
		return false
	}
	if c.unsent() {
		r.close(ctx, c, NotTried)
		return false
	}
	switch kindOf(c.err) {
	case targets.Retryable:
	case targets.Permanent, targets.Conflict, targets.Rejected:
		r.close(ctx, c, Failed)
		return false
	case targets.UnknownOutcome:
		if !r.undone(ctx, c) {
			return false
		}
	default:
		r.end(c.index, Unknown, c.err)
		return false
	}
	if wait := backOff(c.err, try); wait > patience {
		c.err = fmt.Errorf("%w; it asks to wait %s: apply again then", c.err, wait.Round(time.Second))
		r.close(ctx, c, Failed)
		return false
	}
	if try >= tries {
		r.close(ctx, c, Failed)
		return false
	}
	return true
}

// leave ends the change of a call that was made, and of which the state takes no
// more: it may have landed, unless the platform said that it did nothing. The next
// run finds out.
func (r *run) leave(c *call) {
	switch {
	case c.unsent(), r.outcome(c.index) != "":
	case kindOf(c.err) == targets.UnknownOutcome:
		r.end(c.index, Unknown, c.err)
	default:
		r.end(c.index, Failed, c.err)
	}
}

// kindOf is what can be done about what a platform answered. What is no answer
// leaves open whether the call was made.
func kindOf(err error) targets.ErrorKind {
	var answer *targets.Error
	if errors.As(err, &answer) {
		return answer.Kind
	}
	return targets.UnknownOutcome
}

// lookAfter asks the platform what became of the calls without an answer, of all
// of them at once, since it may take its time to show what it has done. A run
// that is interrupted asks once and does not wait.
func (r *run) lookAfter(ctx context.Context, calls []*call) {
	var lost []*call
	var intents []state.Intent
	for _, c := range calls {
		if !c.done && c.err != nil && !c.unsent() && kindOf(c.err) == targets.UnknownOutcome && !r.isBroken() {
			lost, intents = append(lost, c), append(intents, c.intent)
		}
	}
	wait := func(d time.Duration) error { return r.wait(ctx, d) }
	for n, f := range r.lookUp(context.WithoutCancel(ctx), intents, wait) {
		lost[n].found = f
	}
}

// undone tells whether a call without an answer was not made, and ends its
// change where it was, or where nobody can tell.
func (r *run) undone(ctx context.Context, c *call) bool {
	switch c.found.verdict {
	case done:
		c.object = c.found.object
		r.finish(ctx, []*call{c}, r.State.Finish)
		return false
	case undone:
		return true
	case unknowable:
	}
	r.end(c.index, Unknown, fmt.Errorf("%w; %s", c.err, c.found.why))
	return false
}

// unsent tells whether the last try to make a call did not come to it.
func (c *call) unsent() bool {
	var limit *limitError
	return errors.Is(c.err, errUnsent) || errors.As(c.err, &limit)
}

// close records that a call did nothing, and ends its change.
func (r *run) close(ctx context.Context, c *call, outcome Outcome) {
	err := r.State.Finish(ctx, []state.Result{{Key: c.intent.Key, Address: c.intent.Address, Error: c.err.Error()}})
	if err != nil {
		r.fail(err)
	}
	r.end(c.index, outcome, c.err)
}

// refuse closes calls that there is no time left to try again.
func (r *run) refuse(ctx context.Context, calls []*call) {
	for _, c := range calls {
		r.close(ctx, c, Failed)
	}
}

func (r *run) isBroken() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken != nil
}

// backOff is how long to wait before a call is made again: as long as the
// platform says, or twice as long each time.
func backOff(err error, try int) time.Duration {
	var answer *targets.Error
	if errors.As(err, &answer) && answer.RetryAfter > 0 {
		return answer.RetryAfter
	}
	return time.Second << (try - 1)
}

func (r *run) wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.flush(ctx)
	return waiter(r.Wait)(ctx, d)
}

// flush makes durable what waited for the next intents, where none follow at once.
func (r *run) flush(ctx context.Context) {
	if err := r.State.Flush(context.WithoutCancel(ctx)); err != nil {
		r.fail(err)
	}
}

// waiter is wait, or waiting by the clock.
func waiter(wait func(context.Context, time.Duration) error) func(context.Context, time.Duration) error {
	if wait != nil {
		return wait
	}
	return func(ctx context.Context, d time.Duration) error {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// retry reads, again while the platform asks for it.
func retry[T any](ctx context.Context, wait func(context.Context, time.Duration) error, read func() (T, error)) (T, error) {
	for try := 1; ; try++ {
		out, err := read()
		var answer *targets.Error
		if err == nil || try >= tries || !errors.As(err, &answer) || answer.Kind != targets.Retryable {
			return out, err
		}
		if stopped := waiter(wait)(ctx, backOff(err, try)); stopped != nil {
			return out, err
		}
	}
}
