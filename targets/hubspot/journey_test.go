package hubspot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/hubspot/fake"
)

// played is a random program on the stand-in, with its workflows switched on.
type played struct {
	*world
	ids     map[resource.Address]string
	machine *eval.Machine
}

// play makes everything that a program has; false where HubSpot refuses it.
func play(t *testing.T, src *rand.Rand, backwards bool) (*played, bool) {
	t.Helper()
	program := wild(src)
	w := &played{world: newWorld(t, program, nil), ids: map[resource.Address]string{}}
	w.Owners = []fake.Owner{{ID: "5", Email: "ana@team.example.test", User: 55}}
	w.Zone, w.Backwards = program.Project.Timezone, backwards
	w.block.Config.Settings = append(w.block.Config.Settings, text("service", "Account"))
	w.AddSubscription("Account")
	program.Platforms, program.Project.Platforms = []ir.Platform{w.block}, []string{"platform.crm"}
	l := w.target.Lower(targets.LowerRequest{Program: program, Platform: w.block, Placed: program.Placed("platform.crm")})
	if l.Diagnostics.HasErrors() {
		for _, d := range l.Diagnostics {
			if d.Detail == "" || d.Mark == "" {
				t.Errorf("it says too little: %+v", d)
			}
		}
		return nil, false
	}
	live := w.build(t, l.Resources)
	e := w.target.Explain(program, w.block)
	e.WindowGrain, e.DetectionDelay, e.Staleness = types.Span{}, types.Span{}, types.Span{} // nothing here is about windows, and the stand-in notices at once
	var err error
	if w.machine, err = eval.NewMachine(program, eval.Terms{Enforcement: &e}); err != nil {
		t.Fatal(err)
	}
	w.people, w.Contacts = nil, nil
	for n := range 5 {
		w.somebody(src, n)
	}
	w.Settle()
	for _, c := range live {
		if _, failed := carry(t, w.target, c); failed != nil {
			t.Fatal(failed)
		}
	}
	return w, true
}

// build makes objects, each after those that it refers to, and is what is then to
// be switched on.
func (w *played) build(t *testing.T, waiting []resource.Resource) (live []targets.Change) {
	t.Helper()
	for len(waiting) > 0 {
		var later []resource.Resource
		for _, r := range waiting {
			if slices.ContainsFunc(resource.Refs(r.Attributes), func(ref resource.Ref) bool { return w.ids[ref.Address] == "" }) {
				later = append(later, r)
				continue
			}
			o := w.put(t, r)
			if w.ids[r.Address] = o.ID; r.Switch == resource.On {
				live = append(live, targets.Change{Action: targets.SwitchOn, Key: "on", Prior: o, Resource: r})
			}
		}
		if len(later) == len(waiting) {
			t.Fatalf("objects wait for each other: %v", later)
		}
		waiting = later
	}
	return live
}

// put makes one object with what it refers to filled in.
func (w *played) put(t *testing.T, r resource.Resource) *resource.Object {
	t.Helper()
	if r.Kind == "subscription" { // made by hand
		return &resource.Object{ID: w.Subscriptions[slices.IndexFunc(w.Subscriptions, func(s fake.Named) bool { return s.Name == r.Key })].ID}
	}
	looks := resource.Lookups(r.Attributes)
	answers, err := w.target.Lookup(t.Context(), looks)
	if err != nil {
		t.Fatal(err)
	}
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		if ref, ok := v.(resource.Ref); ok {
			return resource.String(w.ids[ref.Address])
		}
		if at := slices.IndexFunc(looks, func(l resource.Lookup) bool { return l == v }); at >= 0 {
			if !answers[at].Found {
				t.Errorf("%s: the account has no %s %q", r.Address, looks[at].Kind, looks[at].Key)
			}
			return resource.String(answers[at].ID)
		}
		return nil
	}).(resource.Map)
	o, failed := carry(t, w.target, targets.Change{Action: targets.Create, Resource: r, Key: r.Address.String()})
	if failed != nil {
		t.Fatalf("%s: %v\n%v", r.Address, failed, r.Attributes)
	}
	if diff := cmp.Diff(r.Attributes, o.Attributes); diff != "" {
		t.Errorf("%s reads back as something else (-want +got):\n%s", r.Address, diff)
	}
	return o
}

func (w *played) somebody(src *rand.Rand, n int) {
	p := &person.Person{ID: fmt.Sprintf("p%d", n), Attributes: map[string]types.Value{"email": types.Text(fmt.Sprintf("p%d@example.test", n))}}
	c := &fake.Contact{ID: p.ID, Properties: map[string]any{"hs_object_id": p.ID, "email": fmt.Sprintf("p%d@example.test", n)}, Lists: map[string]bool{}, Subscriptions: map[string]string{}}
	set := func(name, value string) { p.Attributes[name], c.Properties[name] = types.Text(value), value }
	set("country", one(src, countries.Values))
	set("tier", one(src, tiers.Values))
	set("phone", fmt.Sprintf("+346000%05d", n))
	born := time.Date(1980+src.IntN(20), sample.Now.Time().Month(), sample.Now.Time().Day()+src.IntN(25), 0, 0, 0, 0, time.UTC)
	p.Attributes["birth_date"], c.Properties["birth_date"] = types.NewDate(born), born
	w.people, w.Contacts = append(w.people, p), append(w.Contacts, c)
}

// emails are the ids of the e-mails of a touchpoint.
func (w *played) emails(touchpoint string) []string {
	var out []string
	for _, j := range w.program.Journeys {
		if send, ok := j.Steps[0].(ir.Send); ok && j.Enter.Moment == "" && send.Touchpoint == touchpoint {
			out = append(out, w.ids[resource.Address{Object: j.Address, Platform: "crm", Role: "en"}])
		}
	}
	return append(out, w.ids[resource.Address{Object: touchpoint, Platform: "crm", Role: "en"}])
}

// lived is what one person was sent: by the stand-in, and by the interpreter.
type lived struct{ want, got []string }

func (w *played) live(t *testing.T, src *rand.Rand, n int) lived {
	t.Helper()
	p, c := w.people[n], w.Contacts[n]
	way := src.IntN(3)
	w.Draw = func(int) int { return way }
	life := w.machine.With(w.chance(way)).Begin(p, sample.Now)
	everybody := w.Contacts
	w.Now, w.Sent, w.Contacts = sample.Now.Time(), nil, []*fake.Contact{c} // each lives the same weeks, alone
	defer func() { w.Contacts = everybody }()
	for _, e := range w.Emails {
		if e.Body["type"] == "BATCH_EMAIL" {
			e.Body["state"] = "SCHEDULED"
		}
	}
	at := sample.Now.Time()
	for range 40 {
		at = at.Add(time.Duration(1+src.IntN(30*60)) * time.Minute).Truncate(time.Minute).Add(time.Duration(1+src.IntN(50)) * time.Second)
		if err := life.Advance(types.NewInstant(at)); err != nil {
			t.Fatal(err)
		}
		w.Advance(at)
		w.happens(t, src, life, c, at)
	}
	end := at.AddDate(0, 1, 0)
	if err := life.Advance(types.NewInstant(end)); err != nil {
		t.Fatal(err)
	}
	w.Advance(end)
	return w.messages(life, p.ID)
}

// chance has every split part people the same way.
func (w *played) chance(way int) eval.Chance {
	chance := eval.Chance{Ways: map[string]string{}}
	for _, j := range w.program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			if split, ok := s.(ir.Split); ok {
				chance.Ways[ir.StepAddress(j.Address, split.Name)] = split.Variants[way].Name
			}
		})
	}
	return chance
}

// messages are what one person was sent.
func (w *played) messages(life *eval.Life, id string) lived {
	var out lived
	for _, note := range life.Trace() {
		if sent, ok := note.(eval.Sent); ok {
			out.want = append(out.want, sent.Touchpoint+" "+sent.At.Time().Format(time.RFC3339))
		}
	}
	for _, s := range w.Sent {
		if s.Contact != id {
			continue
		}
		for _, touchpoint := range w.program.Touchpoints {
			if slices.Contains(w.emails(touchpoint.Address), s.Email) {
				out.got = append(out.got, touchpoint.Address+" "+s.At.UTC().Format(time.RFC3339))
			}
		}
	}
	slices.Sort(out.want)
	slices.Sort(out.got)
	return out
}

// happens lets something happen to a person, on both sides.
func (w *played) happens(t *testing.T, src *rand.Rand, life *eval.Life, c *fake.Contact, at time.Time) {
	t.Helper()
	now := types.NewInstant(at)
	let := func(h eval.Happening) {
		if err := life.Let(h); err != nil {
			t.Fatal(err)
		}
	}
	switch src.IntN(8) {
	case 0:
		name, value := "tier", one(src, tiers.Values)
		if src.IntN(3) == 0 {
			name, value = "country", one(src, countries.Values)
		}
		let(eval.Learn{At: now, Attributes: map[string]types.Value{name: types.Text(value)}})
		w.Learn(c, name, value)
	case 1:
		w.says(src, let, c, at)
	case 2, 3:
		w.reacts(t, src, life, c, now)
	default:
		e := one(src, w.program.Events)
		fields, properties := map[string]types.Value{}, map[string]any{}
		if e.Address == "event.order_placed" {
			amount := fmt.Sprint(src.IntN(100))
			fields["amount"], properties["amount"] = number(amount), fake.Number(amount)
		}
		let(eval.Event{Type: e.Address, At: now, Fields: fields})
		id := w.Events[slices.IndexFunc(w.Events, func(n fake.Named) bool { return n.Name == name(e.Address) })].ID
		w.Happen(c, fake.Event{Type: id, Properties: properties})
	}
}

// says has a person say yes or no to something.
func (w *played) says(src *rand.Rand, let func(eval.Happening), c *fake.Contact, at time.Time) {
	now := types.NewInstant(at)
	consent := one(src, w.program.Consents).Address
	id := w.Subscriptions[slices.IndexFunc(w.Subscriptions, func(s fake.Named) bool { return s.Name == name(consent) })].ID
	act, state := person.Grant, "OPT_IN"
	if src.IntN(4) == 0 {
		act, state = person.Withdraw, "OPT_OUT"
	}
	let(eval.Act{Consent: consent, Channel: "channel.email", Kind: act, At: now})
	if act == person.Grant {
		c.Properties[name(consent)+"_granted_at"] = at
		if c.Subscriptions[id] != state { // a yes that comes again stays confirmed
			delete(c.Properties, name(consent)+"_confirmed_at")
		}
	}
	c.Subscriptions[id] = state
	if act == person.Grant && src.IntN(2) == 0 {
		let(eval.Act{Consent: consent, Channel: "channel.email", Kind: person.Confirm, At: now})
		c.Properties[name(consent)+"_confirmed_at"] = at
	}
	w.Settle()
}

// reacts has a person open or click the message that they got last, or it bounce.
func (w *played) reacts(t *testing.T, src *rand.Rand, life *eval.Life, c *fake.Contact, now types.Instant) {
	t.Helper()
	if len(w.Sent) == 0 {
		return
	}
	last := w.Sent[len(w.Sent)-1-src.IntN(min(2, len(w.Sent)))]
	kind, said := person.Opened, "OPENED"
	switch src.IntN(12) {
	case 0:
		kind, said = person.Bounced, "BOUNCED"
	case 1, 2, 3:
		kind, said = person.Clicked, "LINK_CLICKED"
	}
	for _, touchpoint := range w.program.Touchpoints {
		if last.Contact != c.ID || !slices.Contains(w.emails(touchpoint.Address), last.Email) {
			continue
		}
		if err := life.Let(eval.Outcome{Touchpoint: touchpoint.Address, Channel: "channel.email", Kind: kind, At: now}); err != nil {
			t.Fatal(err)
		}
		if kind == person.Bounced {
			c.Properties["hs_email_hard_bounce_reason_enum"] = "UNKNOWN_USER"
		}
		w.Became(c, last.Email, said)
	}
}

// Law: who is sent what, and when, on the stand-in is what the interpreter says
// with what Explain says is asked; whichever of two workflows HubSpot lets go
// first. Most random journeys can be held, and among them there is each step and
// each way to begin.
func TestJourneysAreTheInterpreters(t *testing.T) {
	t.Parallel()
	held, sent, lives := 0, 0, 0
	seen := map[string]int{}
	const programs = 40
	for seed := range uint64(programs) {
		src := rand.New(rand.NewPCG(seed, 11))
		w, ok := play(t, src, seed%2 == 1)
		if !ok {
			continue
		}
		held++
		w.counts(seen)
		for n := range w.people {
			l := w.live(t, src, n)
			lives++
			sent += len(l.want)
			if diff := cmp.Diff(l.want, l.got); diff != "" {
				t.Fatalf("seed %d, %s (-want +got):\n%s\n%s", seed, w.people[n].ID, diff, strings.Join(told(w.program), "\n"))
			}
		}
	}
	t.Logf("%d of %d programs held, %d lives, %d messages: %v", held, programs, lives, sent, seen)
	if 3*held < 2*programs || sent < 5*held {
		t.Errorf("too little was asked: %d of %d programs held, %d messages in %d lives", held, programs, sent, lives)
	}
	for _, what := range []string{"ir.Send", "ir.Do", "ir.Wait", "until", "ir.Choose", "ir.Split", "ir.OnEvent", "ir.OnOutcome", "ir.Absence", "ir.OnDate", "ir.Enters", "ir.Leaves", "instant",
		"after", "heard", "ends", "migrate"} {
		if seen[what] == 0 {
			t.Errorf("none of the programs that were held has %s", what)
		}
	}
}

// counts says what a program has.
func (w *played) counts(seen map[string]int) {
	for _, j := range w.program.Journeys {
		moment, _ := ir.Find(w.program.Moments, j.Enter.Moment)
		seen[j.OnChange]++
		if seen[fmt.Sprintf("%T", moment.Detect)]++; j.Enter.Moment == "" {
			seen["instant"]++
		}
		ir.Walk(j.Steps, func(s ir.Step) {
			seen[fmt.Sprintf("%T", s)]++
			if wait, ok := s.(ir.Wait); ok && wait.Until != nil {
				seen["until"]++
			}
		})
	}
	for address := range w.ids {
		kind, _, _ := strings.Cut(address.Role, "_")
		seen[kind]++
	}
}
