package eval

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// Addresses that change. A history says what a person's address is and not what
// it was; a life knows. What was said without naming an address was said of the
// one that the person had then: a yes stays with it, unless its consent survives
// a change of address, and so does a bounce. A no is the person's, whatever
// their address.

// moved is an address that the person had until a place in the order of what
// happened.
type moved struct {
	key     string // the attribute: "email"
	until   mark
	address string
}

// then is the address on a channel at a place in the order of what happened;
// "" where it is the present one.
func (v *view) then(channel string, at types.Instant, seq int64) string {
	if len(v.moved) == 0 {
		return ""
	}
	declared, _ := ir.Find(v.Program.Channels, channel)
	for _, m := range v.moved {
		if m.key == declared.Key && (at < m.until.at || at == m.until.at && seq <= m.until.seq) {
			return m.address
		}
	}
	return ""
}

// bound is a yes with the address that it was given for. It names none where
// that is the present one.
func (v *view) bound(c change, channel string, seq int64) change {
	yes := c.Kind == person.Grant || c.Kind == person.Confirm
	if !yes || c.Address != "" {
		return c
	}
	if then := v.then(channel, c.At, seq); then != "" {
		c.Channel, c.Address = channel, then
	}
	return c
}

// movedFrom notes the addresses that new knowledge replaces.
func (l *Life) movedFrom(attributes map[string]types.Value) {
	seen := map[string]bool{}
	for _, c := range l.machine.world.Program.Channels {
		value, told := attributes[c.Key]
		if !told || seen[c.Key] {
			continue
		}
		seen[c.Key] = true
		if was := types.Spell(l.truth.Get(c.Key)); was != "" && !types.IsNull(l.truth.Get(c.Key)) && was != types.Spell(value) {
			l.moved = append(l.moved, moved{c.Key, mark{l.now, l.seq}, was})
		}
	}
}
