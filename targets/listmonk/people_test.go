package listmonk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
)

// held is how somebody's systems write a value into listmonk.
func held(v types.Value) any {
	switch v := v.(type) {
	case types.Decimal:
		return json.Number(v.Decimal.String())
	case types.Truth:
		return bool(v)
	case types.Text, types.Date, types.Instant, types.Span:
		return types.Spell(v)
	case types.Null, types.Values, nil:
	}
	return nil
}

// subscriber is a person as listmonk has them; false for who has no address.
func subscriber(p *person.Person) (fake.Subscriber, bool) {
	attribs := map[string]any{}
	for name, v := range p.Attributes {
		if !types.IsNull(v) || len(name)%2 == 0 { // null and absent are the same
			attribs[name] = held(v)
		}
	}
	for _, e := range p.Events {
		event := map[string]any{"at": types.Spell(e.At)}
		for name, v := range e.Fields {
			event[name] = held(v)
		}
		list, _ := attribs[ir.Short(e.Type)].([]any)
		attribs[ir.Short(e.Type)] = append(list, event)
	}
	email := types.Spell(p.Get("email"))
	return fake.Subscriber{Email: email, Name: p.ID, Attribs: attribs}, email != ""
}

// lowered is what a program becomes on a platform.
func lowered(p *ir.Program, platform ir.Platform) targets.Lowered {
	p.Sort()
	return listmonk.New().Lower(targets.LowerRequest{Program: p, Platform: platform, Placed: p.Placed(platform.Address)})
}

// deploy makes resources on a fake and switches them on. It returns the ids.
func deploy(t testing.TB, c targets.Config, list []resource.Resource) map[resource.Address]string {
	t.Helper()
	target := listmonk.New()
	if err := target.Configure(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(list, func(a, b resource.Resource) int {
		return len(resource.Refs(a.Attributes)) - len(resource.Refs(b.Attributes))
	})
	ids := map[resource.Address]string{}
	for _, r := range list {
		if r.Kind == "confirmations" { // which people set
			continue
		}
		r.Attributes = filled(t, target, r.Attributes, ids)
		made := do(t, target, targets.Change{Action: targets.Create, Resource: r, Mark: kit.Mark(r.Address), Key: "make " + r.Address.String()})
		if ids[r.Address] = made.ID; r.Switch == resource.On {
			do(t, target, targets.Change{Action: targets.SwitchOn, Resource: r, Prior: made, Key: "on " + r.Address.String()})
		}
	}
	return ids
}

func filled(t testing.TB, target targets.Target, m resource.Map, ids map[resource.Address]string) resource.Map {
	t.Helper()
	return resource.Fill(m, func(v resource.Value) resource.Value {
		switch v := v.(type) {
		case resource.Ref:
			return resource.String(ids[v.Address])
		case resource.Lookup:
			answers, err := target.Lookup(t.Context(), []resource.Lookup{v})
			if err != nil || !answers[0].Found {
				t.Fatalf("the %s %s is not there: %v", v.Kind, v.Key, err)
			}
			return resource.String(answers[0].ID)
		case resource.Null, resource.Bool, resource.Number, resource.String, resource.List, resource.Map:
		}
		return nil
	}).(resource.Map)
}

// attempt makes a change, and is what came of it.
func attempt(target targets.Target, c targets.Change) (*resource.Object, error) {
	var got targets.Result
	err := target.Apply(context.Background(), slices.Values([]targets.Change{c}), func(r targets.Result) { got = r })
	if err == nil && got.Err != nil {
		err = got.Err
	}
	return got.Object, err
}

// do makes a change that must be made.
func do(t testing.TB, target targets.Target, c targets.Change) *resource.Object {
	t.Helper()
	object, err := attempt(target, c)
	if err != nil {
		t.Fatalf("%s %s: %v", c.Action, c.Resource.Address, err)
	}
	return object
}

// kindOf is what can be done about an error.
func kindOf(err error) targets.ErrorKind {
	var answer *targets.Error
	if errors.As(err, &answer) {
		return answer.Kind
	}
	return ""
}

// received lists the addresses that a campaign was delivered to, sorted.
func received(t testing.TB, f *fake.Fake, id string) []string {
	t.Helper()
	number, err := strconv.Atoi(id)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, m := range f.Outbox() {
		if m.Campaign == number {
			out = append(out, m.To)
		}
	}
	slices.Sort(out)
	return out
}

// details is what findings say.
func details(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Rule.Code+" "+d.Detail)
	}
	return out
}

// status is the subscription of a person by the record of the language: "" for
// none.
func status(w *eval.World, p *person.Person, consent string) string {
	fact := func(f expr.Fact) types.Value {
		return w.Value(expr.Record{Consent: consent, Channel: "channel.email", Fact: f}, p, eval.Context{})
	}
	switch types.Spell(fact(expr.State)) {
	case "granted":
		if types.IsNull(fact(expr.ConfirmedAt)) {
			return "unconfirmed"
		}
		return "confirmed"
	case "refused", "withdrawn", "revoked", "expired":
		return "unsubscribed"
	}
	return ""
}

// transact sends a transactional message and returns the status of the answer.
func transact(t testing.TB, f *fake.Fake, template, email string, data map[string]any) int {
	t.Helper()
	id, err := strconv.Atoi(template)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(map[string]any{"subscriber_email": email, "template_id": id, "data": data})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.URL+"/api/tx", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "token trayecto:"+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
