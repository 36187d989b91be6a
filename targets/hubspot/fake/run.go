package fake

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// What HubSpot does with people, as far as it is documented: lists whose members
// change, workflows that take contacts in, let them wait and end the runs of
// others, and e-mails. Time passes only where a test lets it.

// Mail is something that became of an e-mail.
type Mail struct {
	Email string // id
	Kind  string // "SENT", "OPENED", "BOUNCED"
	At    time.Time
}

// Sent is one e-mail that went out, by a workflow or, with none, at its instant.
type Sent struct {
	Contact, Email, Flow string
	At                   time.Time
}

// Done is an action of the team's side: "task", "notice", "webhook".
type Done struct{ Contact, Kind, What string }

// run is one contact in one workflow.
type run struct {
	flow    *Flow
	contact *Contact
	at      string // the action at which they wait
	due     time.Time
	since   int // the event that had happened when it began to wait
	over    bool
	began   time.Time
	ended   string // how, in HubSpot's words: "COMPLETED", "UNENROLLED"
	left    time.Time
	met     map[string]bool // by action: that what it waited for came
}

// restless is how many actions a run may take at one instant.
const restless = 500

// Happen lets a contact do something now.
func (a *Account) Happen(c *Contact, e Event) {
	e.At = a.Now
	a.happened++
	c.Events = append(c.Events, e)
	listen := func() {
		for _, r := range slices.Clone(a.runs) {
			a.hear(r, c, e)
		}
	}
	enrol := func() {
		for _, f := range a.ordered() {
			for _, b := range items(criteria(f), "eventFilterBranches") {
				if (view{c, a, a.Now}).fits(e, b) {
					a.enrol(f, c)
					break
				}
			}
		}
	}
	for _, does := range inOrder([]func(){listen, enrol, func() { a.settle(c) }}, a.Backwards) {
		does()
	}
	a.settle(c)
}

func inOrder[T interface{}](list []T, backwards bool) []T {
	out := slices.Clone(list)
	if backwards {
		slices.Reverse(out)
	}
	return out
}

// ordered are the workflows that are on. HubSpot does not say which goes first.
func (a *Account) ordered() []*Flow {
	var out []*Flow
	for _, f := range a.Flows {
		if f.Body["isEnabled"] == true {
			out = append(out, f)
		}
	}
	return inOrder(out, a.Backwards)
}

// Learn sets a property of a contact now; nil takes it away.
func (a *Account) Learn(c *Contact, name string, value any) {
	if delete(c.Properties, name); value != nil {
		c.Properties[name] = value
	}
	a.settle(c)
}

// Became has something become of an e-mail now.
func (a *Account) Became(c *Contact, email, kind string) {
	c.Mail = append(c.Mail, Mail{email, kind, a.Now})
	a.settle(c)
}

// Settle works out the members of every list again.
func (a *Account) Settle() {
	for _, c := range a.Contacts {
		a.settle(c)
	}
}

// settle works out which lists a contact is on, and has workflows notice what has
// changed, until nothing changes any more.
func (a *Account) settle(c *Contact) {
	if c.on == nil {
		c.on = map[string]bool{}
	}
	for range restless {
		changed := false
		for _, l := range slices.Clone(a.Lists) {
			if l.filling > 0 {
				continue
			}
			is := (view{c, a, a.Now}).listed(l)
			if was := c.on[l.ID]; was != is {
				c.on[l.ID], changed = is, true
				a.moved(c, l.ID, is)
			}
		}
		if !changed {
			return
		}
	}
	panic("fake: lists that never settle")
}

// moved has workflows notice that a contact came onto a list, or off it.
func (a *Account) moved(c *Contact, list string, on bool) {
	operator := "NOT_IN_LIST"
	if on {
		operator = "IN_LIST"
	}
	for _, f := range a.ordered() {
		for _, b := range items(criteria(f), "listMembershipFilterBranches") {
			filter := items(b, "filters")[0]
			if filter["listId"] == list && filter["operator"] == operator {
				a.enrol(f, c)
			}
		}
	}
}

func criteria(f *Flow) map[string]any {
	out, _ := f.Body["enrollmentCriteria"].(map[string]any)
	return out
}

// enrol takes a contact into a workflow, unless they are in it, have been in it
// and may not again, or something of the criteria does not hold.
func (a *Account) enrol(f *Flow, c *Contact) {
	if slices.ContainsFunc(a.runs, func(r *run) bool { return !r.over && r.flow == f && r.contact == c }) {
		return
	}
	if c.been[f.ID] && criteria(f)["shouldReEnroll"] != true {
		return
	}
	now := view{c, a, a.Now}
	for _, also := range []any{criteria(f)["refinementCriteria"], criteria(f)["listFilterBranch"]} {
		if b, ok := also.(map[string]any); ok && !now.branch(b) {
			return
		}
	}
	if goal, ok := f.Body["goalFilterBranch"].(map[string]any); ok && now.branch(goal) {
		return
	}
	if c.been == nil {
		c.been = map[string]bool{}
	}
	c.been[f.ID] = true
	a.end(f, c)
	start, _ := f.Body["startActionId"].(string)
	r := &run{flow: f, contact: c, at: start, began: a.Now, met: map[string]bool{}}
	a.runs = append(a.runs, r)
	a.walk(r, start)
	a.settle(c)
}

// end ends the runs of a contact in the workflows that a workflow says.
func (a *Account) end(f *Flow, c *Contact) {
	setting, _ := f.Body["unEnrollmentSetting"].(map[string]any)
	ids, _ := setting["flowIds"].([]any)
	for _, r := range a.runs {
		if r.contact == c && r.flow != f && (setting["type"] == "ALL" || slices.Contains(ids, any(r.flow.ID))) {
			a.over(r, "UNENROLLED")
		}
	}
}

// over ends a run.
func (a *Account) over(r *run, how string) {
	if !r.over {
		r.over, r.ended, r.left = true, how, a.Now
	}
}

// hear ends the wait of a run for an event.
func (a *Account) hear(r *run, c *Contact, e Event) {
	action := r.flow.action(r.at)
	if r.over || r.contact != c || r.since == a.happened || action["actionTypeId"] != listening {
		return
	}
	fields, _ := action["fields"].(map[string]any)
	for _, b := range items(fields, "event_filter_branches") {
		if (view{c, a, a.Now}).fits(e, b) {
			r.met[r.at] = true
			a.walk(r, next(action["connection"]))
			a.settle(c)
			return
		}
	}
}

// Advance lets time pass until an instant: delays end, schedules come round, and
// e-mails whose instant has come go out.
func (a *Account) Advance(to time.Time) {
	for {
		due, do := a.coming(to)
		if do == nil {
			a.Now = to
			return
		}
		a.Now = due
		do()
	}
}

// coming is what comes first until an instant; nil for nothing.
func (a *Account) coming(to time.Time) (due time.Time, do func()) {
	due = to
	sooner := func(at time.Time, what func()) {
		if !at.After(due) && (do == nil || at.Before(due)) {
			due, do = at, what
		}
	}
	for _, r := range a.runs {
		if !r.over && !r.due.IsZero() {
			sooner(r.due, func() { a.ring(r) })
		}
	}
	rounds := map[int64][]func(){} // several may come round at one instant
	for _, f := range a.ordered() {
		for _, c := range a.Contacts {
			if at, ok := a.round(f, c); ok {
				rounds[at.Unix()] = append(rounds[at.Unix()], func() { a.enrol(f, c) })
			}
		}
	}
	for at, all := range rounds {
		sooner(time.Unix(at, 0).UTC(), func() {
			for _, enrol := range all {
				enrol()
			}
		})
	}
	for _, e := range a.Emails {
		if at, err := time.Parse(time.RFC3339, fmt.Sprint(e.Body["publishDate"])); err == nil && e.Body["state"] == "SCHEDULED" {
			sooner(at, func() { a.broadcast(e) })
		}
	}
	return due, do
}

// ring ends the wait of a run because its time is over.
func (a *Account) ring(r *run) {
	r.due = time.Time{}
	a.walk(r, next(r.flow.action(r.at)["connection"]))
	a.settle(r.contact)
}

// round is when a schedule comes round for a contact, after now.
func (a *Account) round(f *Flow, c *Contact) (time.Time, bool) {
	schedule, _ := f.Body["enrollmentSchedule"].(map[string]any)
	day, dated := c.Properties[fmt.Sprint(schedule["dateProperty"])].(time.Time)
	if schedule == nil || !dated {
		return time.Time{}, false
	}
	zone, err := time.LoadLocation(a.Zone)
	if err != nil {
		panic("fake: " + err.Error())
	}
	clock, _ := schedule["timeOfDay"].(map[string]any)
	on := func(year int) time.Time {
		return time.Date(year, day.Month(), day.Day()+int(number(schedule["daysDelta"], 0)), int(number(clock["hour"], 0)), int(number(clock["minute"], 0)), 0, 0, zone)
	}
	if schedule["yearly"] != true {
		return on(day.Year()), on(day.Year()).After(a.Now)
	}
	for year := a.Now.Year() - 1; ; year++ {
		if at := on(year); at.After(a.Now) {
			return at, true
		}
	}
}

// broadcast sends a regular e-mail to the members of its lists.
func (a *Account) broadcast(e *Email) {
	e.Body["state"] = "PUBLISHED"
	to, _ := e.Body["to"].(map[string]any)
	lists, _ := to["contactIlsLists"].(map[string]any)
	include, _ := lists["include"].([]any)
	for _, c := range a.Contacts {
		for _, id := range include {
			if l := a.Find(fmt.Sprint(id)); l != nil && (view{c, a, a.Now}).listed(l) {
				a.mail(c, e, "")
				break
			}
		}
		a.settle(c)
	}
}

// mail sends an e-mail, unless the address bounced for good or the contact opted
// out of its subscription type.
func (a *Account) mail(c *Contact, e *Email, flow string) {
	details, _ := e.Body["subscriptionDetails"].(map[string]any)
	if c.Properties["email"] == nil || c.Properties["hs_email_hard_bounce_reason_enum"] != nil || c.Subscriptions[fmt.Sprint(details["subscriptionId"])] == "OPT_OUT" {
		return
	}
	a.Sent = append(a.Sent, Sent{c.ID, e.ID, flow, a.Now})
	c.Mail = append(c.Mail, Mail{e.ID, "SENT", a.Now})
}

// Inside lists the workflows that a contact is in, by name.
func (a *Account) Inside(c *Contact) []string {
	var out []string
	for _, r := range a.runs {
		if !r.over && r.contact == c {
			out = append(out, fmt.Sprint(r.flow.Body["name"]))
		}
	}
	return out
}

// forget ends the runs of a workflow that is deleted.
func (a *Account) forget(f *Flow) {
	for _, r := range a.runs {
		if r.flow == f {
			a.over(r, "UNENROLLED")
		}
	}
}

// action is an action of a workflow; nil where there is none.
func (f *Flow) action(id string) map[string]any {
	for _, item := range items(f.Body, "actions") {
		if item["actionId"] == id {
			return item
		}
	}
	return nil
}

// next is where an edge leads; "" for nowhere.
func next(edge any) string {
	m, _ := edge.(map[string]any)
	id, _ := m["nextActionId"].(string)
	return id
}

func minutes(text any) time.Duration {
	n, err := strconv.ParseInt(fmt.Sprint(text), 10, 64)
	if err != nil {
		panic("fake: " + err.Error())
	}
	return time.Duration(n) * time.Minute
}
