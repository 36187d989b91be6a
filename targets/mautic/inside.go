package mautic

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// Who is inside a campaign. Mautic keeps everybody among a campaign's contacts
// who ever came in and has not left its segments, whether they are through or
// not. Its log says what has happened to each of them, and what is to happen at
// an instant that is known. It says nothing of who waits at a decision: those are
// whom the event before it has happened to, and neither it nor what follows when
// the time is over.

// atMost is how many rows are read for one campaign; past that, a number of
// contacts is told.
const atMost = 10_000

// rows is one of Mautic's tables about a campaign: where it is, what its rows are
// called, and what is asked of it.
type rows struct {
	path, name string
	where      url.Values
}

// Inside counts the contacts of each journey's campaign.
func (t *Target) Inside(ctx context.Context, r targets.InsideRequest) ([]targets.InsideAnswer, error) {
	out := make([]targets.InsideAnswer, len(r.Journeys))
	for i, j := range r.Journeys {
		out[i].Journey = j.Journey
		for _, o := range j.Objects {
			if o.Kind != kindCampaign {
				continue
			}
			answer, err := t.inside(ctx, o.ID)
			if err != nil && !account.Gone(err) {
				return nil, err
			}
			out[i].People, out[i].AtMost, out[i].Unknown = answer.People, answer.AtMost, answer.Unknown
		}
	}
	return out, nil
}

// inside is who is inside one campaign.
func (t *Target) inside(ctx context.Context, id string) (targets.InsideAnswer, error) {
	members := rows{path: "/api/campaigns/" + url.PathEscape(id) + "/contacts", name: "contacts"}
	log := rows{path: "/api/stats/campaign_lead_event_log", name: "stats",
		where: url.Values{"where[0][col]": {"campaign_id"}, "where[0][expr]": {"eq"}, "where[0][val]": {id}}}
	contacts, why, err := t.table(ctx, members)
	if err != nil || why != "" {
		return targets.InsideAnswer{Unknown: why}, err
	}
	if contacts.total == 0 {
		return targets.InsideAnswer{}, nil
	}
	passed, why, err := t.table(ctx, log)
	switch {
	case err != nil || why != "":
		return targets.InsideAnswer{Unknown: why}, err
	case contacts.rows == nil || passed.rows == nil:
		return targets.InsideAnswer{People: contacts.total, AtMost: true}, nil
	}
	campaign, err := t.one(ctx, collections[kindCampaign], rest.Call{Method: http.MethodGet, Path: "/" + url.PathEscape(id)})
	if err != nil {
		return targets.InsideAnswer{}, err
	}
	people, endless := waiting(events(campaign), contacts.rows, passed.rows)
	return targets.InsideAnswer{People: people, AtMost: endless && people > 0}, nil
}

// table is a table that was read; rows is nil where there are too many.
type table struct {
	total int
	rows  []resource.Map
}

// table reads a table, unless it is too long. Mautic says with success that it
// failed to.
func (t *Target) table(ctx context.Context, of rows) (out table, why string, err error) {
	out.rows = []resource.Map{}
	for {
		query := url.Values{"start": {strconv.Itoa(len(out.rows))}, "limit": {"1000"}}
		for name, values := range of.where {
			query[name] = values
		}
		var answer resource.Map
		if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: of.path, Query: query, Into: &answer}); err != nil {
			return out, "", err
		}
		total, err := strconv.Atoi(plain(answer["total"]))
		if err != nil {
			return out, "Mautic does not say how many rows " + of.path + " has" + complaint(answer), nil
		}
		if out.total = total; total > atMost {
			out.rows = nil
			return out, "", nil
		}
		list, _ := answer[of.name].(resource.List)
		for _, item := range list {
			row, _ := item.(resource.Map)
			out.rows = append(out.rows, row)
		}
		if len(out.rows) >= total || len(list) == 0 {
			return out, "", nil
		}
	}
}

// complaint is the error inside an answer that is a success.
func complaint(answer resource.Map) string {
	for _, e := range listed(answer["errors"]) {
		return ": " + plain(e["message"])
	}
	return ""
}

// stay is a contact's present stay in a campaign.
type stay struct{ contact, rotation string }

// stayOf is whom a row is about.
func stayOf(row resource.Map) stay { return stay{plain(row["lead_id"]), plain(row["rotation"])} }

// waiting counts the contacts to whom something is still to happen, and tells
// whether a decision keeps people for ever, who may be through by the journey.
func waiting(events, members, log []resource.Map) (people int, endless bool) {
	happened := map[stay]map[string]bool{}
	due := map[stay]bool{}
	for _, row := range log {
		of := stayOf(row)
		if happened[of] == nil {
			happened[of] = map[string]bool{}
		}
		if yes(row["is_scheduled"]) {
			due[of] = true
		} else {
			happened[of][plain(row["event_id"])] = true
		}
	}
	for _, m := range members {
		of := stayOf(m)
		switch {
		case due[of], len(happened[of]) == 0:
			people++
		default:
			undecided, open := deciding(events, happened[of])
			if undecided {
				people++
			}
			endless = endless || undecided && open
		}
	}
	return people, endless
}

// deciding tells whether somebody waits at a decision, and whether nothing
// follows there when the time is over.
func deciding(events []resource.Map, happened map[string]bool) (waits, open bool) {
	for _, e := range events {
		if plain(e["eventType"]) != "decision" || !happened[before(e)] || happened[idOf(e)] {
			continue
		}
		late, over := false, false
		for _, next := range events {
			if before(next) == idOf(e) {
				late = late || plain(next["decisionPath"]) == "no"
				over = over || happened[idOf(next)]
			}
		}
		waits, open = waits || !over, open || !over && !late
	}
	return waits, open
}

// yes reads a truth, which databases have as numbers.
func yes(v resource.Value) bool {
	return v == resource.Bool(true) || plain(v) == "1"
}
