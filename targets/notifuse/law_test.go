package notifuse_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// where the samples' attributes are kept.
var sampled = []string{
	"tier", "custom_string_1", "nick", "custom_string_2", "vip", "custom_string_3", "site", "custom_string_4",
	"nps", "custom_number_1", "balance", "custom_number_2", "birth_date", "custom_datetime_1", "joined", "custom_datetime_2",
}

// world is a random program and people, on a workspace.
type world struct {
	program   *ir.Program
	eval      *eval.World
	people    []*person.Person
	config    targets.Config
	workspace *fake.Workspace
	target    targets.Target
	ids       map[resource.Address]string
}

func randomWorld(t *testing.T, h *house, seed uint64) *world {
	t.Helper()
	src := rand.New(rand.NewPCG(seed, 3))
	o := sample.Options{Without: beyond | sample.Computed}
	w := newWorld(src, o, h.open)
	w.populate(t, src, o)
	return w
}

// newWorld is a random program whose segments the platform can take.
func newWorld(src sample.Source, o sample.Options, open func(fields ...string) (targets.Config, *fake.Workspace)) *world {
	p := sample.Program(src, o)
	for i := range p.Touchpoints {
		hello := map[string]content.Template{"es": {Pieces: []content.Piece{content.Text{Text: "Hola"}}}}
		p.Touchpoints[i].Content, p.Touchpoints[i].Prefer = ir.Content{Subject: hello, Body: hello}, nil
	}
	w := &world{program: p, ids: map[resource.Address]string{}}
	w.config, w.workspace = open(known(p)...)
	w.config.Platform.Config.Blocks = keepBlocks(w.config.Platform.Config.Blocks, p)
	p.Platforms, p.Project.Platforms, p.Segments = []ir.Platform{w.config.Platform}, []string{"platform.sandbox"}, nil
	for i := range 6 {
		p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.r%d", i)}, Where: w.sayable(src, o)})
	}
	p.Project.LeaveOut = notMail(p)
	return w
}

// populate adds the people whom the platform can hold.
func (w *world) populate(t *testing.T, src sample.Source, o sample.Options) {
	t.Helper()
	var err error
	if w.eval, err = eval.New(w.program, nil, sample.Now); err != nil {
		t.Fatal(err)
	}
	for _, someone := range sample.People(src, w.program, o, 60) {
		if w.holds(src, someone) {
			w.people = append(w.people, someone)
		}
	}
}

// known is the part of sampled that a program declares.
func known(p *ir.Program) []string {
	var out []string
	for i := 0; i < len(sampled); i += 2 {
		if _, ok := p.Person.AttributeNamed(sampled[i]); ok {
			out = append(out, sampled[i], sampled[i+1])
		}
	}
	return out
}

// keepBlocks is the blocks about what a program declares.
func keepBlocks(blocks []ir.ConfigBlock, p *ir.Program) []ir.ConfigBlock {
	return slices.DeleteFunc(blocks, func(b ir.ConfigBlock) bool {
		_, tier := p.Person.AttributeNamed("tier")
		_, news := ir.Find(p.Consents, "consent.news")
		return b.Type == "values" && !tier || b.Type == "consent" && !news
	})
}

func notMail(p *ir.Program) []string {
	var out []string
	for _, x := range p.Touchpoints {
		if len(x.Channels) != 1 || x.Channels[0] != "channel.email" {
			out = append(out, x.Address)
		}
	}
	return out
}

// sayable is a random condition that the platform can take.
func (w *world) sayable(src sample.Source, o sample.Options) expr.Expr {
	placed := []string{"consent.news", "consent.partners", "segment.alone"}
	for _, t := range w.program.Touchpoints {
		if len(t.Channels) == 1 && t.Channels[0] == "channel.email" {
			placed = append(placed, t.Address)
		}
	}
	for {
		where := sample.Predicate(src, w.program, o, 2)
		alone := *w.program
		alone.Segments = append([]ir.Segment{{Head: ir.Head{Address: "segment.alone"}, Where: where}}, w.program.Segments...)
		l := notifuse.New().Lower(targets.LowerRequest{Program: &alone, Platform: w.config.Platform, Placed: placed})
		if !slices.ContainsFunc(l.Resources, func(r resource.Resource) bool { return r.Address.Object == "segment.alone" }) {
			panic("the condition was not lowered")
		}
		if _, trivial := where.(expr.Literal); !trivial && !l.Diagnostics.HasErrors() {
			return where
		}
	}
}

// holds tells whether the platform can hold a person, and changes what it may
// so that it can: every order has an amount, every outcome the present address.
func (w *world) holds(src sample.Source, p *person.Person) bool {
	if types.IsNull(p.Get("email")) {
		return false
	}
	for i, e := range p.Events {
		if e.Type == "event.order_placed" && (e.Fields["amount"] == nil || types.IsNull(e.Fields["amount"])) {
			p.Events[i].Fields["amount"] = decimalOf(fmt.Sprint(src.IntN(300)))
		}
	}
	for i := range p.Outcomes {
		p.Outcomes[i].Address, p.Outcomes[i].Channel = "", ""
	}
	for _, c := range w.program.Consents {
		if !slices.Contains(c.Channels, "channel.email") {
			continue
		}
		switch w.eval.Record(c.Address, "channel.email", p).State {
		case eval.Granted:
			objects := w.truth(expr.Suppressed{Channel: "channel.email", Class: string(ir.Marketing)}, p) && !w.truth(expr.Suppressed{Channel: "channel.email", Class: string(ir.Service)}, p)
			if objects {
				return false // a yes and an objection at one instant: a list holds one of them
			}
		case eval.StateUnknown, eval.Withdrawn:
		default:
			return false // a list knows no such state
		}
	}
	return true
}

func decimalOf(s string) types.Value {
	d, err := types.NewDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

// deploy makes everything but journeys.
func (w *world) deploy(t *testing.T) {
	t.Helper()
	w.target = notifuse.Waiting(atOnce)()
	if err := w.target.Configure(t.Context(), w.config); err != nil {
		t.Fatal(err)
	}
	lowered := w.target.Lower(targets.LowerRequest{Program: w.program, Platform: w.config.Platform, Placed: w.program.Placed("platform.sandbox")})
	for _, d := range lowered.Diagnostics {
		if d.Rule.Severity == 0 {
			t.Fatalf("%s: %s %s", d.Rule.Code, d.Mark, d.Detail)
		}
	}
	for _, kind := range []string{"list", "template", "segment"} {
		for _, r := range lowered.Resources {
			if r.Kind == kind {
				w.make(t, r)
			}
		}
	}
}

func (w *world) make(t *testing.T, r resource.Resource) {
	t.Helper()
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		if ref, ok := v.(resource.Ref); ok {
			return resource.String(w.ids[ref.Address])
		}
		return nil
	}).(resource.Map)
	change := targets.Change{Action: targets.Create, Resource: r, Mark: resource.Mark(w.program.Project.Name, "", r.Address), Key: "key " + r.Address.String()}
	err := w.target.Apply(t.Context(), slices.Values([]targets.Change{change}), func(result targets.Result) {
		if result.Err != nil {
			t.Fatalf("%s: %v", r.Address, result.Err)
		}
		w.ids[r.Address] = result.Object.ID
	})
	if err != nil {
		t.Fatal(err)
	}
}

var outcomes = map[person.OutcomeKind]string{
	person.Sent: "insert_message_history", person.Opened: "open_email", person.Clicked: "click_email",
	person.Bounced: "bounce_email", person.Complained: "complain_email", person.Unsubscribed: "unsubscribe_email",
}

// contact puts a person there as the customer's systems would.
func (w *world) contact(p *person.Person) {
	c := w.workspace.Contact(types.Spell(p.Get("email")))
	w.field(c, "external_id", p.Get("customer_id"))
	w.field(c, "phone", p.Get("phone"))
	w.field(c, "timezone", p.Get("zone"))
	w.field(c, "country", p.Get("country"))
	for i := 0; i < len(sampled); i += 2 {
		w.field(c, sampled[i+1], p.Get(sampled[i]))
	}
	for _, e := range p.Events {
		name, at := e.Type[len("event."):], e.At.Time()
		if e.Type == "event.order_placed" {
			name = "orders.created"
			value, _ := e.Fields["amount"].(types.Decimal).Float64()
			c.Goals = append(c.Goals, fake.Goal{Type: "purchase", Value: value, At: at})
		}
		c.Timeline = append(c.Timeline, fake.Entry{Kind: "custom_event." + name, At: at})
	}
	for _, o := range p.Outcomes {
		if kind := outcomes[o.Kind]; kind != "" {
			c.Timeline = append(c.Timeline, fake.Entry{Kind: kind, Template: w.ids[resource.Address{Object: o.Touchpoint, Platform: "sandbox"}], At: o.At.Time()})
		}
	}
	w.consents(c, p)
}

func (w *world) consents(c *fake.Contact, p *person.Person) {
	for _, consent := range w.program.Consents {
		if !slices.Contains(consent.Channels, "channel.email") {
			continue
		}
		r := w.eval.Record(consent.Address, "channel.email", p)
		list := w.ids[resource.Address{Object: consent.Address, Platform: "sandbox"}]
		switch r.State {
		case eval.Granted:
			c.Subscribe(list, "active")
		case eval.Withdrawn:
			c.Subscribe(list, "unsubscribed")
		}
		if consent.Address != "consent.news" {
			continue
		}
		for column, at := range map[string]types.Instant{"custom_datetime_3": r.GrantedAt, "custom_datetime_4": r.ConfirmedAt, "custom_datetime_5": r.ExpiresAt} {
			if at != 0 {
				c.Fields[column] = at.Time()
			}
		}
	}
}

func (w *world) field(c *fake.Contact, column string, v types.Value) {
	switch v := v.(type) {
	case types.Text:
		if v == "gold" && column == "custom_string_1" {
			v = "GOLD"
		}
		c.Fields[column] = string(v)
	case types.Truth:
		c.Fields[column] = fmt.Sprint(bool(v))
	case types.Decimal:
		c.Fields[column], _ = v.Float64()
	case types.Date:
		c.Fields[column] = v.Time()
	case types.Instant:
		c.Fields[column] = v.Time()
	}
}

// Law: who is in a segment on the platform is who the evaluator says is in.
func TestSegmentsAreTheEvaluators(t *testing.T) {
	asked, members := 0, 0
	for seed := range uint64(60) {
		h := newHouse(t)
		w := randomWorld(t, h, seed)
		w.deploy(t)
		for _, p := range w.people {
			w.contact(p)
		}
		for _, s := range w.program.Segments {
			var want []string
			for _, p := range w.people {
				if w.eval.Member(s.Address, p) {
					want = append(want, types.Spell(p.Get("email")))
				}
			}
			slices.Sort(want)
			got := w.workspace.Members(w.ids[resource.Address{Object: s.Address, Platform: "sandbox"}])
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("seed %d, %s: %s (-evaluator +platform):\n%s", seed, s.Address, expr.Print(s.Where), diff)
			}
			asked, members = asked+1, members+len(want)
		}
		w.counts(t)
	}
	if asked < 300 || members < 4*asked {
		t.Errorf("%d segments with %d members in all show little", asked, members)
	}
}

// counts: the platform's own count is the number of members.
func (w *world) counts(t *testing.T) {
	t.Helper()
	var segments []string
	for _, s := range w.program.Segments {
		segments = append(segments, s.Address)
	}
	got, err := w.target.Count(t.Context(), targets.CountRequest{Program: w.program, Platform: w.config.Platform, Segments: segments, Now: sample.Now})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range segments {
		want := targets.CountAnswer{Segment: s, Members: len(w.workspace.Members(w.ids[resource.Address{Object: s, Platform: "sandbox"}]))}
		if diff := cmp.Diff(want, got[i]); diff != "" {
			t.Errorf("count (-want +got):\n%s", diff)
		}
	}
}

// truth tells whether a condition is true of a person.
func (w *world) truth(e expr.Expr, p *person.Person) bool {
	return w.eval.Truth(e, p, eval.Context{}) == expr.True
}
