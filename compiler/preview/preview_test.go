package preview_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/preview"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// draws lets the property-testing library be the chance of a sample.
type draws struct{ t *rapid.T }

func (d draws) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

// What a message takes at least is what it takes of whoever gets it, or less.
func TestLawSizeIsALowerBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sample.Program(draws{t}, sample.Options{Messages: true})
		w, err := eval.New(p, nil, sample.Now)
		if err != nil {
			t.Fatal(err)
		}
		for _, touchpoint := range p.Touchpoints {
			for _, someone := range sample.People(draws{t}, p, sample.Options{}, 2) {
				least := preview.Size(p, touchpoint, p.Project.Languages[0])
				got := preview.Render(p, touchpoint, "channel.sms", p.Project.Languages[0], preview.Subject{World: w, Person: someone}).SMS
				if got.Parts < least.Parts || !least.AtLeast && got.Units != least.Units {
					t.Fatalf("at least %+v, for somebody %+v", least, *got)
				}
			}
		}
	})
}

func shop() *ir.Program {
	name := expr.Attribute{Path: []string{"name"}, Type: types.String}
	friend := expr.Literal{Value: types.Text("amigo"), Type: types.String}
	text := func(pieces ...content.Piece) map[string]content.Template {
		return map[string]content.Template{"es": {Pieces: pieces}}
	}
	words := func(s string) content.Piece { return content.Text{Text: s} }
	slot := func(e expr.Expr, place content.Escape) content.Piece { return content.Slot{Value: e, Escape: place} }
	return &ir.Program{
		Project: ir.Project{Name: "shop", Timezone: "UTC", Languages: []string{"es"}},
		Person: ir.Person{Keys: []ir.Key{{Name: "id", Type: types.String}, {Name: "email", Type: types.Email}}, Attributes: []ir.Attribute{
			{Name: "name", Type: types.String}, {Name: "note", Type: types.String, Sensitivity: "special"}}},
		Events: []ir.Event{{Head: ir.Head{Address: "event.late"}, Fields: []ir.Field{{Name: "day", Type: types.DateType}}}},
		Links: []ir.Link{{Head: ir.Head{Address: "link.shop"}, URL: content.Template{Pieces: []content.Piece{
			words("https://shop.example/?n="), slot(name, content.InURL), words("&x=1")}}}},
		Parts: []ir.Part{{Head: ir.Head{Address: "part.foot"}, Body: text(words("<p>Fin</p>"))}},
		Touchpoints: []ir.Touchpoint{{
			Head: ir.Head{Address: "touchpoint.hello"}, About: "event.late", Channels: []string{"channel.email", "channel.sms"},
			Content: ir.Content{
				Subject: text(words("Hola, "), slot(expr.Coalesce{Terms: []expr.Expr{name, friend}}, content.Plain)),
				Body: text(words("<p>"), slot(expr.Coalesce{Terms: []expr.Expr{name, friend}}, content.HTML), words(`</p><a href="`),
					content.LinkSlot{Link: "link.shop", Escape: content.Attribute}, words(`">x</a>`), content.PartSlot{Part: "part.foot"}),
				Text: text(slot(expr.Field{Of: expr.Entry, Path: []string{"day"}, Type: types.DateType}, content.Plain), words(" "),
					slot(expr.Attribute{Path: []string{"email"}, Type: types.Email}, content.Plain), words(" "),
					slot(expr.Attribute{Path: []string{"note"}, Type: types.String}, content.Plain), words(" "), content.LinkSlot{Link: "link.shop", Escape: content.Plain}),
			},
		}},
	}
}

func TestRender(t *testing.T) {
	p := shop()
	w, err := eval.New(p, nil, sample.Now)
	if err != nil {
		t.Fatal(err)
	}
	ana := &person.Person{ID: "c-1", Attributes: map[string]types.Value{
		"name": types.Text("Ana & <Eva>"), "email": types.Text("ana@example.test"), "note": types.Text("asthma")}}
	late := &person.Event{Type: "event.late", Fields: map[string]types.Value{"day": types.Date(20000)}}
	cases := []struct {
		name, channel string
		subject       preview.Subject
		want          preview.Message
	}{
		{"values are escaped by their place, twice where a link stands in an attribute", "channel.email", preview.Subject{World: w, Person: ana}, preview.Message{
			Channel: "channel.email", Language: "es", Subject: "Hola, Ana & <Eva>",
			Body:  `<p>Ana &amp; &lt;Eva&gt;</p><a href="https://shop.example/?n=Ana%20%26%20%3CEva%3E&amp;x=1">x</a><p>Fin</p>`,
			Links: []preview.Link{{Link: "link.shop", URL: "https://shop.example/?n=Ana%20%26%20%3CEva%3E&x=1"}},
		}},
		{"for nobody: names, and what is said instead", "channel.email", preview.Subject{}, preview.Message{
			Channel: "channel.email", Language: "es", Subject: "Hola, {name: amigo}",
			Body:  `<p>{name: amigo}</p><a href="https://shop.example/?n=%7Bname%7D&amp;x=1">x</a><p>Fin</p>`,
			Links: []preview.Link{{Link: "link.shop", URL: "https://shop.example/?n=%7Bname%7D&x=1"}},
			Open:  []string{"{name: amigo}", "{name}"},
		}},
		{"an address is masked, what is special not shown", "channel.sms", preview.Subject{World: w, Person: ana, Entry: late}, preview.Message{
			Channel: "channel.sms", Language: "es", Text: "2024-10-04 a***@example.test {note} {link}",
			SMS:   &preview.SMS{Encoding: content.GSM7, Units: 10 + 1 + 16 + 2 + 23, Parts: 1, Room: 160, Links: 1, AtLeast: true},
			Links: []preview.Link{{Link: "link.shop", URL: "https://shop.example/?n=Ana%20%26%20%3CEva%3E&x=1"}},
			Open:  []string{"{note}"},
		}},
		{"what never happened", "channel.sms", preview.Subject{World: w, Person: ana}, preview.Message{
			Channel: "channel.sms", Language: "es", Text: "{entry.day} a***@example.test {note} {link}",
			SMS:   &preview.SMS{Encoding: content.GSM7, Units: 1 + 16 + 2 + 23, Parts: 1, Room: 160, Links: 1, AtLeast: true},
			Links: []preview.Link{{Link: "link.shop", URL: "https://shop.example/?n=Ana%20%26%20%3CEva%3E&x=1"}},
			Open:  []string{"{entry.day}", "{note}"},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, preview.Render(p, p.Touchpoints[0], c.channel, "es", c.subject)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
