package notifuse_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// quirk is a call and what the platform answers, as was measured.
type quirk struct {
	verb   string
	body   string // ID stands for an id that was never used before
	status int
}

const (
	inSpain  = `{"kind": "leaf", "leaf": {"source": "contacts", "contact": {"filters": [{"field_name": "country", "field_type": "string", "operator": "equals", "string_values": ["ES"]}]}}}`
	byField  = `{"kind": "leaf", "leaf": {"source": "contact_timeline", "contact_timeline": {"kind": "custom_event.x", "count_operator": "at_least", "count_value": 1, "filters": [{"field_name": "a", "field_type": "number", "operator": "gt", "number_values": [3]}]}}}`
	aSegment = `{"id": "ID", "name": "S", "color": "#7f7f7f", "timezone": "UTC", "tree": ` + inSpain + `}`
	aList    = `{"id": "ID", "name": "L", "is_double_optin": false, "is_public": false}`
	aMail    = `{"id": "ID", "name": "T", "channel": "email", "category": "marketing", "email": {"editor_mode": "code", "mjml_source": "<mjml><mj-body></mj-body></mjml>", "subject": "S"}}`
	anObject = `{"id": "ID"}`
	aSwitch  = `{"automation_id": "ID"}`
	aRun     = `{"automation": {"id": "ID", "name": "A", "status": "draft", "list_id": "", "trigger": {"event_kind": "custom_event", "custom_event_name": "x", "frequency": "once", "conditions": %s},
		"root_node_id": "a", "nodes": [{"id": "a", "automation_id": "ID", "type": "trigger", "config": {"anything": "kept"}, "position": {"x": 0, "y": 0}}]}}`
)

var quirks = []quirk{
	{"lists.create", aList, 201}, {"lists.create", aList, 500}, // a duplicate is a bare 500
	{"lists.delete", anObject, 200}, {"lists.create", aList, 500}, {"lists.delete", anObject, 500}, // an id is never free again
	{"templates.create", aMail, 201}, {"templates.create", aMail, 400}, {"templates.delete", anObject, 200}, {"templates.create", aMail, 400}, {"templates.delete", anObject, 404},
	{"segments.create", aSegment, 201}, {"segments.create", aSegment, 500},
	{"segments.preview", `{"tree": ` + inSpain + `}`, 200}, {"segments.preview", `{"tree": ` + byField + `}`, 500}, // fields of events cannot be looked into
	{"automations.create", fmt.Sprintf(aRun, inSpain), 201}, {"automations.activate", aSwitch, 500}, // conditions in a trigger
	{"automations.update", fmt.Sprintf(aRun, "null"), 200}, {"automations.activate", aSwitch, 200}, {"automations.activate", aSwitch, 500},
	{"automations.pause", aSwitch, 200}, {"automations.pause", aSwitch, 500},
	{"automations.delete", aSwitch, 200}, {"automations.update", fmt.Sprintf(aRun, "null"), 200}, {"automations.create", fmt.Sprintf(aRun, "null"), 500}, // gone, and answered as if it were there
}

// The stand-in answers as was measured.
func TestQuirks(t *testing.T) {
	p := fake.New(t, sample.Now.Time())
	w := p.Workspace("quirks", "es")
	check(t, p.URL, w.Key, w.ID)
}

// The server answers so too.
func TestQuirksForReal(t *testing.T) {
	a := &account{t: t, url: os.Getenv("TRAYECTO_NOTIFUSE_URL"), key: os.Getenv("TRAYECTO_NOTIFUSE_API_KEY")}
	if a.url == "" || a.key == "" {
		t.Skip("SKIPPED: what a real Notifuse answers needs TRAYECTO_NOTIFUSE_URL and TRAYECTO_NOTIFUSE_API_KEY; trayecto docs notifuse says how")
	}
	var me struct{ Workspaces []struct{ ID string } }
	a.do(http.MethodGet, "user.me", nil, &me)
	check(t, a.url, a.key, me.Workspaces[0].ID)
}

func check(t *testing.T, url, key, workspace string) {
	t.Helper()
	id := fmt.Sprintf("q%d", time.Now().UnixNano())
	var want, got []string
	for _, q := range quirks {
		var body map[string]any
		if err := json.Unmarshal(bytes.ReplaceAll([]byte(q.body), []byte("ID"), []byte(id)), &body); err != nil {
			t.Fatalf("%s: %v", q.body, err)
		}
		body["workspace_id"] = workspace
		want = append(want, fmt.Sprintf("%s %d", q.verb, q.status))
		got = append(got, fmt.Sprintf("%s %d", q.verb, answered(t, url+"/api/"+q.verb, key, body)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-measured +now):\n%s", diff)
	}
}

func answered(t *testing.T, address, key string, body map[string]any) int {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}
