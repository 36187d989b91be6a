package klaviyo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
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

// A journey that begins at an instant. Flows begin when something happens to a
// person; what goes out at an instant is a campaign: one message, to a segment of
// those whom it is for and who may get it. A campaign is made with a message that
// has no text, gets a copy of a template by a second call, and is scheduled by a
// third: switching it on. Taking it back makes it a draft again.

// roleTo is the role of the segment that a campaign goes to.
const roleTo = "to"

// campaigns makes the campaign of each placed one-off, and the segment that it
// goes to.
func (l *lowering) campaigns() {
	for _, j := range account.Here(l, l.Program.Journeys) {
		if j.Enter.Moment != "" {
			continue
		}
		f := &flow{l: l, journey: j}
		s, t, ok := f.single()
		groups := resource.List(nil)
		if ok {
			groups = f.whom(s, t)
		}
		at, _ := j.Enter.Instant.(types.Instant)
		attributes := resource.Map{
			"send_at": resource.String(at.Time().UTC().Format(time.RFC3339)), "audience": resource.Ref{Address: l.Address(j.Address, roleTo), Output: "id"},
			"smart_sending": resource.Bool(l.pressed()),
		}
		if ok {
			f.mail(attributes, t)
		}
		if l.Found = append(l.Found, f.found...); f.found.HasErrors() {
			continue
		}
		l.add(resource.Resource{
			Address: l.Address(j.Address, roleTo), Kind: kindSegment, At: j.At, Places: map[string]diag.Range{"definition": j.Enter.At},
			Attributes: resource.Map{"definition": normal(resource.Map{"condition_groups": groups})},
		})
		l.Resources = append(l.Resources, resource.Resource{
			Address: l.Address(j.Address, ""), Kind: kindCampaign, Key: messageName(t.Address, ir.StepAddress(j.Address, s.Name)), Switch: resource.On, At: j.At, Attributes: attributes,
			Places: map[string]diag.Range{"send_at": j.Enter.At, "audience": j.Enter.At, "subject_line": t.Content.Subject[l.first()].At},
		})
	}
}

// single is the one message of a one-off.
func (f *flow) single() (s ir.Send, t ir.Touchpoint, ok bool) {
	j := f.journey
	if len(j.Steps) > 0 {
		s, ok = j.Steps[0].(ir.Send)
	}
	if !ok || len(j.Steps) > 1 {
		f.refuse(j.Enter.At, "send one message, and let what follows be a journey that enters on touchpoint.<name>.sent",
			"Klaviyo sends one message at an instant, a campaign. A flow begins when something happens to a person.")
		return s, t, false
	}
	t, _ = ir.Find(f.l.Program.Touchpoints, s.Touchpoint)
	medium := ""
	if len(t.Channels) == 1 {
		medium, _ = f.l.medium(t.Channels[0])
	}
	switch {
	case medium != "email":
		f.refuse(s.At, "send a touchpoint that goes by e-mail alone", "The campaigns that are made here are e-mails.")
		return s, t, false
	case !f.l.Marketing(t):
		f.refuse(s.At, "begin with an event, so that it is a flow", "Klaviyo sends every campaign as marketing: whoever unsubscribed would not get it.")
		return s, t, false
	case s.IfCapped == "wait":
		f.refuse(s.At, "write if_capped = \"skip\"", "Klaviyo does not hold a message back until somebody has had fewer.")
	}
	return s, t, true
}

// whom is the groups of the segment that a one-off goes to: whom it is for, and
// the gate of the message, which a campaign has no filter of its own for.
func (f *flow) whom(s ir.Send, t ir.Touchpoint) resource.List {
	groups := f.gate(t, s)
	var terms []expr.Expr
	if who := f.journey.Enter.Who; who != "" {
		terms = append(terms, expr.Member{Place: expr.Place{At: f.journey.Enter.At}, Segment: who})
	}
	if f.journey.Enter.If != nil {
		terms = append(terms, expr.Is{Term: f.journey.Enter.If, Verdict: expr.True})
	}
	for _, leaves := range []expr.Expr{f.journey.Goal, f.journey.LeaveIf} {
		if leaves != nil {
			terms = append(terms, expr.Not{Term: expr.Is{Term: leaves, Verdict: expr.True}})
		}
	}
	c := f.l.clause(f.journey.Enter.At)
	said, _ := c.groups(expr.And{Place: expr.Place{At: f.journey.Enter.At}, Terms: terms})
	f.found = append(f.found, c.Found...)
	return append(groups, said...)
}

// The states of a campaign.
const (
	statusDraft     = "Draft"
	statusScheduled = "Scheduled"
	statusCancelled = "Cancelled"
)

// letter is the message of a campaign as Klaviyo has it.
type letter struct {
	ID       string
	Changed  string
	Label    string
	Content  resource.Map
	Template item // the copy that it keeps; no id for none
}

const campaignsPath = "/api/campaigns"

// letterOf reads the message of a campaign and the copy of its template.
func (t *Target) letterOf(ctx context.Context, campaign string) (letter, error) {
	var p struct {
		Data []struct {
			item
			Relationships struct {
				Template struct {
					Data *struct {
						ID string `json:"id"`
					} `json:"data"`
				} `json:"template"`
			} `json:"relationships"`
		} `json:"data"`
		Included []item `json:"included"`
	}
	path := campaignsPath + "/" + url.PathEscape(campaign) + "/campaign-messages"
	if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: path, Query: url.Values{"include": {"template"}}, Into: &p}); err != nil {
		return letter{}, err
	}
	if len(p.Data) != 1 {
		return letter{}, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("the campaign %s has %d messages, and one is known here", campaign, len(p.Data))}
	}
	definition, _ := p.Data[0].Attributes["definition"].(resource.Map)
	out := letter{ID: p.Data[0].ID, Changed: p.Data[0].text("updated_at")}
	label, _ := definition["label"].(resource.String)
	out.Label = string(label)
	out.Content, _ = definition["content"].(resource.Map)
	if template := p.Data[0].Relationships.Template.Data; template != nil {
		for _, i := range p.Included {
			if i.Type == kindTemplate && i.ID == template.ID {
				out.Template = i
			}
		}
	}
	return out, nil
}

// contents are what an e-mail of a campaign has, by our names of them.
var contents = map[string]string{"subject_line": "subject", "from_email": "from_email", "from_label": "from_label", "reply_to_email": "reply_to_email"}

// campaign is a campaign, normalised.
func (t *Target) campaign(ctx context.Context, o resource.Object, i item) (resource.Object, error) {
	l, err := t.letterOf(ctx, i.ID)
	if err != nil {
		return o, err
	}
	o.Version += " " + l.Changed + " " + l.Template.text("updated")
	status := i.text("status")
	if o.Switch = resource.On; status == statusDraft || status == statusCancelled {
		o.Switch = resource.Off
	}
	if status == statusCancelled {
		o.Attributes["status"] = resource.String(status)
	}
	strategy, _ := i.Attributes["send_strategy"].(resource.Map)
	said, _ := strategy["datetime"].(resource.String)
	if at, err := time.Parse(time.RFC3339, string(said)); err == nil {
		o.Attributes["send_at"] = resource.String(at.UTC().Format(time.RFC3339))
	}
	audiences, _ := i.Attributes["audiences"].(resource.Map)
	if included, _ := audiences["included"].(resource.List); len(included) == 1 {
		o.Attributes["audience"] = included[0]
	} else {
		o.Attributes["audience"] = audiences["included"]
	}
	if excluded, _ := audiences["excluded"].(resource.List); len(excluded) > 0 {
		o.Attributes["excluded"] = excluded
	}
	options, _ := i.Attributes["send_options"].(resource.Map)
	o.Attributes["smart_sending"] = resource.Bool(options["use_smart_sending"] != resource.Bool(false))
	for ours, theirs := range contents {
		if text, ok := l.Content[theirs].(resource.String); ok && text != "" {
			o.Attributes[ours] = text
		}
	}
	if _, template, _, ours := original(l.Label); ours && l.Template.ID != "" {
		o.Attributes["template_id"], o.Attributes["texts"] = resource.String(template), resource.String(resource.Hash(texts(l.Template.Attributes)))
	}
	return o, nil
}

// composed is a campaign as it goes over the wire, without its message.
func composed(c targets.Change) resource.Map {
	a := c.Resource.Attributes
	return resource.Map{
		"name": resource.String(account.Marked(c.Resource.Key, c.Mark)), "audiences": resource.Map{"included": resource.List{a["audience"]}, "excluded": resource.List{}},
		"send_strategy": resource.Map{"method": resource.String("static"), "datetime": a["send_at"], "options": resource.Map{"is_local": resource.Bool(false)}},
		"send_options":  resource.Map{"use_smart_sending": a["smart_sending"]},
	}
}

// worded is the message of a campaign. Its label says which template it has a
// copy of.
func worded(c targets.Change) resource.Map {
	content := resource.Map{}
	for ours, theirs := range contents {
		if value := c.Resource.Attributes[ours]; value != nil {
			content[theirs] = value
		}
	}
	touchpoint, step, _ := strings.Cut(c.Resource.Key, " ")
	template, _ := c.Resource.Attributes["template_id"].(resource.String)
	return resource.Map{"definition": resource.Map{
		"channel": resource.String("email"), "label": resource.String(touchpoint + " " + string(template) + " " + step), "content": content,
	}}
}

// createCampaign makes a campaign and gives its message the text.
func (t *Target) createCampaign(ctx context.Context, c targets.Change) (*resource.Object, error) {
	attributes := composed(c)
	attributes["campaign-messages"] = resource.Map{"data": resource.List{resource.Map{"type": resource.String("campaign-message"), "attributes": worded(c)}}}
	made, err := t.send(ctx, http.MethodPost, campaignsPath, body(kindCampaign, "", attributes))
	if err != nil {
		return nil, err
	}
	return t.assigned(ctx, c, made)
}

// assigned copies the template into the message of a campaign, and is the
// campaign then.
func (t *Target) assigned(ctx context.Context, c targets.Change, made item) (*resource.Object, error) {
	half := func(err error) error {
		return &targets.Error{Kind: targets.UnknownOutcome, Message: "the campaign " + made.ID + " was written, and giving it its text failed", Err: err}
	}
	l, err := t.letterOf(ctx, made.ID)
	if err != nil {
		return nil, half(err)
	}
	document := resource.Map{"data": resource.Map{"type": resource.String("campaign-message"), "id": resource.String(l.ID), "relationships": resource.Map{
		"template": resource.Map{"data": resource.Map{"type": resource.String(kindTemplate), "id": c.Resource.Attributes["template_id"]}}}}}
	if err := t.client.Do(ctx, rest.Call{Method: http.MethodPost, Path: "/api/campaign-message-assign-template", Body: document}); err != nil {
		return nil, half(err)
	}
	return t.answered(ctx, kindCampaign, made, nil)
}

// updateCampaign writes a campaign anew: a scheduled one as a draft in between.
// One that was sent stays what it was.
func (t *Target) updateCampaign(ctx context.Context, c targets.Change) (*resource.Object, error) {
	now, _, err := t.read(ctx, kindCampaign, c.Prior.ID)
	if err != nil {
		return nil, err
	}
	status := now.text("status")
	switch status {
	case statusDraft:
	case statusScheduled:
		if err := t.schedule(ctx, c.Prior.ID, resource.Off); err != nil {
			return nil, err
		}
	default:
		return nil, &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf(
			"the campaign %q is %s since it was read, and nothing was written; run trayecto plan again: what was sent is not edited", c.Prior.Key, strings.ToLower(status))}
	}
	written, err := t.send(ctx, http.MethodPatch, campaignsPath+"/"+url.PathEscape(c.Prior.ID), body(kindCampaign, c.Prior.ID, composed(c)))
	if err != nil {
		return nil, err
	}
	l, err := t.letterOf(ctx, c.Prior.ID)
	if err != nil {
		return nil, err
	}
	if _, err := t.send(ctx, http.MethodPatch, "/api/campaign-messages/"+url.PathEscape(l.ID), body("campaign-message", l.ID, worded(c))); err != nil {
		return nil, err
	}
	o, err := t.assigned(ctx, c, written)
	if err != nil || status == statusDraft {
		return o, err
	}
	c.Action, c.Prior = targets.SwitchOn, o
	return t.turnCampaign(ctx, c)
}

// over is why a campaign is history: it was sent, or is being sent. "" where it
// is not, or not there.
func (t *Target) over(ctx context.Context, id string) (string, error) {
	now, _, err := t.read(ctx, kindCampaign, id)
	if account.Gone(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	switch status := now.text("status"); status {
	case statusDraft, statusScheduled, statusCancelled:
		return "", nil
	default:
		return fmt.Sprintf("the campaign is %s, and what was sent is not edited; an instant that is to come makes another one, which goes to everybody anew", strings.ToLower(status)), nil
	}
}

// later tells whether a campaign is for an instant that is to come.
func (t *Target) later(campaign resource.Map) bool {
	said, _ := campaign["send_at"].(resource.String)
	at, err := time.Parse(time.RFC3339, string(said))
	return err == nil && at.After(t.now)
}

// schedule has a campaign sent at its instant, or makes it a draft again.
func (t *Target) schedule(ctx context.Context, id string, to resource.Switch) error {
	const jobs, job = "/api/campaign-send-jobs", "campaign-send-job"
	call := rest.Call{Method: http.MethodPost, Path: jobs, Body: resource.Map{"data": resource.Map{"type": resource.String(job), "id": resource.String(id)}}}
	if to == resource.Off {
		call = rest.Call{Method: http.MethodPatch, Path: jobs + "/" + url.PathEscape(id), Body: body(job, id, resource.Map{"action": resource.String("revert")})}
	}
	return t.client.Do(ctx, call)
}

// turnCampaign schedules a campaign or takes it back. One whose instant has passed
// is not scheduled: Klaviyo would send it at once.
func (t *Target) turnCampaign(ctx context.Context, c targets.Change) (*resource.Object, error) {
	now, err := t.Get(ctx, kindCampaign, []string{c.Prior.ID})
	if err != nil || len(now) == 0 {
		return nil, err
	}
	want := resource.On
	if c.Action == targets.SwitchOff {
		want = resource.Off
	} else if err := t.sendable(now[0], c.Prior); err != nil {
		return nil, err
	}
	if now[0].Switch != want {
		if err := t.schedule(ctx, c.Prior.ID, want); err != nil {
			return nil, err
		}
	}
	after, err := t.Get(ctx, kindCampaign, []string{c.Prior.ID})
	switch {
	case err != nil || len(after) == 0:
		return nil, &targets.Error{Kind: targets.UnknownOutcome, Message: "the campaign was switched, and reading it back failed", Err: err}
	case after[0].Switch != want:
		return nil, &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("Klaviyo answered that the campaign %s was switched %s, and it is not; look at it there, and plan again", c.Prior.ID, want)}
	}
	return &after[0], nil
}

// sendable refuses what must not be scheduled.
func (t *Target) sendable(now resource.Object, planned *resource.Object) error {
	switch {
	case !resource.Equal(now.Attributes, planned.Attributes):
		return &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("the campaign %s is not what was planned to be switched on; plan again", now.ID)}
	case now.Switch != resource.On && !t.later(now.Attributes):
		said, _ := now.Attributes["send_at"].(resource.String)
		return &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf(
			"the instant of the campaign %q, %s, has passed while it was a draft, and Klaviyo would send it at once; nobody was written to: give the journey another instant, or take it out of the project", now.Key, said)}
	}
	return nil
}
