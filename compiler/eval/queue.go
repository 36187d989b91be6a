package eval

import "github.com/trayecto/trayecto/lang/types"

// never is later than every instant.
const never = types.Instant(1<<63 - 1)

// timer is something that is due at an instant. What it is about may have ended
// before; whoever takes it looks.
type timer struct {
	at     types.Instant
	number int64 // of two at one instant, the one that was set first comes first
	what   due
}

// due is what a timer is about.
//
//sumtype:decl
type due interface{ due() }

type (
	// runDue: a run is to be looked at again.
	runDue struct {
		run   *run
		round int // of the run's timer; an older one is void
	}
	// sendDue: a message that followed a bounce is to be tried again.
	sendDue struct{ attempt *attempt }
	// watchDue: whether the person is in a segment is to be looked at again.
	watchDue struct{ watch, round int }
	// clockDue: an absence has lasted long enough.
	clockDue struct{ clock *clock }
	// dateDue: a date comes.
	dateDue struct{ date, round int }
	// instantDue: the instant of a one-off.
	instantDue struct {
		journey *journey
		round   int
	}
	// taskDue: a task should have been done.
	taskDue struct{ task *task }
	// noticeDue: what happened is noticed.
	noticeDue struct{ what Happening }
)

func (runDue) due()     {}
func (sendDue) due()    {}
func (watchDue) due()   {}
func (clockDue) due()   {}
func (dateDue) due()    {}
func (instantDue) due() {}
func (taskDue) due()    {}
func (noticeDue) due()  {}

// queue is a heap of timers, the next one at the front.
type queue struct {
	timers []timer
	number int64
}

func (q *queue) next() types.Instant {
	if len(q.timers) == 0 {
		return never
	}
	return q.timers[0].at
}

func (q *queue) add(at types.Instant, what due) {
	if at == never {
		return
	}
	q.number++
	q.timers = append(q.timers, timer{at, q.number, what})
	for i := len(q.timers) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.less(i, parent) {
			return
		}
		q.timers[i], q.timers[parent] = q.timers[parent], q.timers[i]
		i = parent
	}
}

func (q *queue) take() due {
	first, last := q.timers[0], len(q.timers)-1
	q.timers[0] = q.timers[last]
	q.timers[last] = timer{}
	q.timers = q.timers[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if q.less(child, least) {
				least = child
			}
		}
		if least == i {
			return first.what
		}
		q.timers[i], q.timers[least] = q.timers[least], q.timers[i]
		i = least
	}
}

func (q *queue) less(i, j int) bool {
	a, b := &q.timers[i], &q.timers[j]
	return a.at < b.at || a.at == b.at && a.number < b.number
}
