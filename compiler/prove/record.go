package prove

import (
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// states is every state that a record can be in; last those that only
// platforms report.
var states = types.Enum{Values: []string{string(eval.StateUnknown), string(eval.Withdrawn), string(eval.Refused), string(eval.Granted),
	string(eval.Expired), string(eval.Requested), string(eval.Revoked)}}

// record is the variable of a fact of a consent record. What is certain about
// the facts together: nothing is known of a record that is unknown, who has
// granted has a time of it, and only who has granted can have confirmed.
func (r *reader) record(e expr.Record) int {
	key := "value of " + expr.Print(e)
	if e.Fact == expr.State {
		about, made := r.variable(key, variable{kind: valued, of: e, typ: states, never: true})
		if made {
			r.vars[about].cut(test{values: texts(states.Values)})
		}
		return about
	}
	about, made := r.variable(key, variable{kind: valued, of: e, typ: types.Timestamp})
	if !made {
		return about
	}
	state := r.record(expr.Record{Consent: e.Consent, Channel: e.Channel, Fact: expr.State})
	word := func(s eval.ConsentState) test {
		return test{kind: isComparison, compare: expr.Equal, values: []types.Value{types.Text(s)}}
	}
	set := test{kind: isSet}
	switch e.Fact {
	case expr.GrantedAt:
		r.tieIf(state, word(eval.Granted), expr.True, about, set, expr.True)
		r.tieIf(state, word(eval.Expired), expr.True, about, set, expr.True)
	case expr.ConfirmedAt:
		granted := r.record(expr.Record{Consent: e.Consent, Channel: e.Channel, Fact: expr.GrantedAt})
		r.tieIf(about, set, expr.True, granted, set, expr.True)
	case expr.ExpiresAt:
		r.tieIf(state, word(eval.Expired), expr.True, about, set, expr.True)
	case expr.State:
	}
	r.tieIf(state, word(eval.StateUnknown), expr.True, about, set, expr.False)
	return about
}

// tieExpiry: only what was granted has an end, and once that has come it is
// granted no more.
func (r *reader) tieExpiry(of expr.Expr, age int) {
	record, ok := of.(expr.Record)
	if !ok || record.Fact != expr.ExpiresAt {
		return
	}
	record.Fact = expr.State
	r.bonds = append(r.bonds, bond{a: r.record(record), b: age, can: func(state, age region) bool {
		word, _ := state.value.(types.Text)
		switch eval.ConsentState(word) {
		case eval.Granted, eval.StateUnknown, eval.Requested:
			return age.future || types.IsNull(age.value)
		case eval.Refused, eval.Withdrawn, eval.Expired, eval.Revoked:
		}
		return true
	}})
}

// suppressed is taken as it comes, except that who gets no service message gets
// no marketing either.
func (r *reader) suppressed(e expr.Suppressed) *claim {
	about := r.suppression(e)
	if e.Class == string(ir.Marketing) {
		service := r.suppression(expr.Suppressed{Channel: e.Channel, Class: string(ir.Service)})
		r.tieIf(service, test{kind: isTruth}, expr.True, about, test{kind: isTruth}, expr.True)
	}
	return r.asks(about, test{kind: isTruth}, e)
}

func (r *reader) suppression(e expr.Suppressed) int {
	about, _ := r.variable("verdict of "+expr.Print(e), variable{kind: decided, of: e})
	return about
}

// excluded is taken as it comes, except that who lacks what the list matches by
// is not on it.
func (r *reader) excluded(e expr.Excluded) *claim {
	about, made := r.variable("verdict of "+expr.Print(e), variable{kind: decided, of: e})
	if x, ok := ir.Find(r.program.Exclusions, e.Exclusion); ok && made {
		for _, match := range x.Match {
			if by, ok := r.needed(match); ok {
				r.tieIf(about, test{kind: isTruth}, expr.True, by, test{kind: isSet}, expr.True)
			}
		}
	}
	return r.asks(about, test{kind: isTruth}, e)
}

// needed is the attribute without which a value is null, where that is plain.
func (r *reader) needed(e expr.Expr) (about int, ok bool) {
	for {
		call, is := e.(expr.Call)
		if !is {
			break
		}
		if call.Func != "lower" && call.Func != "sha256" {
			return 0, false
		}
		e = call.Args[0]
	}
	if _, is := e.(expr.Attribute); !is {
		return 0, false
	}
	if a, ok := r.program.Person.AttributeNamed(e.(expr.Attribute).Path[0]); ok && a.Value != nil {
		return 0, false
	}
	return r.plain(e)
}
