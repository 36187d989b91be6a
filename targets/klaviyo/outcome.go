package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/narrow"
)

// messageProperty is the property of Klaviyo's own metrics that holds the name
// of the message. The name begins with the touchpoint and ends with the step,
// so that both can be asked for.
const messageProperty = "Campaign Name"

// heard is a metric that Klaviyo records of its messages, of one kind of them
// where kind is said.
type heard struct{ metric, property, kind string }

// outcomes are Klaviyo's metrics of what becomes of a message, by medium.
var outcomes = map[string]map[string]heard{
	"email": {
		"sent": {metric: "Received Email"}, "delivered": {metric: "Received Email"}, "opened": {metric: "Opened Email"}, "clicked": {metric: "Clicked Email"},
		"bounced": {"Bounced Email", "Bounce Type", "Hard"}, "soft_bounced": {"Bounced Email", "Bounce Type", "Soft"},
		"complained": {metric: "Marked Email as Spam"}, "unsubscribed": {metric: "Unsubscribed from Email Marketing"},
	},
	"sms": {
		"sent": {metric: "Received SMS"}, "delivered": {metric: "Received SMS"}, "clicked": {metric: "Clicked SMS"},
		"bounced": {metric: "Failed to Deliver SMS"}, "unsubscribed": {metric: "Unsubscribed from SMS Marketing"},
	},
}

// outcome is one condition for each channel of the message.
func (c *clause) outcome(a narrow.Atom, e expr.Did) (narrow.Form, error) {
	noticed, err := c.noticed(e)
	if err != nil {
		return narrow.All{}, err
	}
	some, all := narrow.Some{}, narrow.All{}
	for _, medium := range noticed {
		some = append(some, narrow.Atom{Of: e, Part: medium})
		all = append(all, narrow.Atom{Of: e, Part: medium, Negated: true})
	}
	if a.Negated {
		return all, nil
	}
	return some, nil
}

// outcomes is a count of what became of a message, by one channel.
func (c *clause) outcomes(a narrow.Atom, e expr.Compare, did expr.Did) (narrow.Form, error) {
	noticed, err := c.noticed(did)
	if err == nil && len(noticed) != 1 {
		err = narrow.Refused(did, "", "Klaviyo counts e-mails and text messages apart")
	}
	if err != nil {
		return narrow.All{}, err
	}
	return narrow.Atom{Of: e, Part: noticed[0]}, nil
}

// noticed lists the channels of a message by which Klaviyo notices an outcome.
func (c *clause) noticed(e expr.Did) ([]string, error) {
	touchpoint, err := c.touchpoint(e)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, channel := range touchpoint.Channels {
		medium, err := c.l.medium(channel)
		if err != nil {
			return nil, err
		}
		if _, known := outcomes[medium][e.Of.Outcome]; known {
			out = append(out, medium)
		}
	}
	if len(out) == 0 {
		return nil, narrow.Refused(e, "", "Klaviyo does not notice that a message of %s was %s", touchpoint.Address, e.Of.Outcome)
	}
	return out, nil
}

// touchpoint is the message that a source is about.
func (c *clause) touchpoint(e expr.Did) (ir.Touchpoint, error) {
	if e.Of.Where != nil {
		return ir.Touchpoint{}, narrow.Refused(e, "", "Klaviyo chooses its own events by message only")
	}
	if e.Of.Touchpoint != "" {
		touchpoint, _ := ir.Find(c.l.Program.Touchpoints, e.Of.Touchpoint)
		return touchpoint, nil
	}
	for _, j := range c.l.Program.Journeys {
		if j.Enter.Moment == "" && e.Of.Step != "" && len(j.Steps) == 1 && ir.StepAddress(j.Address, j.Steps[0].StepName()) == e.Of.Step {
			return ir.Touchpoint{}, narrow.Refused(e, "ask by the touchpoint: touchpoint.<name>."+e.Of.Outcome, "Klaviyo knows a campaign by its touchpoint, and not by %s", e.Of.Step)
		}
		if touchpoint, found := c.l.sentAt(j, e.Of.Step); found {
			return touchpoint, nil
		}
	}
	return ir.Touchpoint{}, narrow.Refused(e, "", "Klaviyo knows nothing of %s", e.Of.Step)
}

// sentAt is the touchpoint that a send of a journey sends.
func (l *lowering) sentAt(j ir.Journey, step string) (touchpoint ir.Touchpoint, found bool) {
	ir.Walk(j.Steps, func(s ir.Step) {
		if send, ok := s.(ir.Send); ok && ir.StepAddress(j.Address, send.Name) == step {
			touchpoint, found = ir.Find(l.Program.Touchpoints, send.Touchpoint)
		}
	})
	return touchpoint, found
}

// heard prints an outcome by one medium.
func (c *clause) heard(e expr.Did, medium string, times resource.Map) (resource.Map, error) {
	window := e.Window
	if c.late && c.once != "" && window.Since == "run" && ir.JourneyOf(e.Of.Step) == c.once {
		window = expr.Ever // of one run there is one message of a step, and nothing becomes of it before
	}
	time, err := c.timeframe(window, e)
	if err != nil {
		return nil, err
	}
	h := outcomes[medium][e.Of.Outcome]
	name, f := about(e.Of)
	filters := resource.List{carried(name, f)}
	if h.kind != "" {
		filters = append(filters, carried(h.property, filter("string", "equals", resource.String(h.kind))))
	}
	return resource.Map{
		"type": resource.String("profile-metric"), "metric_id": c.l.Look(lookMetric, mapping.Name{Theirs: h.metric, At: c.At}), "measurement": resource.String("count"),
		"measurement_filter": times, "timeframe_filter": time, "metric_filters": filters,
	}, nil
}

// about is the filter for the messages of a touchpoint or of a step.
func about(s expr.Source) (property string, f resource.Map) {
	if s.Touchpoint != "" {
		return messageProperty, filter("string", "starts-with", resource.String(s.Touchpoint+" "))
	}
	return messageProperty, filter("string", "ends-with", resource.String(" "+s.Step))
}

// messageName names a message so that its outcomes are found by touchpoint and
// by step: "touchpoint.hello step.welcome.hello".
func messageName(touchpoint, step string) string { return touchpoint + " " + step }
