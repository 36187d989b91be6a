package fake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	html "html/template"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/shopspring/decimal"

	stand "github.com/trayecto/trayecto/targets/fake"
)

// functions is what templates may call: those of listmonk, and of Sprig those
// that are used here, as Sprig documents them.
func (f *Fake) functions() html.FuncMap {
	return html.FuncMap{
		"fail":       func(why string) (string, error) { return "", errors.New(why) },
		"now":        func() time.Time { return f.now },
		"kindIs":     func(kind string, v any) bool { return reflect.ValueOf(v).Kind().String() == kind },
		"mustToDate": func(layout, text string) (time.Time, error) { return time.ParseInLocation(layout, text, time.UTC) },
		"addf":       addf, "add": add, "lower": strings.ToLower,
		"contains":  func(part, in string) bool { return strings.Contains(in, part) },
		"hasPrefix": func(part, in string) bool { return strings.HasPrefix(in, part) },
		"has": func(needle any, in []any) bool {
			return slices.ContainsFunc(in, func(x any) bool { return reflect.DeepEqual(x, needle) })
		},
		"list":     func(items ...any) []any { return items },
		"toString": toString, "toJson": toJSON,
		"Safe":           func(text string) html.HTML { return html.HTML(text) },
		"UnsubscribeURL": func(any) string { return f.root + "/subscription/campaign/person" },
	}
}

func addf(items ...any) (float64, error) {
	total := decimal.Zero
	for _, item := range items {
		v := reflect.ValueOf(item)
		switch {
		case v.CanFloat():
			total = total.Add(decimal.NewFromFloat(v.Float()))
		case v.CanInt():
			total = total.Add(decimal.NewFromInt(v.Int()))
		default: // Sprig takes what is no number for 0
		}
	}
	return total.InexactFloat64(), nil
}

func add(items ...any) int64 {
	total := int64(0)
	for _, item := range items {
		if v := reflect.ValueOf(item); v.CanInt() {
			total += v.Int()
		}
	}
	return total
}

func toString(v any) string { return fmt.Sprint(v) }

func toJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}

// shorthand is how listmonk lets people write calls without the dot.
var shorthand = regexp.MustCompile(`{{\s*(TrackView|UnsubscribeURL|ManageURL|OptinURL|MessageURL)\s*}}`)

func full(text string) string { return shorthand.ReplaceAllString(text, "{{ $1 . }}") }

// parses tells what is wrong with templates, before anybody is rendered.
func parses(subject, body string) error {
	functions := (&Fake{}).functions()
	if _, err := template.New("subject").Funcs(template.FuncMap(functions)).Parse(full(subject)); err != nil {
		return err
	}
	_, err := html.New("content").Funcs(functions).Parse(full(body))
	return err
}

// message is what the templates of a campaign see.
type message struct {
	Subscriber Subscriber
	Campaign   *Campaign
	Tx         map[string]any
}

// send sends a campaign to whoever may get it.
func (f *Fake) send(c *Campaign) {
	at := f.now
	c.Started, c.Status, c.Sent, c.ToSend = &at, "running", 0, 0
	frame := `{{ template "content" . }}`
	for _, t := range f.templates {
		if c.Template != nil && t.ID == *c.Template && c.ContentType != "visual" {
			frame = t.Body
		}
	}
	for _, s := range f.subscribers {
		if !f.gets(c, s) {
			continue
		}
		c.ToSend++
		mail, err := f.render(c, frame, s)
		if err != nil {
			continue // listmonk writes it to its log and goes on
		}
		c.Sent++
		f.outbox = append(f.outbox, mail)
	}
	c.Status = "finished"
}

// gets tells whether a subscriber is among whom a campaign is for: on one of
// its lists, as the list asks for it, and not on the blocklist. Who is disabled
// gets mail all the same.
func (f *Fake) gets(c *Campaign, s Subscriber) bool {
	if s.Status == "blocklisted" {
		return false
	}
	return slices.ContainsFunc(f.subscriptions, func(on Subscription) bool {
		l := slices.IndexFunc(f.lists, func(l List) bool { return l.ID == on.List })
		of := slices.ContainsFunc(c.Lists, func(l CampaignList) bool { return l.ID != nil && *l.ID == on.List })
		if on.Subscriber != s.ID || !of || l < 0 {
			return false
		}
		if f.lists[l].Optin == "double" {
			return on.Status == "confirmed"
		}
		return on.Status != "unsubscribed"
	})
}

func (f *Fake) render(c *Campaign, frame string, s Subscriber) (Mail, error) {
	m := message{Subscriber: s, Campaign: c}
	mail := Mail{Campaign: c.ID, To: s.Email}
	var err error
	if mail.Subject, err = f.subject(c.Subject, m); err != nil {
		return mail, err
	}
	if mail.Body, err = f.whole(frame, c.Body, m); err != nil {
		return mail, err
	}
	if c.Alt != nil {
		mail.Alt, err = f.whole(`{{ template "content" . }}`, *c.Alt, m)
	}
	return mail, err
}

func (f *Fake) subject(text string, m any) (string, error) {
	t, err := template.New("subject").Funcs(template.FuncMap(f.functions())).Parse(full(text))
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.Execute(&b, m)
	return b.String(), err
}

func (f *Fake) whole(frame, content string, m any) (string, error) {
	t, err := html.New("base").Funcs(f.functions()).Parse(full(frame))
	if err != nil {
		return "", err
	}
	if _, err := t.New("content").Parse(full(content)); err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.ExecuteTemplate(&b, "base", m)
	return b.String(), err
}

// postTx sends a transactional message: to anybody, whatever they said.
func (f *Fake) postTx(r *stand.Request) stand.Reply {
	var tx struct {
		Email    string         `json:"subscriber_email"`
		Template int            `json:"template_id"`
		Data     map[string]any `json:"data"`
	}
	if err := r.Decode(&tx); err != nil {
		return f.refuse(http.StatusBadRequest, "%v", err)
	}
	t := slices.IndexFunc(f.templates, func(t Template) bool { return t.ID == tx.Template && t.Type == "tx" })
	s := slices.IndexFunc(f.subscribers, func(s Subscriber) bool { return s.Email == tx.Email })
	if t < 0 || s < 0 {
		return f.refuse(http.StatusBadRequest, "not found")
	}
	m := message{Subscriber: f.subscribers[s], Tx: map[string]any{"Data": tx.Data}}
	body, err := f.whole(f.templates[t].Body, "", m)
	if err != nil {
		return f.refuse(http.StatusBadRequest, "Error rendering message: %v", err)
	}
	subject, err := f.subject(f.templates[t].Subject, m)
	if err != nil {
		return f.refuse(http.StatusBadRequest, "Error rendering message: %v", err)
	}
	f.outbox = append(f.outbox, Mail{To: tx.Email, Subject: subject, Body: body})
	return data(true)
}
