package suite

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// Offer is a stand-in on which a one-off is sent.
type Offer struct {
	Target targets.Factory
	Env    map[string]string // what the platform block names
	// Platform is the block platform.crm in HCL, with everything that it needs to
	// hold a marketing e-mail.
	Platform string
	Now      time.Time
	Pass     func(to time.Time) // lets time pass on the stand-in
	Sent     func() int         // how many one-offs went out
	// Objects is how many objects the one-off is, without what it shares, of which
	// Letters go out at its instant. Others are objects beside the letters that are
	// made anew with them for another instant.
	Objects, Letters, Others int
	// Edit changes the one-off after it was sent; nil changes the text of its
	// message, which does not do where the message is an object that it only uses.
	Edit func(project string) string
}

const offer = `
project "shop" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["en"]
  platforms = [platform.crm]
}
person {
  key "email" { type = email }
  attribute "country" { type = string }
}
event "signed_up" {}
channel "email" { address = person.email }
purpose "offers" { class = "marketing" }
consent "news" {
  purpose  = purpose.offers
  channels = [channel.email]
  grant "form" { on = event.signed_up }
}
regime "all" {
  applies_when = otherwise
  rule "yes" {
    classes  = ["marketing"]
    channels = [channel.email]
    basis    = "consent"
  }
}
segment "spain" { where = person.country == "ES" }
touchpoint "sale" {
  purpose     = purpose.offers
  channels    = [channel.email]
  unsubscribe = "one_click"
  content {
    subject = "Sale"
    body    = "<p>TEXT</p>"
  }
}
`

const sale = `
journey "sale" {
  enter {
    at  = "INSTANT"
    who = segment.spain
  }
  on_change = "stop"
  send "offer" { touchpoint = touchpoint.sale }
}
`

// shop is a project on the stand-in.
type shop struct {
	t   testing.TB
	dir string
	of  Offer
	now time.Time

	subject string                      // for SUBJECT
	edit    func(project string) string // what was edited since the one-off was sent
}

func (s *shop) write(text, instant string) {
	s.t.Helper()
	hcl := strings.Replace(offer, "TEXT", text, 1) + strings.Replace(s.of.Platform, "SUBJECT", "Hello"+s.subject, 1)
	if instant != "" {
		hcl += strings.Replace(sale, "INSTANT", instant, 1)
	}
	if s.edit != nil {
		hcl = s.edit(hcl)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "shop.hcl"), []byte(hcl), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// plan is what is planned, and with apply also done.
func (s *shop) plan(apply bool) (*plan.Plan, diag.List) {
	s.t.Helper()
	o := run.Options{Dir: s.dir, Now: s.now, Tool: "test", Targets: []targets.Factory{s.of.Target},
		LookupEnv: func(name string) (string, bool) { v, ok := s.of.Env[name]; return v, ok }}
	loaded, err := run.Load(o)
	if err != nil || loaded.Diagnostics.HasErrors() {
		s.t.Fatalf("%v %+v", err, loaded.Diagnostics)
	}
	line, err := run.Open(s.t.Context(), loaded, o)
	if err != nil {
		s.t.Fatal(err)
	}
	defer line.Close()
	p, diags, err := line.Plan(s.t.Context())
	if err != nil || diags.HasErrors() || !apply {
		if err != nil {
			s.t.Fatal(err)
		}
		return p, diags
	}
	summary, err := line.Apply(context.Background(), p, run.ApplyOptions{By: state.Holder{Who: "a test", PID: os.Getpid()}})
	if err != nil || !summary.Complete() {
		s.t.Fatalf("%+v %v", summary, err)
	}
	return p, diags
}

// apply carries a plan out that must have no error.
func (s *shop) apply() *plan.Plan {
	s.t.Helper()
	p, diags := s.plan(true)
	if diags.HasErrors() {
		s.t.Fatalf("%+v", diags)
	}
	return p
}

// actions counts what a plan does to the one-off.
func actions(p *plan.Plan) map[plan.Action]int {
	out := map[plan.Action]int{}
	for _, c := range p.Changes {
		if c.Address.Object == "journey.sale" {
			out[c.Action]++
		}
	}
	return out
}

// Sent tells the life of a one-off: it is scheduled, goes out, and is history
// then. Editing its message fails no later apply, and the plan says that it has no
// effect on what was sent; another instant sends anew; taking it out removes it;
// and an instant that has passed is an error of the plan, at its line.
func Sent(t *testing.T, of Offer) {
	s := &shop{t: t, dir: t.TempDir(), of: of, now: of.Now}
	s.write("Everything", "2026-12-24T09:00:00+01:00")
	expect := func(what string, p *plan.Plan, want map[plan.Action]int) {
		t.Helper()
		if diff := cmp.Diff(want, actions(p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	expect("at first", s.apply(), map[plan.Action]int{plan.Create: of.Objects, plan.SwitchOn: of.Letters})
	p, _ := s.plan(false)
	expect("nothing was edited", p, map[plan.Action]int{})
	s.now = time.Date(2026, 12, 25, 9, 0, 0, 0, time.UTC)
	of.Pass(s.now)
	if of.Sent() != 1 {
		t.Fatalf("%d one-offs were sent", of.Sent())
	}
	s.edit = of.Edit
	s.stays()
	s.write("Everything must go", "2026-12-31T09:00:00+01:00")
	p = s.apply()
	expect("another instant", p, map[plan.Action]int{plan.Replace: of.Letters + of.Others, plan.SwitchOn: of.Letters})
	s.told(p, "is made anew on platform.crm: ", "goes to everybody anew")
	s.now = time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)
	of.Pass(s.now)
	if of.Sent() != 2 {
		t.Errorf("%d one-offs were sent, after another instant", of.Sent())
	}
	s.write("Everything must go", "")
	p = s.apply()
	expect("it was taken out", p, map[plan.Action]int{plan.Delete: of.Objects})
	s.told(p, "was sent on platform.crm already", "takes nothing back")
	s.late()
}

// stays edits the message of what was sent.
func (s *shop) stays() {
	s.t.Helper()
	s.write("Everything must go", "2026-12-24T09:00:00+01:00")
	for _, when := range []string{"after an edit", "after the next apply"} {
		p := s.apply()
		if diff := cmp.Diff(map[plan.Action]int{}, actions(p)); diff != "" {
			s.t.Errorf("%s (-want +got):\n%s", when, diff)
		}
		s.told(p, "stays as it is on platform.crm: ", "what was sent is not edited")
	}
	if s.of.Sent() != 1 {
		s.t.Errorf("%d one-offs were sent, after an edit", s.of.Sent())
	}
}

// told expects a plan to say something of each letter that was sent.
func (s *shop) told(p *plan.Plan, words ...string) {
	s.t.Helper()
	told := 0
	for _, f := range p.Findings {
		if f.Object == "journey.sale" && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(f.Text, w) }) {
			told++
		}
	}
	if told != s.of.Letters {
		s.t.Errorf("%q is told %d times: %+v", words, told, p.Findings)
	}
}

// late asks for an instant that has passed.
func (s *shop) late() {
	s.t.Helper()
	s.write("Too late", "2026-12-24T09:00:00+01:00")
	_, found := s.plan(false)
	if len(found) == 0 {
		s.t.Fatal("an instant that has passed is planned")
	}
	for _, d := range found {
		if d.Rule.Severity == diag.Error && (d.Rule.Code != "MAP131" || d.At.File != "shop.hcl" || !strings.Contains(d.Mark, "24 Dec 2026 09:00 CET has passed")) {
			s.t.Errorf("%+v", d)
		}
	}
}
