package sql

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Gate is the one value that says whether the person of the first parameter
// may get a message for the purpose of the second on the channel of the third.
// Every purpose and channel of the program is covered, by short or full name;
// whoever and whatever is not known is not allowed.
func (l Lowering) Gate() Lowered {
	return l.query(func(c *lowering) Query {
		var ways []Expr
		for _, purpose := range c.Program.Purposes {
			for _, channel := range c.Program.Channels {
				if covered(purpose, channel) {
					ways = append(ways, c.way(purpose, channel))
				}
			}
		}
		return Select{Columns: []Named{{Is{Term: Or{ways}, Verdict: True}, "allowed"}}}
	})
}

// covered leaves out the channels that a purpose never goes by.
func covered(p ir.Purpose, c ir.Channel) bool {
	return len(p.Channels) == 0 || slices.Contains(p.Channels, c.Address)
}

func (c *lowering) way(purpose ir.Purpose, channel ir.Channel) Expr {
	s := c.scope()
	rules := s.lower(expr.Reachable{Place: expr.Place{At: purpose.At}, Purpose: purpose.Address, Channel: channel.Address})
	this := Compare{Equal, s.key(), Parameter{1}}
	row := s.selection([]Named{{number(1), "one"}}, And{flat(this, rules)})
	return And{[]Expr{
		OneOf{Parameter{2}, bothNames(purpose.Address)},
		OneOf{Parameter{3}, bothNames(channel.Address)},
		Exists{row},
	}}
}
