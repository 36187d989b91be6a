package apply

import (
	"context"
	"sync"

	"github.com/trayecto/trayecto/targets"
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
		b.empty()
	}
}

func (b *basket) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.empty()
}

func (b *basket) empty() {
	b.run.finish(b.ctx, b.finished)
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
