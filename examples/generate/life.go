package main

import (
	"fmt"
	"time"
)

// live draws two years of a customer's life.
func (d dice) live(c *customer, n int) {
	if c.joined.IsZero() {
		d.oldFriend(c)
	} else {
		d.joins(c, n)
	}
	d.shops(c)
	d.browses(c)
	if d.chance(2) {
		right := d.weighted([]choice{{"access", 5}, {"erasure", 2}, {"objection", 3}})
		c.add("rights_request", d.day(c.since(), now), text("right", right))
	}
}

// since is from when on something may happen to the customer.
func (c *customer) since() time.Time {
	if c.joined.IsZero() {
		return begin
	}
	return c.joined
}

func (c *customer) add(kind string, at time.Time, fields ...field) {
	c.events = append(c.events, event{kind: kind, at: at, fields: fields})
}

func (c *customer) got(touchpoint, kind, channel string, at time.Time) {
	c.outcomes = append(c.outcomes, outcome{touchpoint, kind, channel, at})
}

// joins is the sign-up, the welcome and the answer to it.
func (d dice) joins(c *customer, n int) {
	news := d.chance(58) || n == 1
	c.add("signed_up", c.joined, text("form", d.weighted([]choice{{"web", 60}, {"app", 25}, {"shop", 15}})), field{"news_box", fmt.Sprint(news)})
	bounces := c.email != "" && (n == 1 || d.chance(4))
	if c.email != "" {
		d.welcome(c, bounces)
	}
	if news && !bounces && d.chance(78) {
		confirmed := d.after(c.joined, 2*time.Minute, 40*time.Hour)
		c.add("news_confirmed", confirmed)
		d.campaigns(c, confirmed)
	}
}

// welcome is what became of the welcome mail. When it bounces an SMS asks for
// the right address, always within 24 hours: what this example is about.
func (d dice) welcome(c *customer, bounces bool) {
	sent := d.after(c.joined, 30*time.Second, 3*time.Minute)
	c.got("welcome_mail", "sent", "email", sent)
	answered := d.after(sent, 5*time.Second, 2*time.Minute)
	if bounces {
		c.got("welcome_mail", "bounced", "email", answered)
		d.asked(c, answered)
		return
	}
	c.got("welcome_mail", "delivered", "email", answered)
	if d.chance(55) {
		opened := d.after(answered, 3*time.Minute, 60*time.Hour)
		c.got("welcome_mail", "opened", "email", opened)
		if d.chance(30) {
			c.got("welcome_mail", "clicked", "email", d.after(opened, 5*time.Second, 4*time.Minute))
		}
	}
}

// asked is the SMS after a bounce, for those who have a telephone. Whoever
// bounced in the last day may still be waiting for it.
func (d dice) asked(c *customer, bounced time.Time) {
	if c.phone == "" {
		return
	}
	at := d.after(bounced, 20*time.Minute, 22*time.Hour)
	c.got("confirm_address_sms", "sent", "sms", at)
	c.got("confirm_address_sms", "delivered", "sms", d.after(at, 2*time.Second, 40*time.Second))
	if d.chance(60) {
		c.add("address_confirmed", d.after(at, 3*time.Minute, 26*time.Hour))
	}
}

// oldFriend joined before the data begins: what they said is on record, and
// most were asked again before it ran out.
func (d dice) oldFriend(c *customer) {
	switch {
	case d.chance(5):
		c.acts = append(c.acts, act{"news", "refuse", "privacidad-2023-01", "in the shop", d.day(begin.AddDate(-1, 0, 0), begin)})
	case d.chance(45) && c.email != "":
		granted := d.day(begin.AddDate(-1, -6, 0), begin.AddDate(0, -1, 0))
		c.acts = append(c.acts, act{"news", "grant", "privacidad-2023-01", "paper form", granted},
			act{"news", "confirm", "", "link clicked", d.after(granted, time.Hour, 48*time.Hour)})
		if d.chance(60) {
			again := d.day(time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
			c.acts = append(c.acts, act{"news", "grant", "privacidad-2025-09", "renewal page", again})
			d.campaigns(c, again)
		}
	}
}

// campaigns are the offers that went to those who had said yes.
func (d dice) campaigns(c *customer, yes time.Time) {
	for _, day := range []time.Time{time.Date(2026, 5, 15, 9, 0, 0, 0, time.UTC), time.Date(2026, 11, 13, 10, 0, 0, 0, time.UTC)} {
		if !yes.Before(day) || d.chance(55) {
			continue
		}
		sent := d.after(day, time.Second, 20*time.Minute)
		touchpoint := d.weighted([]choice{{"discount_mail", 50}, {"shipping_mail", 50}})
		c.got(touchpoint, "sent", "email", sent)
		if !d.chance(38) {
			continue
		}
		opened := d.after(sent, time.Minute, 50*time.Hour)
		c.got(touchpoint, "opened", "email", opened)
		switch {
		case d.chance(5):
			c.got(touchpoint, "unsubscribed", "email", d.after(opened, 10*time.Second, 5*time.Minute))
			return
		case d.chance(1):
			c.got(touchpoint, "complained", "email", d.after(opened, 10*time.Second, 5*time.Minute))
			return
		case d.chance(5):
			c.acts = append(c.acts, act{"news", "withdraw", "", "preference centre", d.after(opened, time.Hour, 90*time.Hour)})
			return
		}
	}
}
