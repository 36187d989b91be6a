package history

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
)

// outcomeRow takes one outcome of a message.
func (r *reader) outcomeRow(row *row) *fault {
	name, c, bad := row.word("touchpoint")
	if bad != nil {
		return bad
	}
	touchpoint, ok := ir.Find(r.program.Touchpoints, address("touchpoint", name))
	if !ok {
		return &fault{c, UnknownName, "`touchpoint` is not a touchpoint that the project declares."}
	}
	out := person.Outcome{Touchpoint: touchpoint.Address}
	if out.Kind, bad = outcomeOf(row); bad != nil {
		return bad
	}
	if out.Channel, bad = channelOf(row, addresses(r.program.Channels), "a channel that the project declares"); bad != nil {
		return bad
	}
	if out.At, bad = r.scale.instant(row, "time"); bad != nil {
		return bad
	}
	id, c, bad := row.word("person")
	if bad != nil {
		return bad
	}
	p, bad := r.whose(row, id, c)
	if bad != nil {
		return bad
	}
	r.extra(row, Outcomes)
	r.history.Counts.Outcomes++
	out.Seq = r.next()
	if p != nil {
		p.Outcomes = append(p.Outcomes, out)
	}
	return nil
}

func outcomeOf(row *row) (person.OutcomeKind, *fault) {
	word, c, bad := row.word("outcome")
	if bad != nil {
		return "", bad
	}
	for _, kind := range person.Outcomes {
		if string(kind) == word {
			return kind, nil
		}
	}
	return "", &fault{c, WrongType, "`outcome` is not an outcome of a message."}
}

func addresses(channels []ir.Channel) []string {
	out := make([]string, len(channels))
	for i, c := range channels {
		out[i] = c.Address
	}
	return out
}
