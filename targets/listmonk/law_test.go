package listmonk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
)

// unsaid is what sampled conditions leave out, since this platform refuses it.
const unsaid = sample.Outcomes | sample.Reaching | sample.Records | sample.Aging | sample.Objects | sample.Spans

func words(text string) content.Template {
	return content.Template{Pieces: []content.Piece{content.Text{Text: text}}}
}

// mailing is a program whose every segment is written to, by a service message.
func mailing(p *ir.Program, f *fake.Fake) *ir.Program {
	block := platform(f)
	block.Config.Blocks = nil
	return onto(p, block)
}

// onto puts a program onto a platform: each segment has a message of its own.
func onto(p *ir.Program, block ir.Platform) *ir.Program {
	block.Config.Blocks = nil
	p.Platforms, p.Project.Platforms = []ir.Platform{block}, []string{block.Address}
	p.Exclusions, p.Touchpoints = nil, nil
	p.Purposes = append(p.Purposes, ir.Purpose{Head: ir.Head{Address: "purpose.law"}, Class: ir.Service, Because: "A test."})
	language := p.Project.Languages[0]
	for _, s := range p.Segments {
		name := ir.Short(s.Address)
		p.Touchpoints = append(p.Touchpoints, ir.Touchpoint{
			Head: ir.Head{Address: "touchpoint." + name}, Purpose: "purpose.law", Channels: []string{"channel.email"},
			Content: ir.Content{Subject: map[string]content.Template{language: words("About " + name)}, Body: map[string]content.Template{language: words("<p>Hi</p>")}},
		})
		p.Journeys = append(p.Journeys, oneOff(name, s.Address, "touchpoint."+name))
	}
	return p
}

// folds is a segment for each aggregate of values, and each of some values that
// it may have: events of one instant decide between them.
func folds() []ir.Segment {
	var out []ir.Segment
	for _, op := range []expr.Op{expr.First, expr.Last, expr.Min, expr.Max, expr.Sum} {
		for i, value := range []string{"0", "19.99", "200"} {
			exact, err := types.NewDecimal(value)
			if err != nil {
				panic(err) // a constant of this file
			}
			all := expr.Aggregate{Op: op, Of: expr.Source{Event: "event.order_placed"}, Field: "amount", Type: types.Money, Window: expr.Ever}
			out = append(out, ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.%s_%d", op, i)},
				Where: expr.Compare{Op: expr.Equal, Left: all, Right: expr.Literal{Value: exact, Type: types.Money}}})
		}
	}
	return out
}

// sayable leaves the journeys whose segments the platform can say. It counts both.
func sayable(p *ir.Program) (kept, refused int) {
	all := p.Journeys
	var said []ir.Journey
	for _, j := range all {
		p.Journeys = []ir.Journey{j}
		if lowered(p, p.Platforms[0]).Diagnostics.HasErrors() && !onlyOthers(p, j.Enter.Who) {
			refused++
			continue
		}
		said = append(said, j)
	}
	p.Journeys = said
	p.Segments = slices.DeleteFunc(p.Segments, func(s ir.Segment) bool {
		return !slices.ContainsFunc(said, func(j ir.Journey) bool { return j.Enter.Who == s.Address }) && !mentioned(p, said, s.Address)
	})
	return len(said), refused
}

// onlyOthers tells whether what is refused is in another segment than this.
func onlyOthers(p *ir.Program, segment string) bool {
	all := p.Segments
	defer func() { p.Segments = all }()
	keep := closure(p, segment)
	p.Segments = slices.DeleteFunc(slices.Clone(all), func(s ir.Segment) bool { return !keep[s.Address] })
	return !lowered(p, p.Platforms[0]).Diagnostics.HasErrors()
}

// closure is a segment and those that it is made of.
func closure(p *ir.Program, segment string) map[string]bool {
	out := map[string]bool{}
	for queue := []string{segment}; len(queue) > 0; queue = queue[1:] {
		s, ok := ir.Find(p.Segments, queue[0])
		if !ok || out[s.Address] {
			continue
		}
		out[s.Address] = true
		expr.Walk(s.Where, func(e expr.Expr) bool {
			if m, is := e.(expr.Member); is {
				queue = append(queue, m.Segment)
			}
			return true
		})
	}
	return out
}

func mentioned(p *ir.Program, said []ir.Journey, segment string) bool {
	return slices.ContainsFunc(said, func(j ir.Journey) bool { return closure(p, j.Enter.Who)[segment] })
}

// Who gets a message that is for a segment is who the reference says is in it,
// for random segments and people.
func TestLawWhoGetsItIsWhoIsIn(t *testing.T) {
	kept, refused, members := 0, 0, 0
	for seed := range uint64(60) {
		src := rand.New(rand.NewPCG(seed, 3))
		f := serve(t)
		p := sample.Program(src, sample.Options{Without: unsaid})
		people := sample.People(src, p, sample.Options{}, 20)
		if seed%20 == 0 {
			p.Segments = append(p.Segments, folds()...)
		}
		mailing(p, f)
		k, r := sayable(p)
		kept, refused = kept+k, refused+r
		for _, someone := range people {
			if s, there := subscriber(someone); there {
				f.AddSubscriber(s, map[int]string{f.Lists()[0].ID: "confirmed"})
			}
		}
		made := lowered(p, p.Platforms[0])
		if made.Diagnostics.HasErrors() {
			t.Fatalf("seed %d: %q", seed, details(made.Diagnostics))
		}
		c := config(f)
		c.Platform = p.Platforms[0]
		ids := deploy(t, c, made.Resources)
		f.Until(launch.Time())
		w, err := eval.New(p, nil, launch)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range p.Journeys {
			want := []string{}
			for _, someone := range people {
				email := types.Spell(someone.Get("email"))
				if email != "" && w.Member(j.Enter.Who, someone) {
					want = append(want, email)
				}
			}
			slices.Sort(want)
			members += len(want)
			if diff := cmp.Diff(want, received(t, f, ids[at(j.Address)])); diff != "" {
				s, _ := ir.Find(p.Segments, j.Enter.Who)
				t.Errorf("seed %d, %s (-want +got):\n%s\n%s", seed, j.Address, diff, expr.Print(s.Where))
			}
		}
	}
	t.Logf("%d segments with %d members, %d refused", kept, members, refused)
	if refused*4 > kept || members < kept {
		t.Errorf("%d segments with %d members, %d refused: too little was asked", kept, members, refused)
	}
}

func at(object string) resource.Address { return resource.Address{Object: object, Platform: "mail"} }

// Nobody gets marketing who may not get it by the rules of consent, under
// random rules, records and people; and of those who said yes nobody who may
// get it is left out. Where the platform says that nobody could, nobody may.
func TestLawNobodyWithoutAYes(t *testing.T) {
	count := tally{}
	for seed := range uint64(130) {
		src := rand.New(rand.NewPCG(seed, 5))
		f := serve(t)
		p := sample.Program(src, sample.Options{Without: unsaid &^ sample.Outcomes})
		people := sample.People(src, p, sample.Options{}, 50)
		if p = offering(p, f); len(p.Consents) == 0 {
			continue
		}
		w, err := eval.New(p, sample.Lists(src, p, sample.Options{}), launch)
		if err != nil {
			t.Fatal(err)
		}
		made := lowered(p, p.Platforms[0])
		empty := len(made.Diagnostics) == 1 && made.Diagnostics[0].Rule.Code == "CAP413"
		if made.Diagnostics.HasErrors() && !empty {
			count.refused++
			continue
		}
		count.kept++
		c := config(f)
		c.Platform = p.Platforms[0]
		ids := deploy(t, c, made.Resources)
		want := enrol(f, w, p, people, &count)
		got := []string{}
		if f.Until(launch.Time()); !empty {
			got = received(t, f, ids[at("journey.law")])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
	t.Logf("%+v", count)
	if count.refused > count.kept || count.allowed < 80 || count.yes-count.allowed < 80 {
		t.Errorf("too little was asked: %+v", count)
	}
}

// tally is what a law was asked about: programs, people who said yes, people
// who may be written to.
type tally struct{ kept, refused, yes, allowed int }

// enrol puts people into listmonk as their records say, and lists whom the
// message should reach.
func enrol(f *fake.Fake, w *eval.World, p *ir.Program, people []*person.Person, count *tally) []string {
	consent, lists := p.Consents[0], f.Lists()
	list := lists[len(lists)-1]
	want := []string{}
	for _, someone := range people {
		s, there := enrolled(w, someone)
		if !there {
			continue
		}
		record := func(fact expr.Fact) any {
			return held(w.Value(expr.Record{Consent: consent.Address, Channel: "channel.email", Fact: fact}, someone, eval.Context{}))
		}
		s.Attribs["since"], s.Attribs["ends"] = record(expr.GrantedAt), record(expr.ExpiresAt)
		on := status(w, someone, consent.Address)
		f.AddSubscriber(s, map[int]string{list.ID: on})
		if on != "confirmed" && (on != "unconfirmed" || list.Optin != "single") {
			continue
		}
		count.yes++
		if w.Truth(expr.Reachable{Purpose: consent.Purpose, Channel: "channel.email"}, someone, eval.Context{}) == expr.True {
			count.allowed++
			want = append(want, s.Email)
		}
	}
	slices.Sort(want)
	return want
}

// enrolled is a person as listmonk has them, on its blocklist where they are
// suppressed. It has one blocklist for all messages, so who objects to marketing
// alone cannot be there.
func enrolled(w *eval.World, someone *person.Person) (fake.Subscriber, bool) {
	s, there := subscriber(someone)
	suppressed := func(class string) bool {
		return w.Truth(expr.Suppressed{Channel: "channel.email", Class: class}, someone, eval.Context{}) == expr.True
	}
	if suppressed("marketing") {
		s.Status = "blocklisted"
	}
	return s, there && suppressed("marketing") == suppressed("service")
}

// offering is a program that sends one marketing message to everybody of its
// first consent.
func offering(p *ir.Program, f *fake.Fake) *ir.Program {
	p.Platforms, p.Project.Platforms = []ir.Platform{platform(f)}, []string{"platform.mail"}
	p.Segments, p.Journeys, p.Touchpoints = nil, nil, nil
	p.Consents = slices.DeleteFunc(p.Consents, func(c ir.Consent) bool { return !slices.Contains(c.Channels, "channel.email") })
	if len(p.Consents) == 0 {
		return p
	}
	p.Consents = p.Consents[:1]
	p.Platforms[0].Config.Blocks = []ir.ConfigBlock{{Type: "consent", Labels: []string{ir.Short(p.Consents[0].Address)}, Config: ir.Config{Settings: []ir.Setting{
		{Name: "granted_at", Value: types.Text("since")}, {Name: "expires_at", Value: types.Text("ends")},
	}}}}
	p.Touchpoints = []ir.Touchpoint{{
		Head: ir.Head{Address: "touchpoint.law"}, Purpose: p.Consents[0].Purpose, Channels: []string{"channel.email"}, Unsubscribe: "one_click",
		Content: ir.Content{Subject: map[string]content.Template{p.Project.Languages[0]: words("Hi")}, Body: map[string]content.Template{p.Project.Languages[0]: words("<p>Hi</p>")}},
	}}
	p.Journeys = []ir.Journey{oneOff("law", "", "touchpoint.law")}
	return p
}
