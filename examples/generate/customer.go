package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	seed   = 20261201
	people = 2000
)

// now is when the demo plays; the data covers the two years before it.
var (
	now   = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	last  = now.Add(-3 * time.Minute) // the newest event
	begin = time.Date(2024, 12, 1, 0, 0, 0, 0, time.UTC)
)

// customer is one made-up person with everything that happened to them.
type customer struct {
	id, email, phone         string
	name, lang, zone         string
	country, tier, favourite string
	birth, nps               string
	joined                   time.Time // zero: before the data begins
	events                   []event
	acts                     []act
	outcomes                 []outcome
}

// events and what follows are rows, in the words of the project.
type event struct {
	kind   string
	at     time.Time
	fields []field
	order  *order // numbered when all orders are known
}

type field struct{ name, json string }

type order struct{ number string }

type act struct {
	consent, kind, notice, proof string
	at                           time.Time
}

type outcome struct {
	touchpoint, kind, channel string
	at                        time.Time
}

// town is everybody, in the order of their ids.
func town(seed uint64) []*customer {
	all := make([]*customer, people)
	for i := range all {
		d := newDice(seed, uint64(i))
		all[i] = d.customer(i + 1)
		d.live(all[i], i+1)
	}
	all[1].events = append(all[1].events, event{kind: "product_viewed", at: last, fields: []field{text("sku", "LMP-007")}})
	for _, c := range all {
		c.forget()
	}
	number(all)
	return all
}

// forget drops what has not happened yet.
func (c *customer) forget() {
	c.events = slices.DeleteFunc(c.events, func(e event) bool { return e.at.After(last) })
	c.acts = slices.DeleteFunc(c.acts, func(a act) bool { return a.at.After(last) })
	c.outcomes = slices.DeleteFunc(c.outcomes, func(o outcome) bool { return o.at.After(last) })
}

// customer draws who somebody is.
func (d dice) customer(n int) *customer {
	c := &customer{id: fmt.Sprintf("c-%04d", n)}
	c.country = d.weighted([]choice{{"ES", 66}, {"MX", 12}, {"CO", 8}, {"CA", 6}, {"other", 6}, {"", 2}})
	c.lang, c.zone = d.speaks(c.country)
	if d.chance(45) {
		c.joined = d.day(begin, now)
	}
	c.tier = d.weighted([]choice{{"gold", 15}, {"silver", 26}, {"none", 59}})
	if c.joined.After(now.AddDate(0, 0, -120)) {
		c.tier = "none"
	}
	c.favourite = d.weighted([]choice{{"email", 40}, {"sms", 20}, {"", 40}})
	name := pick(d, names[c.lang])
	c.email = fmt.Sprintf("%s.%04d@example.test", plain(name), n)
	c.phone = phone(c.country, n)
	c.name = name
	if d.chance(4) {
		c.name = ""
	}
	if d.chance(12) {
		c.phone = ""
	} else if d.chance(3) {
		c.email = ""
	}
	if d.chance(90) {
		c.birth = time.Date(d.between(1944, 2006), 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, d.below(365)).Format(time.DateOnly)
	}
	if d.chance(35) {
		c.nps = fmt.Sprint(max(d.between(0, 10), d.between(2, 10)))
	}
	if n == 1 {
		c.ana()
	}
	return c
}

// ana makes a customer the one whom the tests and environments speak of. Her
// welcome bounced yesterday.
func (c *customer) ana() {
	c.name, c.email, c.phone, c.country, c.lang, c.zone = "Ana", "ana@example.test", "+34600000001", "ES", "es", "Europe/Madrid"
	c.tier, c.joined = "none", time.Date(2026, 11, 30, 9, 12, 0, 0, time.UTC)
}

func (d dice) speaks(country string) (lang, zone string) {
	lang = "es"
	switch country {
	case "ES":
		zone = d.weighted([]choice{{"Europe/Madrid", 95}, {"Atlantic/Canary", 5}})
	case "MX":
		zone = "America/Mexico_City"
	case "CO":
		zone = "America/Bogota"
	case "CA":
		lang, zone = "en", d.weighted([]choice{{"America/Toronto", 60}, {"America/Vancouver", 40}})
	case "other":
		lang, zone = "en", "Europe/London"
	}
	if d.chance(5) {
		lang = "en"
	}
	return lang, zone
}

// phone is a number that nobody has: a run of zeros, 555-01xx in Canada, and
// elsewhere two ranges that Ofcom keeps for drama.
func phone(country string, n int) string {
	switch country {
	case "MX":
		return fmt.Sprintf("+52550000%04d", n)
	case "CO":
		return fmt.Sprintf("+57300000%04d", n)
	case "CA":
		return fmt.Sprintf("+1%d55501%02d", 604+n/100, n%100)
	case "other":
		if n < 1000 {
			return fmt.Sprintf("+447700900%03d", n)
		}
		return fmt.Sprintf("+441632960%03d", n%1000)
	}
	return fmt.Sprintf("+3460000%04d", n)
}

var names = map[string][]string{
	"es": {"Lucía", "Mateo", "Sofía", "Hugo", "Martina", "Leo", "María", "Pablo", "Julia", "Álvaro", "Paula", "Adrián", "Valeria", "Diego",
		"Emma", "Javier", "Daniela", "Carlos", "Carla", "Iker", "Noa", "Andrés", "Elena", "Íñigo", "Rocío", "Begoña", "Joaquín", "Ximena"},
	"en": {"Alice", "Ben", "Chloe", "Daniel", "Ella", "Finn", "Grace", "Harry", "Isla", "Jack", "Kate", "Liam", "Maya", "Noah", "Olive", "Sam"},
}

var accents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n")

// plain is a name as it stands in an e-mail address.
func plain(name string) string { return accents.Replace(strings.ToLower(name)) }
