package notifuse_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// account is a workspace of a real server.
type account struct {
	t         *testing.T
	url, key  string
	workspace string
	domain    string // of the run's addresses
}

// The law of segments on a real server: what it previews is who the evaluator
// says is in, except for people whose answer changes while the test runs.
func TestSegmentsForReal(t *testing.T) {
	a := &account{t: t, url: os.Getenv("TRAYECTO_NOTIFUSE_URL"), key: os.Getenv("TRAYECTO_NOTIFUSE_API_KEY")}
	if a.url == "" || a.key == "" {
		t.Skip("SKIPPED: the law of segments on a real Notifuse needs TRAYECTO_NOTIFUSE_URL and TRAYECTO_NOTIFUSE_API_KEY; trayecto docs notifuse says how")
	}
	var me struct{ Workspaces []struct{ ID string } }
	a.do(http.MethodGet, "user.me", nil, &me)
	a.workspace = me.Workspaces[0].ID
	asked, people, members, left := 0, 0, 0, 0
	for seed := range uint64(6) {
		w := a.world(seed)
		w.deploy(t)
		t.Cleanup(func() { w.removeAll(t) })
		a.populate(w)
		for _, s := range w.program.Segments {
			n, unsure := a.compare(w, s)
			asked, people, members, left = asked+1, people+len(w.people), members+n, left+unsure
		}
	}
	t.Logf("%d segments, %d answers, %d of them yes; %d left out at a border", asked, people, members, left)
	if members < 3*asked || 20*left > people {
		t.Error("this shows little")
	}
}

// world is a random program, its people moved to the present.
func (a *account) world(seed uint64) *world {
	src := rand.New(rand.NewPCG(seed, 5))
	// What became of messages cannot be put there by the API.
	o := sample.Options{Without: beyond | sample.Computed | sample.Outcomes}
	w := newWorld(src, o, func(fields ...string) (targets.Config, *fake.Workspace) {
		h := &house{workspaces: map[string]*fake.Workspace{}}
		return h.config(a.url, a.key, fields...), nil
	})
	a.domain = fmt.Sprintf("s%d-%d.example.test", seed, time.Now().UnixMilli())
	w.program.Project.Name = a.domain
	w.populate(a.t, src, o)
	shift := types.NewInstant(time.Now()) - sample.Now
	for _, p := range w.people {
		later(p, shift, a.domain)
	}
	return w
}

// later is a person's past, moved, without what became of messages.
func later(p *person.Person, shift types.Instant, domain string) {
	p.Attributes["email"] = types.Text(strings.Replace(types.Spell(p.Get("email")), "example.test", domain, 1))
	for i := range p.Events {
		p.Events[i].At += shift
	}
	for i := range p.Acts {
		p.Acts[i].At += shift
		p.Acts[i].Address = ""
		if p.Acts[i].ExpiresAt != 0 {
			p.Acts[i].ExpiresAt += shift
		}
	}
	p.Outcomes = nil
}

// populate puts the people there whom a list can hold as of now.
func (a *account) populate(w *world) {
	now, err := eval.New(w.program, nil, types.NewInstant(time.Now()))
	if err != nil {
		a.t.Fatal(err)
	}
	w.eval = now
	src := rand.New(rand.NewPCG(1, 1))
	w.people = slices.DeleteFunc(w.people, func(p *person.Person) bool { return !w.holds(src, p) })
	stand := fake.New(a.t, time.Now()).Workspace("stand", "es")
	w.workspace = stand
	for _, p := range w.people {
		w.contact(p)
		a.contact(w, p, stand.Contact(types.Spell(p.Get("email"))))
	}
}

// contact sends what the stand-in was told.
func (a *account) contact(w *world, p *person.Person, c *fake.Contact) {
	body := map[string]any{}
	for column, v := range c.Fields {
		if at, ok := v.(time.Time); ok {
			v = at.Format(time.RFC3339Nano)
		}
		body[column] = v
	}
	a.do(http.MethodPost, "contacts.upsert", map[string]any{"contact": body}, nil)
	for list, s := range c.Statuses {
		a.do(http.MethodPost, "lists.subscribe", map[string]any{"contact": map[string]any{"email": c.Email}, "list_ids": []string{list}}, nil)
		if s.Status != "active" {
			a.do(http.MethodPost, "contactLists.updateStatus", map[string]any{"email": c.Email, "list_id": list, "status": s.Status}, nil)
		}
	}
	for i, e := range p.Events {
		name := e.Type[len("event."):]
		event := map[string]any{"email": c.Email, "external_id": fmt.Sprintf("%s-%d", c.Email, i), "properties": map[string]any{}, "occurred_at": e.At.Time().Format(time.RFC3339Nano)}
		if name == "order_placed" {
			name = "orders.created"
			event["goal_type"] = "purchase"
			event["goal_value"], _ = e.Fields["amount"].(types.Decimal).Float64()
		}
		event["event_name"] = name
		a.do(http.MethodPost, "customEvents.upsert", event, nil)
	}
}

// compare asks for a segment's members among the people of the run.
func (a *account) compare(w *world, s ir.Segment) (members, unsure int) {
	id := w.ids[resource.Address{Object: s.Address, Platform: "sandbox"}]
	objects, err := w.target.Get(a.t.Context(), "segment", []string{id})
	if err != nil || len(objects) != 1 {
		a.t.Fatalf("%s is not there: %v", s.Address, err)
	}
	ours := map[string]any{"kind": "leaf", "leaf": map[string]any{"source": "contacts", "contact": map[string]any{"filters": []any{
		map[string]any{"field_name": "email", "field_type": "string", "operator": "contains", "string_values": []string{a.domain}}}}}}
	var raw any
	encoded, err := json.Marshal(objects[0].Attributes["tree"])
	if err != nil {
		a.t.Fatal(err)
	}
	if err := json.Unmarshal(encoded, &raw); err != nil {
		a.t.Fatal(err)
	}
	var answer struct { // emails are never in it
		Total int `json:"total_count"`
	}
	before := types.NewInstant(time.Now())
	a.do(http.MethodPost, "segments.preview", map[string]any{"limit": 100, "tree": map[string]any{"kind": "branch", "branch": map[string]any{"operator": "and", "leaves": []any{raw, ours}}}}, &answer)
	sure, want := w.standing(a.t, s, before)
	unsure = len(w.people) - len(sure)
	if answer.Total < len(want) || answer.Total > len(want)+unsure {
		a.t.Errorf("%s: %s: the evaluator says %d, of %d it is not sure, and the server %d", s.Address, expr.Print(s.Where), len(want), unsure, answer.Total)
	}
	return len(want), unsure
}

// standing is who is in a segment a minute before and a minute after as well;
// the others are not sure.
func (w *world) standing(t *testing.T, s ir.Segment, now types.Instant) (sure map[string]bool, in []string) {
	sure = map[string]bool{}
	minute := types.Instant(time.Minute / time.Microsecond)
	var worlds []*eval.World
	for _, at := range []types.Instant{now - minute, now, now + minute} {
		world, err := eval.New(w.program, nil, at)
		if err != nil {
			t.Fatal(err)
		}
		worlds = append(worlds, world)
	}
	for _, p := range w.people {
		is := worlds[1].Member(s.Address, p)
		if worlds[0].Member(s.Address, p) != is || worlds[2].Member(s.Address, p) != is {
			continue
		}
		email := types.Spell(p.Get("email"))
		sure[email] = true
		if is {
			in = append(in, email)
		}
	}
	slices.Sort(in)
	return sure, in
}

// removeAll takes back what was deployed.
func (w *world) removeAll(t *testing.T) {
	target := notifuse.New()
	if err := target.Configure(context.Background(), w.config); err != nil {
		t.Error(err)
		return
	}
	var changes []targets.Change
	for address, id := range w.ids {
		kind := map[string]string{"segment": "segment", "touchpoint": "template", "consent": "list"}[ir.KindOf(address.Object)]
		changes = append(changes, targets.Change{Action: targets.Delete, Resource: resource.Resource{Address: address, Kind: kind}, Prior: &resource.Object{Kind: kind, ID: id}, Key: id})
	}
	err := target.Apply(context.Background(), slices.Values(changes), func(r targets.Result) {
		if r.Err != nil {
			t.Errorf("taking back %s: %v", r.Key, r.Err)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func (a *account) do(method, verb string, body map[string]any, into any) {
	a.t.Helper()
	address := a.url + "/api/" + verb
	var raw []byte
	if body != nil {
		body["workspace_id"] = a.workspace
		var err error
		if raw, err = json.Marshal(body); err != nil {
			a.t.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, address, bytes.NewReader(raw))
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+a.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		a.t.Fatalf("%s: %d %s %v\n%s", verb, response.StatusCode, said, err, raw)
	}
	if into != nil {
		if err := json.Unmarshal(said, into); err != nil {
			a.t.Fatal(err)
		}
	}
}
