package notifuse

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
)

// names is what the platform block says beside the names that every platform
// block has: goals, what a list does not hold, who carries actions out.
type names struct {
	*mapping.Mapping
	goals    map[string]goal       // by the address of an event
	topics   map[string]topic      // by the address of a consent
	webhooks map[string]ir.Setting // by the address of an action
	senders  map[string]sender     // by the address of a channel
	everyone ir.Setting            // the list that everybody is on; Value is nil if none is said
	grain    types.Span            // how far a window may be off; zero: not at all
}

// goal is how an event is kept as a goal: with one field as its value.
type goal struct {
	kind  string // the goal's type
	title string // the goal's name, "" for any
	value string // the field that is the goal's value
}

// topic is where the instants of a consent's record are, by fact.
type topic struct {
	at                                diag.Range
	grantedAt, confirmedAt, expiresAt string // columns; "" is nowhere
}

// longestEvent is the longest name of an event: with the prefix
// "custom_event." it must fit into the 50 characters of the platform's column.
const longestEvent = 50 - len(customEvent)

// reader reads a platform block.
type reader struct {
	program *ir.Program
	found   diag.List
}

// read is what a platform block says, with what is wrong in it.
func read(program *ir.Program, p ir.Platform) (names, diag.List) {
	common, found := mapping.Read(program, p)
	r := &reader{program: program, found: found}
	n := names{Mapping: common, goals: map[string]goal{}, topics: map[string]topic{}, webhooks: map[string]ir.Setting{}, senders: map[string]sender{}}
	fields, _ := p.Config.Get("fields")
	for _, s := range fields.Map {
		r.column(s)
	}
	webhooks, _ := p.Config.Get("webhooks")
	for _, s := range webhooks.Map {
		if a, ok := declared(r, program.Actions, "action", s); ok {
			n.webhooks[a.Address] = s
			r.text(s)
		}
	}
	if everyone, said := p.Config.Get("everyone"); said && r.text(everyone) != "" {
		n.everyone = everyone
	}
	for _, b := range p.Config.Blocks {
		r.block(&n, b)
	}
	n.grain = r.span(p.Config, "approximate")
	return n, r.found
}

func (r *reader) add(at diag.Range, detail, help string) {
	r.found = append(r.found, diag.Diagnostic{Rule: wrongMapping, At: at, Detail: detail, Help: help})
}

// text is a value that must be a text.
func (r *reader) text(s ir.Setting) string {
	text, ok := s.Value.(types.Text)
	if !ok || text == "" {
		r.add(s.At, fmt.Sprintf("%s is a text.", s.Name), "")
	}
	return string(text)
}

func (r *reader) span(c ir.Config, argument string) types.Span {
	s, there := c.Get(argument)
	if !there {
		return types.Span{}
	}
	if span, ok := s.Value.(types.Span); ok {
		return span
	}
	span, err := types.ParseSpan(r.text(s))
	if err != nil || span.Calendar() {
		r.add(s.At, fmt.Sprintf("%s is a length of time in days or less.", argument), `write "1d"`)
	}
	return span
}

// declared finds the declaration whose short name stands on the left.
func declared[D ir.Declaration](r *reader, list []D, kind string, s ir.Setting) (D, bool) {
	var short []string
	for _, d := range list {
		if ir.Short(d.Header().Address) == s.Name {
			return d, true
		}
		short = append(short, ir.Short(d.Header().Address))
	}
	help := ""
	if near := diag.Nearest(s.Name, short); near != "" {
		help = "write " + near
	}
	r.add(s.At, fmt.Sprintf("No %s here is called %s.", kind, s.Name), help)
	var none D
	return none, false
}

// column is a field of a contact that an argument names.
func (r *reader) column(s ir.Setting) column {
	name := r.text(s)
	known, ok := columnNamed(name)
	if !ok && name != "" {
		help := "a contact there has custom_string_1 to 5, custom_number_1 to 5 and custom_datetime_1 to 5 for what is your own"
		if near := diag.Nearest(name, columnNames()); near != "" {
			help = "write " + near
		}
		r.add(s.At, fmt.Sprintf("A contact on Notifuse has no field %s.", name), help)
	}
	return known
}

// block reads what the nested blocks of this platform have more than others.
func (r *reader) block(n *names, b ir.ConfigBlock) {
	if len(b.Labels) != 1 {
		return // package run says so
	}
	label := ir.Setting{Name: b.Labels[0], At: b.Config.At}
	switch b.Type {
	case "event":
		i := slices.IndexFunc(r.program.Events, func(e ir.Event) bool { return ir.Short(e.Address) == label.Name })
		if i >= 0 {
			r.goal(n, r.program.Events[i], b.Config)
		}
	case "channel":
		if c, ok := declared(r, r.program.Channels, "channel", label); ok {
			r.sender(n, c, b.Config)
		}
	case "consent":
		if c, ok := declared(r, r.program.Consents, "consent", label); ok {
			n.topics[c.Address] = topic{at: b.Config.At, grantedAt: r.instant(b.Config, "granted_at"),
				confirmedAt: r.instant(b.Config, "confirmed_at"), expiresAt: r.instant(b.Config, "expires_at")}
		}
	}
}

// The types of goals; an event of a valued one always has a value.
var (
	goalKinds   = []string{"purchase", "subscription", "lead", "signup", "booking", "trial", "other"}
	goalsValued = []string{"purchase", "subscription"}
)

func (r *reader) goal(n *names, e ir.Event, c ir.Config) {
	var g goal
	if s, there := c.Get("goal"); there {
		g.kind = r.text(s)
		if !slices.Contains(goalKinds, g.kind) && g.kind != "" {
			r.add(s.At, fmt.Sprintf("%s is no type of goals on Notifuse.", g.kind), fmt.Sprintf("write one of %q", goalKinds))
		}
	}
	if s, there := c.Get("goal_name"); there {
		g.title = r.text(s)
	}
	if s, there := c.Get("value"); there {
		g.value = r.text(s)
		if !slices.ContainsFunc(e.Fields, func(f ir.Field) bool { return f.Name == g.value }) {
			r.add(s.At, fmt.Sprintf("%s has no field %s.", e.Address, g.value), "")
		}
	}
	n.goals[e.Address] = g
}

// instant is a column that holds instants; "" where the argument is absent.
func (r *reader) instant(c ir.Config, argument string) string {
	s, there := c.Get(argument)
	if !there {
		return ""
	}
	into := r.column(s)
	if into.form != times && into.name != "" {
		r.add(s.At, fmt.Sprintf("%s holds no instants.", into.name), "write custom_datetime_1, or another of the five")
	}
	return into.name
}

// field is the column of a key or an attribute. What the block does not say is
// the column of the address, of the language, of the zone or of the first key,
// else the one of the same name.
func (l *lowering) field(name string) string {
	said := l.names.Field(name)
	if said.Said {
		return said.Theirs
	}
	p := l.Program.Person
	for _, c := range l.Program.Channels {
		if byMail(c.Address) && c.Key == name {
			return columnEmail
		}
	}
	switch {
	case name == p.Language && name != "":
		return columnLanguage
	case name == p.Timezone && name != "":
		return columnTimezone
	case len(p.Keys) > 0 && p.Keys[0].Name == name:
		return columnExternal
	}
	return name
}

// event is the platform's name of a recorded event.
func (l *lowering) event(address string, at diag.Range) string {
	said := l.names.Event(address)
	if len(said.Theirs) > longestEvent {
		if said.Said {
			at = said.At
		}
		l.found = append(l.found, diag.Diagnostic{Rule: wrongMapping, At: at,
			Detail: fmt.Sprintf("Notifuse keeps events with names of at most %d characters, and %s has %d.", longestEvent, said.Theirs, len(said.Theirs)),
			Help:   "record it there under a shorter name"})
	}
	return said.Theirs
}
