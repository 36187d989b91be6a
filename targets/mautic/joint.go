package mautic

import (
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
)

// How a campaign goes on.
//
// An event has one event before it, so ways that part never meet again, and what
// follows a question would have to be there once for each answer. But several
// events may stand behind one. So a message and the question whether somebody may
// get it stand beside what follows, behind one event that does nothing: the
// joint. Whoever waits, waits at the joint and goes on from there to whatever
// stands behind it by then, so steps that are added later reach them as well.
//
// Behind an action Mautic asks all questions, with all that hangs on them, before
// it does the next actions. So a joint is an action, and what follows one at the
// same instant begins with an action too: that is what keeps a message before the
// step that closes its channel.

// cursor is where the next event goes: behind which one, by which way, and how
// long after it.
type cursor struct {
	parent string // "" at the beginning
	path   string // "yes" or "no" behind a condition
	wait   time.Duration
	knows  facts
	beside bool // questions stand behind the same event
}

// way0 is the beginning.
var way0 = cursor{}

// delay is how long to wait as Mautic counts it; 0 for not at all.
func (c cursor) delay() (int64, string) {
	for _, u := range []struct {
		length time.Duration
		word   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "i"}} {
		if c.wait > 0 && c.wait%u.length == 0 {
			return int64(c.wait / u.length), u.word
		}
	}
	return 0, ""
}

// joint is where a step of a name begins, with room beside what follows it. What
// it does is change the tags of a contact by none.
func (c *campaign) joint(from cursor, name string) cursor {
	nothing := event("action", "lead.changetags", resource.Map{"add_tags": resource.List{}, "remove_tags": resource.List{}})
	return cursor{parent: c.add(from, name+": begins", nothing), knows: from.knows}
}

// apart is a cursor for a question whose ways do not stand beside what follows.
func (c *campaign) apart(from cursor, name string) cursor {
	if from.beside && from.wait == 0 {
		return c.joint(from, name)
	}
	return from
}

// onwards is where what follows goes that stands beside the questions behind a
// joint.
func (c cursor) onwards() cursor {
	c.beside = true
	return c
}

// instant tells whether a choice is over as soon as it is made: then all its
// branches can stand beside what follows.
func instant(s ir.Choose) bool {
	over := true
	ir.Walk([]ir.Step{s}, func(s ir.Step) {
		if _, waits := s.(ir.Wait); waits {
			over = false
		}
	})
	return over
}

// unsettled are the branches that have to be asked for, and what is done where
// none of them is taken: nothing is asked of which it is known how it ended.
func unsettled(s ir.Choose, known facts) (branches []ir.Branch, otherwise []ir.Step) {
	for _, b := range s.When {
		switch holds, settled := known[expr.Print(b.If)]; {
		case !settled:
			branches = append(branches, b)
		case holds:
			return branches, b.Steps
		}
	}
	return branches, s.Otherwise
}
