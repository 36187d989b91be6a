package listmonk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/listmonk"
)

// The laws of the fake on a real server: who gets a message that is for a
// random segment is who the reference says is in it, and so many are counted.
// The variables are those of the story in cmd/trayecto.
func TestListmonkIsAsTheFake(t *testing.T) {
	r := &reality{api: os.Getenv("TRAYECTO_LISTMONK_URL"), user: os.Getenv("TRAYECTO_LISTMONK_USER"), token: os.Getenv("TRAYECTO_LISTMONK_TOKEN"), mailpit: os.Getenv("TRAYECTO_MAILPIT_URL")}
	if r.api == "" || r.user == "" || r.token == "" || r.mailpit == "" {
		t.Skip("SKIPPED: the laws on a real listmonk need TRAYECTO_LISTMONK_URL, _USER, _TOKEN and TRAYECTO_MAILPIT_URL")
	}
	src := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	run := fmt.Sprintf("law%d.example.test", time.Now().UnixMilli())
	launch := types.NewInstant(time.Now().UTC().Truncate(time.Second).Add(20 * time.Second))
	everyone := r.must(t, http.MethodPost, "/api/lists", map[string]any{"name": run, "type": "private", "optin": "single", "tags": []string{}})
	t.Cleanup(func() { r.drop(t, "/api/lists/", everyone["id"]) })

	p, people := r.sampled(t, src, run, launch)
	for _, someone := range people {
		s, _ := subscriber(someone)
		made := r.must(t, http.MethodPost, "/api/subscribers", map[string]any{
			"email": s.Email, "name": s.Name, "status": "enabled", "attribs": s.Attribs, "lists": []any{everyone["id"]}, "preconfirm_subscriptions": true,
		})
		t.Cleanup(func() { r.drop(t, "/api/subscribers/", made["id"]) })
	}
	c := targets.Config{Platform: p.Platforms[0], Now: time.Now(), Env: func(string) (string, bool) { return r.token, true }}
	made := lowered(p, c.Platform)
	ids := deploy(t, c, made.Resources)
	t.Cleanup(func() {
		for address, id := range ids {
			path, known := map[string]string{"journey": "/api/campaigns/", "consent": "/api/lists/"}[ir.KindOf(address.Object)]
			if !known {
				path = "/api/templates/"
			}
			r.drop(t, path, id)
		}
	})
	w, err := eval.New(p, nil, launch)
	if err != nil {
		t.Fatal(err)
	}
	r.counts(t, w, c, people, run)
	r.sent(t, w, ids, people, run)
}

// sampled is a program of segments that can be said, each written to at an
// instant, and people of this run: their past is moved so that it ends now.
func (r *reality) sampled(t *testing.T, src sample.Source, run string, launch types.Instant) (*ir.Program, []*person.Person) {
	t.Helper()
	p := r.program(t, src, run, launch)
	people := slices.DeleteFunc(sample.People(src, p, sample.Options{}, 30), func(someone *person.Person) bool {
		_, there := subscriber(someone)
		return !there
	})
	for _, someone := range people {
		someone.Attributes["email"] = types.Text(someone.ID + "@" + run)
		for i := range someone.Events {
			someone.Events[i].At += launch - sample.Now
		}
	}
	return p, people
}

// program is a sampled program of segments most of which can be said.
func (r *reality) program(t *testing.T, src sample.Source, run string, launch types.Instant) *ir.Program {
	t.Helper()
	block := block()
	for i, s := range block.Config.Settings {
		said := map[string]string{"endpoint": r.api, "user": r.user, "everyone": run}[s.Name]
		block.Config.Settings[i].Value = types.Text(said)
	}
	block.Config.Settings = append(block.Config.Settings, ir.Setting{Name: "token", Env: "LISTMONK_TOKEN"})
	for range 100 {
		p := sample.Program(src, sample.Options{Without: unsaid, Segments: 12})
		onto(p, block)
		for i := range p.Journeys {
			p.Journeys[i].Enter.Instant = launch
		}
		if kept, _ := sayable(p); kept > 3 && !lowered(p, block).Diagnostics.HasErrors() {
			return p
		}
	}
	t.Fatal("of 100 sampled programs none has four segments that can be said")
	return nil
}

// counts compares what listmonk counts, of the people of this run, with the
// reference.
func (r *reality) counts(t *testing.T, w *eval.World, c targets.Config, people []*person.Person, run string) {
	t.Helper()
	asked := *w.Program
	asked.Segments = nil
	email := expr.Attribute{Path: []string{"email"}, Type: types.Email}
	ours := expr.Call{Func: "contains", Args: []expr.Expr{email, expr.Literal{Value: types.Text(run), Type: types.String}}, Type: types.Bool}
	var segments []string
	for _, s := range w.Program.Segments {
		s.Where = expr.And{Terms: []expr.Expr{ours, s.Where}}
		asked.Segments, segments = append(asked.Segments, s), append(segments, s.Address)
	}
	target := listmonk.New()
	if err := target.Configure(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	answers, err := target.Count(t.Context(), targets.CountRequest{Program: &asked, Platform: c.Platform, Segments: segments, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		want := 0
		for _, someone := range people {
			if w.Member(a.Segment, someone) {
				want++
			}
		}
		if a.Members != want || a.Unknown != "" {
			s, _ := ir.Find(w.Program.Segments, a.Segment)
			t.Errorf("%s: %d are in, %d are counted %s\n%s", a.Segment, want, a.Members, a.Unknown, expr.Print(s.Where))
		}
	}
}

// sent waits for the campaigns, and compares who got each with the reference.
func (r *reality) sent(t *testing.T, w *eval.World, ids map[resource.Address]string, people []*person.Person, run string) {
	p := w.Program
	t.Helper()
	for _, j := range p.Journeys {
		for try := 0; r.must(t, http.MethodGet, "/api/campaigns/"+ids[at(j.Address)], nil)["status"] != "finished"; try++ {
			if try > 240 {
				t.Fatalf("%s was not sent in two minutes", j.Address)
			}
			time.Sleep(500 * time.Millisecond)
		}
	}
	delivered, members := r.delivered(t, run), 0
	for _, j := range p.Journeys {
		want, got := []string{}, []string{}
		for _, someone := range people {
			if w.Member(j.Enter.Who, someone) {
				want = append(want, types.Spell(someone.Get("email")))
			}
		}
		for _, m := range delivered {
			if to, _ := m["To"].([]any); m["Subject"] == "About "+ir.Short(j.Enter.Who) && len(to) == 1 {
				got = append(got, fmt.Sprint(to[0].(map[string]any)["Address"]))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		members += len(want)
		if diff := cmp.Diff(want, got); diff != "" {
			s, _ := ir.Find(p.Segments, j.Enter.Who)
			t.Errorf("%s (-want +got):\n%s\n%s", j.Address, diff, expr.Print(s.Where))
		}
	}
	t.Logf("%d segments with %d members", len(p.Journeys), members)
}

// delivered is the mails of this run.
func (r *reality) delivered(t *testing.T, run string) []map[string]any {
	t.Helper()
	_, found := r.call(t, http.MethodGet, r.mailpit+"/api/v1/search?limit=1000&query="+url.QueryEscape("to:"+run), nil)
	list, _ := found["messages"].([]any)
	var out []map[string]any
	for _, m := range list {
		out = append(out, m.(map[string]any))
	}
	return out
}

// reality is a real server and the Mailpit that it delivers to.
type reality struct{ api, user, token, mailpit string }

// call makes a call of one of them.
func (r *reality) call(t *testing.T, method, address string, body any) (int, map[string]any) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(address, r.api) {
		request.Header.Set("Authorization", "token "+r.user+":"+r.token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		t.Fatalf("%s %s answered %d and no JSON: %v", method, address, answer.StatusCode, err)
	}
	return answer.StatusCode, out
}

// must is the data of a call that must work.
func (r *reality) must(t *testing.T, method, path string, body any) map[string]any {
	t.Helper()
	status, answer := r.call(t, method, r.api+path, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s answered %d: %v", method, path, status, answer)
	}
	data, _ := answer["data"].(map[string]any)
	return data
}

// drop takes away what the run made.
func (r *reality) drop(t *testing.T, path string, id any) {
	t.Helper()
	if status, answer := r.call(t, http.MethodDelete, fmt.Sprintf("%s%s%v", r.api, path, id), nil); status != http.StatusOK {
		t.Errorf("deleting %s%v answered %d: %v", path, id, status, answer)
	}
}
