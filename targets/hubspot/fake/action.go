package fake

import (
	"fmt"
	"hash/fnv"
	"time"
)

// HubSpot's numbers of kinds of actions.
const (
	delaying  = "0-1"
	tasking   = "0-3"
	mailing   = "0-4"
	setting   = "0-5"
	noticing  = "0-8"
	listening = "0-29"
	puttingOn = "0-63809083"
	takingOff = "0-63863438"
)

// walk takes a run from an action on until it waits or is over.
func (a *Account) walk(r *run, at string) {
	for range restless {
		if r.at, r.due = at, (time.Time{}); r.over {
			return
		}
		action := r.flow.action(at)
		if action == nil {
			a.over(r, "COMPLETED")
			return
		}
		next, waits := a.take(r, action)
		if waits || r.over {
			return
		}
		at = next
	}
	panic("fake: a workflow that goes on without end")
}

// take carries an action out and says where the run goes on, or that it waits.
func (a *Account) take(r *run, action map[string]any) (onward string, waits bool) {
	switch action["type"] {
	case "LIST_BRANCH":
		for _, b := range items(action, "listBranches") {
			if (view{r.contact, a, a.Now}).branch(b["filterBranch"].(map[string]any)) {
				return next(b["connection"]), false
			}
		}
		return next(action["defaultBranch"]), false
	case "STATIC_BRANCH":
		input, _ := action["inputValue"].(map[string]any)
		value := fmt.Sprint(r.met[fmt.Sprint(input["actionId"])])
		for _, b := range items(action, "staticBranches") {
			if b["branchValue"] == value && input["dataKey"] == "hs_event_criteria_met" {
				return next(b["connection"]), false
			}
		}
		return next(action["defaultBranch"]), false
	case "AB_TEST_BRANCH":
		tests := items(action, "testBranches")
		return next(tests[a.drawn(r, action, tests)]["connection"]), false
	case "WEBHOOK":
		a.Did = append(a.Did, Done{r.contact.ID, "webhook", fmt.Sprint(action["webhookUrl"])})
		return next(action["connection"]), false
	}
	fields, _ := action["fields"].(map[string]any)
	switch action["actionTypeId"] {
	case delaying:
		r.due = a.Now.Add(minutes(fields["delta"]))
		return "", true
	case listening:
		r.due, r.since = a.Now.Add(minutes(fields["expiration_minutes"])), a.happened
		return "", true
	}
	a.does(r, action, fields)
	return next(action["connection"]), false
}

// does is an action that is over at once.
func (a *Account) does(r *run, action, fields map[string]any) {
	switch action["actionTypeId"] {
	case mailing:
		for _, e := range a.Emails {
			if e.ID == fmt.Sprint(fields["content_id"]) && e.Body["state"] == "AUTOMATED" {
				a.mail(r.contact, e, r.flow.ID)
			}
		}
	case setting:
		value, _ := fields["value"].(map[string]any)
		r.contact.Properties[fmt.Sprint(fields["property_name"])] = value["staticValue"]
	case puttingOn, takingOff:
		r.contact.Lists[fmt.Sprint(fields["listId"])] = action["actionTypeId"] == puttingOn
	case tasking:
		a.Did = append(a.Did, Done{r.contact.ID, "task", fmt.Sprint(fields["subject"])})
	case noticing:
		a.Did = append(a.Did, Done{r.contact.ID, "notice", fmt.Sprint(fields["user_ids"])})
	default:
		panic(fmt.Sprintf("fake: an action of type %v", action["actionTypeId"]))
	}
}

// drawn is the way on which chance puts a contact: as a test says, or by a hash.
func (a *Account) drawn(r *run, action map[string]any, tests []map[string]any) int {
	if a.Draw != nil {
		return a.Draw(len(tests))
	}
	h := fnv.New64a()
	fmt.Fprint(h, r.contact.ID, " ", r.flow.ID, " ", action["actionId"])
	place := int64(h.Sum64() % 100)
	for i, t := range tests {
		if place -= number(t["percentage"], int64(100/len(tests))); place < 0 {
			return i
		}
	}
	return len(tests) - 1
}
