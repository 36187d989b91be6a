package apply

import (
	"context"
	"sync"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// basket gathers the answers to calls until there are enough of them to be
// made durable together.
type basket struct {
	run      *run
	ctx      context.Context
	mu       sync.Mutex
	byKey    map[string]*call
	finished []*call
}

func (b *basket) hand(c *call) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c.sent = true
}

// answer takes an answer. A second one to the same call is not looked at.
func (b *basket) answer(answer targets.Result) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.byKey[answer.Key]
	if c == nil {
		return
	}
	delete(b.byKey, answer.Key)
	if !c.take(answer) {
		return
	}
	b.finished = append(b.finished, c)
	if len(b.finished) >= syncEvery {
		b.empty(b.run.State.Finish)
	}
}

func (b *basket) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.empty(b.run.State.Finish)
}

// end leaves the last answers for the write of the intents that come next: where
// each call needs the one before, the disk is waited for once for both. If the
// program ends before that, the next run asks the platform; of what cannot be
// found there the answer is written at once.
func (b *basket) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.finished {
		if !b.run.findable(c.intent) {
			b.empty(b.run.State.Finish)
			return
		}
	}
	b.empty(b.run.State.Later)
}

func (b *basket) empty(write func(context.Context, []state.Result) error) {
	b.run.finish(b.ctx, b.finished, write)
	b.finished = nil
}

// take notes an answer and tells whether the call is done.
func (c *call) take(answer targets.Result) bool {
	switch {
	case answer.Err != nil:
		c.err = answer.Err
		return false
	case c.change.Action == targets.Create && (answer.Object == nil || answer.Object.ID == ""):
		c.err = &targets.Error{Kind: targets.UnknownOutcome, Message: "the platform did not say which object it has made"}
		return false
	}
	c.object = answer.Object
	return true
}
