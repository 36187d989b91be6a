package listmonk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/narrow"
	"github.com/trayecto/trayecto/targets/rest"
)

// Count asks listmonk how many subscribers fulfil the conditions of segments.
func (t *Target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	zone, err := time.LoadLocation(r.Program.Project.Timezone)
	if err != nil {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "counting: time zone", Err: err}
	}
	a, _ := read(r.Program, r.Platform) // what is wrong with it is said by Lower
	g := guarding{program: r.Program, platform: r.Platform, account: a, zone: zone}
	out := make([]targets.CountAnswer, len(r.Segments))
	for i, address := range r.Segments {
		out[i] = targets.CountAnswer{Segment: address}
		segment, declared := ir.Find(r.Program.Segments, address)
		if !declared {
			out[i].Unknown = "it is not declared"
			continue
		}
		c, words := g.query(segment.Where, segment.At, r.Now)
		if len(c.found) > 0 {
			out[i].Unknown = c.found[0].Detail
			continue
		}
		out[i].Members, err = t.subscribers(ctx, words)
		var answer *targets.Error
		switch {
		case errors.As(err, &answer) && answer.Kind != targets.Retryable && rest.Status(err) == http.StatusBadRequest:
			out[i].Members, out[i].Unknown = 0, answer.Message
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// subscribers is how many fulfil a condition.
func (t *Target) subscribers(ctx context.Context, where string) (int, error) {
	found, err := call[struct{ Total int }](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/subscribers", Query: url.Values{"query": {where}, "per_page": {"1"}}})
	return found.Total, err
}

// counting is a segment in the language of listmonk's query.
func (l *lowering) counting(s ir.Segment) *condition {
	c, _ := l.query(s.Where, s.At, 0)
	return c
}

// query is a condition on people in the language of listmonk's query.
func (g guarding) query(e expr.Expr, place diag.Range, now types.Instant) (*condition, string) {
	q := &query{}
	c := g.condition(q, now, place)
	c.state = func(consent string, states []string) (string, bool) {
		if consent == "" {
			return "(subscribers.status::text = 'blocklisted')", true
		}
		declared, known := ir.Find(g.program.Consents, consent)
		if !known {
			return "", false
		}
		return g.standing(declared).states(q, states), true
	}
	n := counted{g.account}
	return c, c.form(narrow.Assume(narrow.Condition(g.program, e), n.knows))
}

// standing is the list of a consent, as SQL finds it.
func (g guarding) standing(c ir.Consent) standing {
	if name := g.account.names.Consent(c.Address); name.Said {
		return standing{name: name.Theirs}
	}
	return standing{mark: resource.Mark(g.program.Project.Name, g.program.Project.Env, resource.Address{Object: c.Address, Platform: g.platform.Name})}
}

// counted is what is true of every subscriber.
type counted struct{ account account }

// knows answers what no subscription has: an end, where no attribute holds one.
func (n counted) knows(a narrow.Atom) (holds, known bool) {
	var of expr.Expr
	switch e := a.Of.(type) {
	case expr.IsSet:
		of = e.Of
	case expr.Within:
		of = e.Of
	default:
		return false, false
	}
	r, is := of.(expr.Record)
	known = is && r.Fact == expr.ExpiresAt && n.account.records[r.Consent][r.Fact] == ""
	return a.Negated, known
}
