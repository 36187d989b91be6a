package sql

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// The consent record in SQL.
//
// A record is a replay of acts in order of time, and a replay has no loop in
// SQL. It is written as steps over the acts of one person, consent and channel:
//
//	acts     captures of events, rows of the customer's consent table, unsubscribes
//	twins    each act with the last that was recorded of the same kind and instant
//	said     each act with what its twins say: captured and recorded, it counts once
//	counted  the acts that concern the present address; each one that decides
//	         (everything but a confirmation) begins a turn
//	heads    each act with what began its turn
//	turns    one row per turn, with the latest confirmation that it took
//	linked   whether a turn goes on from the one before: a grant while granted
//	runs     turns that go on from each other have one number
//	ends     the last turn, the last grant and its run
//
// The state is the last turn's; granted_at and expires_at are the last grant's,
// confirmed_at is the latest of its run. A yes whose end came before the next
// act took no confirmation and is not gone on from.
//
// The customer's table holds a state and no acts. It is read as the acts that
// its systems recorded: a row that was granted is a grant at granted_at, or
// before all else when that is not known, and a confirmation at confirmed_at
// (at the grant when an older confirmation was taken over). A no (refused,
// withdrawn, revoked, expired, and any word that is none of ours) is dated by
// changed_at; without it, it stands above everything else, for no later yes
// can be shown to be later. So a captured withdrawal ends a yes in the table,
// and a captured yes never lifts a no in it. Requested is where nothing else is
// known. Several rows of one person are the acts of all of them. A table with a
// column of acts (grant, confirm, refuse, withdraw) is read as it stands.

// Columns of the record, in the order of the view.
const (
	ConsentColumn = "consent"
	ChannelColumn = "channel"
	stateColumn   = "state"
)

// recordColumns are the facts of a record after person, consent and channel.
var recordColumns = []string{stateColumn, "granted_at", "confirmed_at", "expires_at"}

// pair is a consent on one of its channels.
type pair struct {
	consent ir.Consent
	channel string
}

func (c *lowering) pairs() []pair {
	var out []pair
	for _, consent := range c.Program.Consents {
		for _, channel := range consent.Channels {
			out = append(out, pair{consent, channel})
		}
	}
	return out
}

// Record lists what is on record: one row per person, consent and channel of
// which anything is known.
func (l Lowering) Record() Lowered {
	return l.query(func(c *lowering) Query { return c.recordView() })
}

// recordView adds the present address to the record and leaves strangers out.
func (c *lowering) recordView() Query {
	s := c.scope()
	r := c.alias("r")
	var arms []Arm
	for _, channel := range c.Program.Channels {
		arms = append(arms, Arm{When: Compare{Equal, Column{r, ChannelColumn}, text(channel.Address)}, Then: s.address(channel.Address)})
	}
	columns := []Named{
		{s.key(), PersonColumn}, {Case{Arms: arms}, "address"}, {Column{r, ConsentColumn}, ConsentColumn}, {Column{r, ChannelColumn}, ChannelColumn},
	}
	for _, name := range recordColumns {
		columns = append(columns, Named{Column{r, name}, name})
	}
	q := s.selection(columns, nil)
	on := Compare{Equal, Column{r, PersonColumn}, s.key()}
	q.Joins = append(q.Joins, Join{From: Derived{c.replay(c.pairs()), r}, On: on})
	return q
}

// record is a fact of the record. State is never null.
func (s *scope) record(e expr.Record) Expr {
	consent, ok := ir.Find(s.Program.Consents, e.Consent)
	if !ok || !slices.Contains(consent.Channels, e.Channel) {
		if e.Fact == expr.State {
			return text("unknown")
		}
		return Null{Instant}
	}
	column := s.recordColumn(consent, e)
	if e.Fact == expr.State {
		return Coalesce{[]Expr{column, text("unknown")}}
	}
	return column
}

func (s *scope) recordColumn(consent ir.Consent, e expr.Record) Expr {
	what := "record " + e.Consent + " " + e.Channel + " "
	if column, ok := s.holding(what + string(e.Fact)); ok {
		return column
	}
	columns := map[string]string{}
	for _, name := range recordColumns {
		columns[what+name] = name
	}
	s.join(columns, s.recordOf(pair{consent, e.Channel}))
	column, _ := s.holding(what + string(e.Fact))
	return column
}

// recordOf is the record of one pair: some rows of the view, or the replay.
func (s *scope) recordOf(p pair) Query {
	if s.Views.Record == (Name{}) {
		return s.replay([]pair{p})
	}
	s.out.Record = true
	r := s.lowering.alias("r")
	return Select{Columns: same(r, append([]string{PersonColumn}, recordColumns...)...), From: Table{s.Views.Record, r}, Where: And{[]Expr{
		Compare{Equal, Column{r, ConsentColumn}, text(p.consent.Address)}, Compare{Equal, Column{r, ChannelColumn}, text(p.channel)},
	}}}
}

// address is the person's address on a channel.
func (s *scope) address(channel string) Expr {
	declared, ok := ir.Find(s.Program.Channels, channel)
	if !ok {
		return Null{Text}
	}
	e, err := s.Program.Address(declared)
	if err != nil {
		return Null{Text}
	}
	return s.lower(e)
}

func text(s string) Expr { return Literal{types.Text(s)} }

// same are columns of one table under their own names.
func same(alias string, names ...string) []Named {
	out := make([]Named, len(names))
	for i, name := range names {
		out[i] = Named{Column{alias, name}, name}
	}
	return out
}

// states says what a record becomes by an act.
var states = map[person.ActKind]string{
	person.Grant: "granted", person.Confirm: confirmed, person.Refuse: "refused", person.Withdraw: "withdrawn",
}

const (
	granted   = "granted"
	confirmed = "confirmed" // an act that decides nothing by itself
)

// rank orders acts of one instant from one source, so that a no has the last word.
var rank = map[string]int64{"requested": 0, granted: 1, confirmed: 2, "refused": 3, "withdrawn": 4, "revoked": 5, "expired": 6}
