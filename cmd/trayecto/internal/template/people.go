package template

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// The people of a new project. They are made of whole numbers from a seed, so
// that they are the same on every machine; only their instants move with the
// present. Addresses end in example.test, which belongs to nobody.

// howMany people there are.
const howMany = 2000

var (
	firstNames = []string{"Ana", "Luis", "Marta", "Jon", "Nora", "Iker", "Eva", "Pau", "Inés", "Hugo", "Emma", "Leo"}
	tiers      = []string{"none", "none", "none", "silver", "silver", "gold"}
)

// happening is something that happened, so long before the present.
type happening struct {
	ago  time.Duration
	line string // without its instant
}

// past is what happened, by file.
type past struct{ events, consents, outcomes []happening }

// madeUp is the files of people and of what happened to them.
func madeUp(now time.Time) []File {
	dice := rand.New(rand.NewPCG(2026, 1))
	below := func(n int) int { return int(dice.Uint64() >> 11 % uint64(n)) }
	var rows bytes.Buffer
	rows.WriteString("customer_id,email,phone,first_name,lang,tier\n")
	var p past
	for i := 1; i <= howMany; i++ {
		id, name := fmt.Sprintf("c-%04d", i), firstNames[below(len(firstNames))]
		lang := "es"
		if below(4) == 0 {
			lang = "en"
		}
		address := fmt.Sprintf("%s.%04d@example.test", strings.ReplaceAll(strings.ToLower(name), "é", "e"), i)
		fmt.Fprintf(&rows, "%s,%s,+346%08d,%s,%s,%s\n", id, address, i, name, lang, tiers[below(len(tiers))])
		p.joins(id, below)
	}
	says := fmt.Sprintf("%s people and %s events, all made up", thousands(howMany), thousands(len(p.events)))
	return []File{
		{"data/people.csv", rows.Bytes(), says},
		{"data/events.ndjson", dated(p.events, now), ""},
		{"data/consents.ndjson", dated(p.consents, now), ""},
		{"data/outcomes.ndjson", dated(p.outcomes, now), ""},
	}
}

// joins is what somebody did since they signed up: who ticked the box was
// greeted, a few of them in vain, and some have withdrawn since.
func (p *past) joins(id string, below func(int) int) {
	const day = 24 * time.Hour
	joined := time.Duration(2+below(720))*day + time.Duration(below(24*60))*time.Minute
	yes := below(100) < 57
	p.events = append(p.events, happening{joined, fmt.Sprintf(`{"person":%q,"type":"signed_up","time":%%q,"news_box":%t}`, id, yes)})
	p.events = append(p.events, orders(id, joined, below)...)
	if !yes {
		return
	}
	outcome := func(ago time.Duration, kind string) {
		p.outcomes = append(p.outcomes, happening{ago, fmt.Sprintf(`{"person":%q,"touchpoint":"welcome_mail","outcome":%q,"channel":"email","time":%%q}`, id, kind)})
	}
	outcome(joined, "sent")
	switch at := below(100); {
	case at < 3:
		outcome(joined-time.Minute, "bounced")
	case at < 50:
		outcome(joined-time.Hour, "opened")
	}
	if below(100) < 6 {
		p.consents = append(p.consents, happening{joined / 2, fmt.Sprintf(`{"person":%q,"consent":"news","act":"withdraw","time":%%q}`, id)})
	}
}

// dated is a file of what happened, in the order of time. The newest is of three
// minutes ago.
func dated(all []happening, now time.Time) []byte {
	slices.SortStableFunc(all, func(a, b happening) int { return int(b.ago/time.Minute - a.ago/time.Minute) })
	all[len(all)-1].ago = 3 * time.Minute
	var lines bytes.Buffer
	for _, h := range all {
		fmt.Fprintf(&lines, h.line+"\n", now.Add(-h.ago).UTC().Truncate(time.Second).Format(time.RFC3339))
	}
	return lines.Bytes()
}

// orders is what somebody bought since they joined: three in ten never do, the
// others up to six times.
func orders(id string, joined time.Duration, below func(int) int) []happening {
	if below(10) < 3 {
		return nil
	}
	var out []happening
	for range 1 + below(6) {
		ago := time.Hour + time.Duration(below(int((joined-time.Hour)/time.Minute)))*time.Minute
		cents := 900 + below(200)*95
		out = append(out, happening{ago, fmt.Sprintf(`{"person":%q,"type":"order_placed","time":%%q,"amount":%d.%02d}`, id, cents/100, cents%100)})
	}
	return out
}

// thousands is a number with a comma before each three digits.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
