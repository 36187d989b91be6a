package run

import (
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/preview"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Preview is a touchpoint as it would look.
type Preview struct {
	Version    int               `json:"format_version"` // 1
	Touchpoint string            `json:"touchpoint"`
	Person     string            `json:"person,omitempty"`
	To         map[string]string `json:"to,omitempty"` // masked addresses by channel
	Timezone   string            `json:"timezone,omitempty"`
	// About is the event that the message speaks of, At when it last happened to
	// the person; nil where it did not or nobody is asked about.
	About    string            `json:"about,omitempty"`
	At       *time.Time        `json:"at,omitempty"`
	Messages []preview.Message `json:"messages"`
}

// Preview renders a touchpoint in some languages for nobody in particular.
func (l *Loaded) Preview(t ir.Touchpoint, languages []string) Preview {
	out := Preview{Version: 1, Touchpoint: t.Address, About: t.About}
	out.render(l.Program, t, t.Channels, languages, preview.Subject{})
	return out
}

// Preview renders a touchpoint for a person in some languages; with none, in
// the person's own.
func (p *Past) Preview(t ir.Touchpoint, someone *person.Person, languages []string) Preview {
	out := Preview{Version: 1, Touchpoint: t.Address, Person: p.name(someone), Timezone: p.Program.Project.Timezone, About: t.About, To: map[string]string{}}
	x := explain.New(p.World, someone)
	for _, way := range x.Message(t).Channels {
		out.To[way.Channel] = way.To
	}
	s := preview.Subject{World: p.World, Person: someone}
	if t.About != "" {
		if list := p.World.Happened(expr.Source{Event: t.About}, expr.Ever, someone); len(list) > 0 {
			last := list[len(list)-1]
			at := last.At.Time()
			s.Entry, out.At = &last, &at
		}
	}
	if len(languages) == 0 {
		languages = []string{p.language(someone)}
	}
	out.render(p.Program, t, x.Channels(t), languages, s)
	return out
}

func (v *Preview) render(program *ir.Program, t ir.Touchpoint, channels, languages []string, s preview.Subject) {
	for _, channel := range channels {
		for _, language := range languages {
			v.Messages = append(v.Messages, preview.Render(program, t, channel, language, s))
		}
	}
}

// language is the person's if the project has it, else the project's first.
func (p *Past) language(someone *person.Person) string {
	known := p.Program.Project.Languages
	if name := p.Program.Person.Language; name != "" {
		if said := types.Spell(someone.Get(name)); slices.Contains(known, said) {
			return said
		}
	}
	return known[0]
}
