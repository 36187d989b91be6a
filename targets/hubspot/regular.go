package hubspot

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// A journey that begins at an instant. A workflow takes people in whenever they
// fit and has no instant for everybody; HubSpot's regular e-mail has one. So a
// one-off is one message, to the list of those whom it is for and who may get it,
// which HubSpot works out as it works out every list.

// regular makes the regular e-mails of a one-off, one for each language, and the
// list that each goes to.
func (l *lowering) regular(j ir.Journey) {
	s, t, ok := l.single(j)
	if !ok {
		return
	}
	at, _ := j.Enter.Instant.(types.Instant)
	subscription, ok := l.subscription(t)
	if !ok {
		return // refused at the touchpoint
	}
	lists := l.whom(j, s, t)
	if lists == nil {
		return
	}
	for i, language := range l.Program.Project.Languages {
		to := l.Address(j.Address, "to_"+language)
		l.list(to, j, l.among(i, t, lists))
		before := len(l.Found)
		attributes := l.email(t, language, subscription)
		l.Found = l.Found[:before] // what cannot be said is reported at the touchpoint
		attributes["send_at"], attributes["to"] = resource.String(at.Time().UTC().Format(time.RFC3339)), resource.List{resource.Ref{Address: to, Output: "id"}}
		l.Add(resource.Resource{
			Address: l.Address(j.Address, language), Kind: kindRegular, Switch: resource.On, At: j.At, Attributes: attributes,
			Places: map[string]diag.Range{"send_at": j.Enter.At, "to": j.Enter.At, "subject": t.Content.Subject[language].At},
		})
	}
}

// list makes a list of a one-off's own.
func (l *lowering) list(address resource.Address, j ir.Journey, filters resource.Map) {
	l.Add(resource.Resource{
		Address: address, Kind: kindList, At: j.At, Places: map[string]diag.Range{"filterBranch": j.Enter.At}, Attributes: resource.Map{"filterBranch": normal(filters)},
	})
}

// single is the one message of a one-off.
func (l *lowering) single(j ir.Journey) (s ir.Send, t ir.Touchpoint, ok bool) {
	f := &flow{l: l, journey: j}
	defer func() { l.Found = append(l.Found, f.found...) }()
	if len(j.Steps) > 0 {
		s, ok = j.Steps[0].(ir.Send)
	}
	if !ok || len(j.Steps) > 1 {
		f.refuse(j.Enter.At, "send one message, and let what follows be a journey that enters on touchpoint.<name>.sent",
			"HubSpot sends one e-mail at an instant. A workflow takes in whoever fits at any time, and knows no instant for everybody.")
		return s, t, false
	}
	t, _ = ir.Find(l.Program.Touchpoints, s.Touchpoint)
	return s, t, f.sends(s, t) && !f.found.HasErrors()
}

// whom makes the lists of whom a one-off is for and of who may get it; nil where
// one of them cannot be said. They are apart because both together would be too
// many filters for one.
func (l *lowering) whom(j ir.Journey, s ir.Send, t ir.Touchpoint) []resource.Value {
	may, found := l.gate(t, s, l.inserted(t))
	l.Found = append(l.Found, found...)
	var terms []expr.Expr
	if j.Enter.Who != "" {
		terms = append(terms, expr.Member{Place: expr.Place{At: j.Enter.At}, Segment: j.Enter.Who})
	}
	if j.Enter.If != nil {
		terms = append(terms, expr.Is{Term: j.Enter.If, Verdict: expr.True})
	}
	for _, leaves := range []expr.Expr{j.Goal, j.LeaveIf} {
		if leaves != nil {
			terms = append(terms, expr.Not{Term: expr.Is{Term: leaves, Verdict: expr.True}})
		}
	}
	f := &flow{l: l, journey: j}
	who := f.asked(expr.And{Place: expr.Place{At: j.Enter.At}, Terms: terms}, j.Enter.At)
	l.Found = append(l.Found, f.found...)
	if may == nil || f.found.HasErrors() {
		return nil
	}
	var out []resource.Value
	for _, of := range []struct {
		role    string
		filters resource.Map
	}{{"may", may}, {"who", who}} {
		l.list(l.Address(j.Address, of.role), j, of.filters)
		out = append(out, resource.Ref{Address: l.Address(j.Address, of.role), Output: "id"})
	}
	return out
}

// among is who is on all of some lists and has a language. Whoever's language is
// not known has the first.
func (l *lowering) among(language int, t ir.Touchpoint, lists []resource.Value) resource.Map {
	terms := []expr.Expr{}
	for i, other := range l.Program.Project.Languages {
		is, spoken := l.speaks(other)
		switch {
		case !spoken && language > 0:
			terms = append(terms, expr.Literal{Value: types.Truth(false), Type: types.Bool})
		case spoken && i > 0 && i == language:
			terms = append(terms, is)
		case spoken && i > 0 && language == 0:
			terms = append(terms, expr.Not{Term: expr.Is{Term: is, Verdict: expr.True}})
		}
	}
	c := l.clause(t.At)
	out, _ := c.branch(expr.And{Terms: terms})
	l.Found = append(l.Found, c.Found...)
	for _, list := range lists {
		out = also(out, listed(list, true))
	}
	return out
}

// The states of a regular e-mail.
const (
	batch     = "BATCH_EMAIL"
	draft     = "DRAFT"
	scheduled = "SCHEDULED"
)

// regulars writes regular e-mails. They are drafts until they are switched on,
// which schedules them.
type regulars struct{ t *Target }

func (h regulars) read(ctx context.Context, id string) (resource.Object, error) {
	var got letter
	err := h.t.call(ctx, http.MethodGet, emailPath(id), nil, nil, &got)
	return appointment(got), err
}

// appointment is a regular e-mail, normalised.
func appointment(l letter) resource.Object {
	o := mail(l)
	o.Kind = kindRegular
	delete(o.Attributes, "state")
	delete(o.Attributes, "type")
	o.Switch = resource.On
	if l.State == draft {
		o.Switch = resource.Off
	}
	if at, err := time.Parse(time.RFC3339, l.Publish); err == nil {
		o.Attributes["send_at"] = resource.String(at.UTC().Format(time.RFC3339))
	}
	to := resource.List{}
	for _, id := range l.To.Lists.Include {
		to = append(to, resource.String(id))
	}
	if len(to) > 0 {
		o.Attributes["to"] = to
	}
	if len(l.To.Lists.Exclude) > 0 {
		o.Attributes["not_to"] = resource.String(fmt.Sprint(l.To.Lists.Exclude))
	}
	return o
}

// appointed is a regular e-mail as it goes over the wire.
func appointed(c targets.Change) resource.Map {
	out := written(c)
	out["type"], out["state"], out["sendOnPublish"] = resource.String(batch), resource.String(draft), resource.Bool(false)
	out["publishDate"] = c.Resource.Attributes["send_at"]
	out["to"] = resource.Map{"contactIlsLists": resource.Map{"include": c.Resource.Attributes["to"]}}
	return out
}

func (h regulars) create(ctx context.Context, c targets.Change) (string, error) {
	var made letter
	err := h.t.call(ctx, http.MethodPost, emailsPath, nil, appointed(c), &made)
	return made.ID, err
}

// update writes a draft. One that was sent stays what it was.
func (h regulars) update(ctx context.Context, c targets.Change, now resource.Object) error {
	if now.Switch == resource.On {
		return account.Failed(targets.Conflict, "the regular e-mail %q was scheduled or sent since it was read, and nothing was written; run trayecto plan again", now.Key)
	}
	return h.t.call(ctx, http.MethodPatch, emailPath(c.Prior.ID), nil, appointed(c), nil)
}

// over is why a regular e-mail is history: its instant came while it was
// scheduled. "" where that is not so, or where there is none.
func (t *Target) over(ctx context.Context, prior *resource.Object) (string, error) {
	if prior == nil || prior.Switch != resource.On {
		return "", nil
	}
	var now letter
	err := t.call(ctx, http.MethodGet, emailPath(prior.ID), nil, nil, &now)
	switch {
	case account.Gone(err):
		return "", nil
	case err != nil || now.State == draft || now.State == scheduled && t.later(now.Publish):
		return "", err
	}
	return "the regular e-mail was sent, and what was sent is not edited; an instant that is to come makes another one, which goes to everybody anew", nil
}

// later tells whether an instant is to come.
func (t *Target) later(instant string) bool {
	at, err := time.Parse(time.RFC3339, instant)
	return err == nil && at.After(t.now)
}

func (h regulars) remove(ctx context.Context, id string) error { return emails(h).remove(ctx, id) }

// turn schedules an e-mail or takes it back. One whose instant has passed is not
// scheduled: HubSpot would send it at once.
func (h regulars) turn(ctx context.Context, c targets.Change, now resource.Object) error {
	switch {
	case c.Action == targets.SwitchOff && now.Switch == resource.Off, c.Action == targets.SwitchOn && now.Switch == resource.On:
		return nil
	case c.Action == targets.SwitchOff:
		return h.settled(ctx, c.Prior.ID, "/unpublish", resource.Off)
	case !resource.Equal(now.Attributes, c.Prior.Attributes):
		return &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the regular e-mail %s is not what was planned to be switched on; plan again", c.Prior.ID)}
	case !h.t.later(textOf(now.Attributes, "send_at")):
		return account.Failed(targets.Permanent, "the instant of the regular e-mail %q, %s, has passed while it was a draft, and HubSpot would send it at once; nobody was written to: give the journey another instant, or take it out of the project",
			now.Key, textOf(now.Attributes, "send_at"))
	}
	return h.settled(ctx, c.Prior.ID, "/publish", resource.On)
}

// settled makes a call that switches an e-mail, and looks whether it did.
func (h regulars) settled(ctx context.Context, id, call string, want resource.Switch) error {
	if err := h.t.call(ctx, http.MethodPost, emailPath(id)+call, nil, nil, nil); err != nil {
		return err
	}
	after, err := h.read(ctx, id)
	switch {
	case err != nil:
		return &targets.Error{Kind: targets.UnknownOutcome, Message: "the regular e-mail was switched, and reading it back failed", Err: err}
	case after.Switch != want:
		return account.Failed(targets.Permanent, "HubSpot answered that the regular e-mail %s was switched %s, and it is not; look at it there, and plan again", id, want)
	}
	return nil
}

// drafts passes on the regular e-mails whose mark is wanted.
func (t *Target) drafts(ctx context.Context, wanted func(mark string) bool, pass func([]resource.Object) error) error {
	return t.letters(ctx, func(l letter) (resource.Object, bool) {
		o := appointment(l)
		return o, l.Type == batch && wanted(o.Mark)
	}, pass)
}

// Waiting makes targets that let time pass in a way of their own, for tests.
func Waiting(w rest.Wait) targets.Factory {
	return func() targets.Target { return &Target{wait: w} }
}
