package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/trayecto/trayecto/targets/fake"
)

// Flow is a workflow.
type Flow struct {
	ID       string
	Revision int
	Body     map[string]any
}

// parts are what a workflow is made of. HubSpot clears each that a body leaves out.
var parts = []string{
	"name", "type", "flowType", "isEnabled", "objectTypeId", "startActionId", "actions", "enrollmentCriteria", "goalFilterBranch", "suppressionListIds",
	"timeWindows", "blockedDates", "unEnrollmentSetting", "customProperties", "dataSources", "enrollmentSchedule",
	"eventAnchor", "canEnrollFromSalesforce",
}

// flowRoutes are the calls about workflows.
func (a *Account) flowRoutes() []fake.Route {
	route := func(method, path, schema string, handle func(*fake.Request) fake.Reply) fake.Route {
		return fake.Route{Method: method, Path: path, Schema: schema, Class: "calls", Handle: handle}
	}
	return []fake.Route{
		route("GET", "/automation/v4/flows", "", a.flows),
		route("POST", "/automation/v4/flows", "hubspot/flow.json", a.build),
		route("GET", "/automation/v4/flows/performance/{id}", "", a.flow(a.performance)),
		route("GET", "/automation/v4/flows/{id}", "", a.flow(func(f *Flow, _ *fake.Request) fake.Reply { return fake.Reply{Body: f.shown()} })),
		route("PUT", "/automation/v4/flows/{id}", "hubspot/flow.json", a.flow(a.rebuild)),
		route("DELETE", "/automation/v4/flows/{id}", "", a.flow(func(f *Flow, _ *fake.Request) fake.Reply {
			a.Flows = slices.DeleteFunc(a.Flows, func(other *Flow) bool { return other == f })
			a.forget(f)
			return fake.Reply{Status: http.StatusNoContent}
		})),
	}
}

func (f *Flow) shown() map[string]any {
	out := maps.Clone(f.Body)
	out["id"], out["revisionId"], out["crmObjectCreationStatus"] = f.ID, strconv.Itoa(f.Revision), "COMPLETE"
	return out
}

func (a *Account) flow(do func(*Flow, *fake.Request) fake.Reply) func(*fake.Request) fake.Reply {
	return func(r *fake.Request) fake.Reply {
		for _, f := range a.Flows {
			if f.ID == r.PathValue("id") {
				return do(f, r)
			}
		}
		return fake.Reply{Status: http.StatusNotFound, Body: refusal("OBJECT_NOT_FOUND", "Flow does not exist.", "")}
	}
}

// flowsPerPage is small, so that there are pages.
const flowsPerPage = 1

func (a *Account) flows(r *fake.Request) fake.Reply {
	start, _ := strconv.Atoi(r.URL.Query().Get("after")) // none is 0
	end := min(start+flowsPerPage, len(a.Flows))
	out := []any{}
	for _, f := range a.Flows[min(start, end):end] {
		out = append(out, map[string]any{"id": f.ID, "name": f.Body["name"], "isEnabled": f.Body["isEnabled"], "revisionId": strconv.Itoa(f.Revision)})
	}
	body := map[string]any{"results": out}
	if end < len(a.Flows) {
		body["paging"] = map[string]any{"next": map[string]any{"after": strconv.Itoa(end)}}
	}
	return fake.Reply{Body: body}
}

// made is what is kept of a body. That a way leads nowhere is not noticed.
func made(body map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range parts {
		if value, said := body[name]; said {
			out[name] = copied(value)
		}
	}
	return out
}

func (a *Account) build(r *fake.Request) fake.Reply {
	if refused := a.spoken(r.Body); refused != nil {
		return *refused
	}
	f := &Flow{ID: a.mint(), Revision: 1, Body: made(r.Body)}
	a.Flows = append(a.Flows, f)
	return fake.Reply{Status: http.StatusCreated, Body: f.shown()}
}

// spoken refuses a workflow that speaks of what the account does not have, and one
// whose ways of a split are not of a hundred.
func (a *Account) spoken(body map[string]any) *fake.Reply {
	wrong := func(message string, args ...any) *fake.Reply {
		return &fake.Reply{Status: http.StatusBadRequest, Body: refusal("VALIDATION_ERROR", fmt.Sprintf(message, args...), "actions")}
	}
	for _, action := range items(body, "actions") {
		fields, _ := action["fields"].(map[string]any)
		if id, sends := fields["content_id"]; sends && !slices.ContainsFunc(a.Emails, func(e *Email) bool { return e.ID == fmt.Sprint(id) }) {
			return wrong("There is no email %v.", id)
		}
		if id, lists := fields["listId"]; lists && (a.Find(fmt.Sprint(id)) == nil || a.Find(fmt.Sprint(id)).Processing != "MANUAL") {
			return wrong("There is no static list %v.", id)
		}
		if name, sets := fields["property_name"]; sets && !slices.Contains(a.Properties, fmt.Sprint(name)) {
			return wrong("There is no property %v.", name)
		}
		total := json.Number("0")
		for _, t := range items(action, "testBranches") {
			total = sum(total, t["percentage"])
		}
		if total != "0" && total != "100" {
			return wrong("The percentages come to %s.", total)
		}
	}
	setting, _ := body["unEnrollmentSetting"].(map[string]any)
	ids, _ := setting["flowIds"].([]any)
	for _, id := range ids {
		if !slices.ContainsFunc(a.Flows, func(f *Flow) bool { return f.ID == id }) {
			return wrong("There is no flow %v.", id)
		}
	}
	return nil
}

func sum(a json.Number, b any) json.Number {
	return json.Number(strconv.FormatInt(number(a, 0)+number(b, 0), 10))
}

// rebuild replaces all of a workflow, if the body is for its present revision.
func (a *Account) rebuild(f *Flow, r *fake.Request) fake.Reply {
	if r.Body["revisionId"] != strconv.Itoa(f.Revision) {
		return fake.Reply{Status: http.StatusConflict, Body: refusal("CONFLICT", fmt.Sprintf("revisionId is not %d.", f.Revision), "revisionId")}
	}
	if !a.Deaf {
		f.Body = made(r.Body)
		f.Revision++
	}
	return fake.Reply{Body: f.shown()}
}

// performance is how many runs of a workflow began and ended between two
// instants, by month.
func (a *Account) performance(f *Flow, r *fake.Request) fake.Reply {
	from, _ := strconv.ParseInt(r.URL.Query().Get("start"), 10, 64) // none is the beginning
	to, err := strconv.ParseInt(r.URL.Query().Get("end"), 10, 64)
	if err != nil {
		to = a.Now.UnixMilli()
	}
	counts := map[[2]string]int{}
	count := func(series string, at time.Time) {
		if ms := at.UnixMilli(); ms >= from && ms <= to {
			counts[[2]string{series, at.Format("2006-01-02")[:7] + "-01"}]++
		}
	}
	for _, run := range a.runs {
		if run.flow != f {
			continue
		}
		count("ENROLLED", run.began)
		if run.over {
			count(run.ended, run.left)
		}
	}
	out := []any{}
	for series, n := range a.Counted {
		counts[[2]string{series, "2026-12-01"}] += n
	}
	for _, of := range slices.SortedFunc(maps.Keys(counts), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		out = append(out, map[string]any{"series": of[0], "bucket": of[1], "frequency": counts[of]})
	}
	return fake.Reply{Body: map[string]any{"results": out}}
}
