package main

import (
	"fmt"
	"sort"
	"time"
)

// habit is how somebody buys.
type habit struct {
	orders   int
	from, to time.Time
	cents    [2]int // the least and most that an order costs
	lately   bool   // one of the orders is from the last weeks
}

// habit draws how a customer buys. A third of the gold ones stopped a while
// ago; a few people spend very much.
func (d dice) habit(c *customer) habit {
	usual := [2]int{990, 18990}
	h := habit{from: c.since(), to: now, cents: usual}
	switch {
	case d.chance(1):
		return habit{d.between(6, 9), now.AddDate(0, -10, 0), now, [2]int{45000, 140000}, false}
	case c.tier == "gold" && d.chance(35):
		return habit{d.between(3, 6), now.AddDate(0, 0, -350), now.AddDate(0, 0, -95), usual, false}
	case c.tier == "gold":
		h.orders, h.lately = d.between(3, 8), d.chance(70)
	case c.tier == "silver":
		h.orders = d.between(0, 3)
	case d.chance(30):
		h.orders = d.between(1, 2)
	}
	return h
}

// shops is the orders, what was looked at before, and the parcels that were late.
func (d dice) shops(c *customer) {
	h := d.habit(c)
	from := h.from
	if c.since().After(from) {
		from = c.since()
	}
	if !from.Before(h.to) {
		return
	}
	for i := range h.orders {
		at := d.day(from, h.to)
		if h.lately && i == 0 {
			at = d.day(now.AddDate(0, 0, -50), now)
		}
		if at.Before(c.since()) {
			at = d.after(c.since(), time.Hour, 20*time.Hour)
		}
		sku := d.sku()
		if d.chance(35) {
			c.add("product_viewed", at.Add(-time.Duration(d.between(4*60, 20*3600))*time.Second), text("sku", sku))
		}
		amount := d.between(h.cents[0]/100, h.cents[1]/100)*100 + 90
		o := &order{}
		c.events = append(c.events, event{kind: "order_placed", at: at, order: o,
			fields: []field{{"amount", fmt.Sprintf("%d.%02d", amount/100, amount%100)}, text("sku", sku)}})
		if d.chance(6) {
			d.late(c, o, at)
		}
	}
}

// late is a parcel that does not come in time, and the message about it.
func (d dice) late(c *customer, o *order, ordered time.Time) {
	at := ordered.Add(time.Duration(d.between(20, 70)) * time.Hour)
	comes := ordered.AddDate(0, 0, d.between(5, 9)).Format(time.DateOnly)
	c.events = append(c.events, event{kind: "parcel_delayed", at: at, order: o, fields: []field{text("new_date", comes)}})
	channel := "sms"
	if c.favourite == "email" || c.phone == "" {
		channel = "email"
	}
	if channel == "email" && c.email == "" {
		return
	}
	sent := d.after(at, time.Minute, 50*time.Minute)
	c.got("late_parcel", "sent", channel, sent)
	c.got("late_parcel", "delivered", channel, d.after(sent, 2*time.Second, time.Minute))
}

// browses is looking without buying; some look twice within a day.
func (d dice) browses(c *customer) {
	for d.chance(38) {
		at := d.day(c.since(), now)
		if d.chance(35) && now.AddDate(0, -4, 0).After(c.since()) {
			at = d.day(now.AddDate(0, -4, 0), now)
		}
		if at.Before(c.since()) {
			continue
		}
		sku := d.sku()
		c.add("product_viewed", at, text("sku", sku))
		if again := at.Add(time.Duration(d.between(60, 30*3600)) * time.Second); d.chance(35) {
			c.add("product_viewed", again, text("sku", sku))
		}
	}
}

func (d dice) sku() string { return fmt.Sprintf("LMP-%03d", d.between(1, 40)) }

// number gives orders their numbers in the order of time.
func number(all []*customer) {
	type placed struct {
		at time.Time
		o  *order
	}
	var orders []placed
	for _, c := range all {
		for _, e := range c.events {
			if e.kind == "order_placed" {
				orders = append(orders, placed{e.at, e.order})
			}
		}
	}
	sort.SliceStable(orders, func(i, j int) bool { return orders[i].at.Before(orders[j].at) })
	for i, p := range orders {
		p.o.number = fmt.Sprintf("L-%05d", 10001+i)
	}
}
