package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// windows are the lengths that a funnel may take.
var windows = map[types.Span]string{
	{Amount: 1, Unit: types.Hour}: "HOURS_1", {Amount: 1, Unit: types.Day}: "DAYS_1", {Amount: 24, Unit: types.Hour}: "DAYS_1",
	{Amount: 3, Unit: types.Day}: "DAYS_3", {Amount: 5, Unit: types.Day}: "DAYS_5", {Amount: 1, Unit: types.Week}: "WEEKS_1",
	{Amount: 7, Unit: types.Day}: "WEEKS_1", {Amount: 30, Unit: types.Day}: "DAYS_30", {Amount: 90, Unit: types.Day}: "DAYS_90",
	{Amount: 180, Unit: types.Day}: "DAYS_180",
}

// Followed is one event and then another. Klaviyo has no word for its negation.
func (c *clause) Followed(a narrow.Atom, e expr.FollowedBy) (narrow.Form, error) {
	switch {
	case a.Negated:
		return narrow.All{}, narrow.Refused(e, "", "Klaviyo has funnels, and no way to ask who did not go through one")
	case c.flow:
		return narrow.All{}, narrow.Refused(e, "make it a segment and enter on it", "Klaviyo knows funnels in segments only")
	case e.First.Event == "" || e.Then.Event == "":
		return narrow.All{}, narrow.Refused(e, "", "Klaviyo's funnels are of events, and not of what becomes of messages")
	case windows[e.Gap] == "":
		return narrow.All{}, narrow.Refused(e, "use 1h, 1d, 3d, 5d, 7d, 30d, 90d or 180d", "Klaviyo's funnels have a fixed set of lengths, and %s is not one of them", e.Gap)
	case e.Window.Since != "":
		return narrow.All{}, narrow.Refused(e, "give it a window in days", "Klaviyo's funnels need a beginning")
	}
	return a, nil
}

// funnelled is a funnel of two steps.
func (c *clause) funnelled(e expr.FollowedBy) (resource.Map, error) {
	time, err := c.ago("in-the-last", e.Window.Length, e)
	if err != nil {
		return nil, err
	}
	var steps resource.List
	for _, s := range []expr.Source{e.First, e.Then} {
		filters, err := c.filters(s)
		if err != nil {
			return nil, err
		}
		step := resource.Map{"metric_exists": resource.Bool(true), "metric_id": c.l.metric(s.Event)}
		if len(filters) > 0 {
			step["metric_filters"] = filters
		}
		steps = append(steps, step)
	}
	return resource.Map{
		"type": resource.String("profile-metric-funnel"), "timeframe_filter": time,
		"completion_window_seconds": resource.String(windows[e.Gap]), "steps": steps,
	}, nil
}
