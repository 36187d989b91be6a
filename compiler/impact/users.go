package impact

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
)

// mostUsers is how many journeys and segments are named that rest on a segment:
// in a long chain each rests on all before it.
const mostUsers = 20

// users are the journeys and segments that rest on a segment, the nearest of
// them.
type users struct {
	named []string // sorted
	more  bool     // there are others
}

// walk is through the users of segments, one after the other.
type walk struct {
	passed []int   // by the place of a declaration, in which walk it was come by last
	walks  int     // so far
	queue  []int32 // of the walk before, whose memory the next one takes
}

// findUsers finds who rests on the segment: nobody could so far where it is new.
// Of what is removed it is who did.
func (q *question) findUsers() {
	switch {
	case q.before == nil:
	case q.after != nil:
		q.users = q.after.side.users(q.address)
	default:
		q.users = q.before.side.users(q.address)
	}
}

// users searches breadth first, through moments and segments.
func (s *side) users(address string) users {
	place, declared := s.index.Place(address)
	if !declared {
		return users{}
	}
	w := &s.walk
	if w.passed == nil {
		w.passed = make([]int, len(s.index.Declarations()))
	}
	w.walks++
	w.passed[place] = w.walks
	w.queue = append(w.queue[:0], s.index.Users(place)...)
	var found users
	for n := 0; n < len(w.queue) && !found.more; n++ {
		i := w.queue[n]
		if w.passed[i] == w.walks {
			continue
		}
		w.passed[i] = w.walks
		switch address := s.index.Address(i); ir.KindOf(address) {
		case "journey", "segment":
			found.add(address)
		case "moment":
		default:
			continue
		}
		w.queue = append(w.queue, s.index.Users(i)...)
	}
	slices.Sort(found.named)
	return found
}

// add names a user, unless there are very many.
func (u *users) add(address string) {
	if u.more = len(u.named) == mostUsers; !u.more {
		u.named = append(u.named, address)
	}
}
