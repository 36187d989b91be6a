// Package mapping is what a platform block says about names: what the platform
// calls the fields, words, events and consents of the language.
//
// Nothing about a customer's account is known to the tool, so a project says
// it: fields = { tier = "custom_string_1" }, values "tier" { gold = "GOLD" },
// events = { order_placed = "orders.created" }, consents = { news = "news" },
// and an event block where fields of an event have other names. What is not
// said has the same name there. Read checks the left side against the program;
// that the right side exists on the platform is for a look-up to find.
package mapping

import (
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// Settings documents the arguments that Read reads.
var Settings = []targets.Setting{
	{Name: "fields", Map: true, Doc: "What the platform calls our attributes: { tier = \"custom_string_1\" }."},
	{Name: "events", Map: true, Doc: "What the platform calls our events: { order_placed = \"orders.created\" }."},
	{Name: "consents", Map: true, Doc: "Which list or topic of the platform holds a consent: { news = \"newsletter\" }."},
}

// Blocks documents the nested blocks that Read reads. The names inside a
// values block are the words of its attribute, whatever they are.
var Blocks = []targets.BlockForm{
	{Type: "values", Labels: 1, Doc: "How the platform spells the words of an attribute: values \"tier\" { gold = \"GOLD\" }.",
		Settings: []targets.Setting{{Name: targets.AnyName, Doc: "The platform's spelling of a word of the attribute."}}},
	{Type: "event", Labels: 1, Doc: "What the platform calls an event and its fields.", Settings: []targets.Setting{
		{Name: "name", Doc: "The platform's name of the event."},
		{Name: "fields", Map: true, Doc: "What the platform calls the fields of the event."},
	}},
}

// Name is what a platform calls something, and where the project says so; At
// is the platform block where nothing is said.
type Name struct {
	Theirs string
	Said   bool
	At     diag.Range
}

// Mapping is the names of one platform.
type Mapping struct {
	at       diag.Range
	fields   map[string]Name
	words    map[string]map[string]Name
	events   map[string]Name
	details  map[string]map[string]Name
	consents map[string]Name
}

// Field is what the platform calls a key or an attribute of people.
func (m *Mapping) Field(ours string) Name { return m.name(m.fields, ours) }

// Word is how the platform spells a word of an attribute.
func (m *Mapping) Word(attribute, ours string) Name { return m.name(m.words[attribute], ours) }

// Event is what the platform calls an event, by its address: "event.order_placed".
func (m *Mapping) Event(address string) Name { return m.name(m.events, last(address)) }

// Detail is what the platform calls a field of an event.
func (m *Mapping) Detail(event, ours string) Name { return m.name(m.details[last(event)], ours) }

// Consent is the platform's list or topic for a consent, by its address.
func (m *Mapping) Consent(address string) Name { return m.name(m.consents, last(address)) }

func (m *Mapping) name(names map[string]Name, ours string) Name {
	if n, said := names[ours]; said {
		return n
	}
	return Name{Theirs: ours, At: m.at}
}

// Ours is the attribute that the platform keeps in a field, for reading back.
func (m *Mapping) Ours(p *ir.Program, theirs string) (string, bool) {
	for _, name := range personNames(p) {
		if m.Field(name).Theirs == theirs {
			return name, true
		}
	}
	return "", false
}

// OurWord is the word of an attribute that the platform spells so.
func (m *Mapping) OurWord(attribute, theirs string) string {
	var ours []string
	for word, n := range m.words[attribute] {
		if n.Theirs == theirs {
			ours = append(ours, word)
		}
	}
	if len(ours) == 0 {
		return theirs
	}
	sort.Strings(ours)
	return ours[0]
}

// last is the name at the end of an address.
func last(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '.' {
			return address[i+1:]
		}
	}
	return address
}

// personNames lists keys and attributes that are stored.
func personNames(p *ir.Program) []string {
	var out []string
	for _, k := range p.Person.Keys {
		out = append(out, k.Name)
	}
	for _, a := range p.Person.Attributes {
		if a.Value == nil {
			out = append(out, a.Name)
		}
	}
	return out
}

// Read is the mapping of a platform block, with everything that is wrong in it.
func Read(p *ir.Program, platform ir.Platform) (*Mapping, diag.List) {
	r := &reader{program: p, platform: platform}
	m := &Mapping{at: platform.At, words: map[string]map[string]Name{}, details: map[string]map[string]Name{}}
	m.fields = r.names(platform.Config, "fields", personNames(p))
	m.events = r.names(platform.Config, "events", lasts(p.Events))
	m.consents = r.names(platform.Config, "consents", lasts(p.Consents))
	for _, b := range platform.Config.Blocks {
		switch {
		case len(b.Labels) != 1 || b.Type != "values" && b.Type != "event":
		case b.Type == "values":
			r.values(m, b)
		default:
			r.event(m, b)
		}
	}
	return m, r.found.Sorted()
}

func lasts[D ir.Declaration](list []D) []string {
	var out []string
	for _, d := range list {
		if name := last(d.Header().Address); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// reader is one call of Read.
type reader struct {
	program  *ir.Program
	platform ir.Platform
	found    diag.List
}

// names reads { ours = "theirs" }.
func (r *reader) names(c ir.Config, argument string, known []string) map[string]Name {
	s, there := c.Get(argument)
	if !there {
		return map[string]Name{}
	}
	if len(s.Map) == 0 && s.Value != nil {
		r.wrong(s.At, argument+" is a list of names in braces", argument+" = { ours = \"theirs\" }")
	}
	return r.list(s.Map, known)
}

func (r *reader) list(said []ir.Setting, known []string) map[string]Name {
	out := map[string]Name{}
	taken := map[string]string{}
	for _, s := range said {
		theirs, text := s.Value.(types.Text)
		switch {
		case !slices.Contains(known, s.Name):
			r.unknown(s, known)
		case !text || theirs == "":
			r.wrong(s.At, "the platform's name for "+s.Name+" is a text", "")
		case taken[string(theirs)] != "":
			r.wrong(s.At, taken[string(theirs)]+" has this name there already", "")
		default:
			taken[string(theirs)] = s.Name
			out[s.Name] = Name{Theirs: string(theirs), Said: true, At: s.At}
		}
	}
	return out
}

// values reads how the words of an attribute are spelled.
func (r *reader) values(m *Mapping, b ir.ConfigBlock) {
	attribute := b.Labels[0]
	a, declared := r.program.Person.AttributeNamed(attribute)
	if !declared {
		r.unknown(ir.Setting{Name: attribute, At: b.Config.At}, personNames(r.program))
		return
	}
	words, isEnum := a.Type.(types.Enum)
	if !isEnum {
		r.wrong(b.Config.At, attribute+" has no words of its own: it is a "+a.Type.String(), "remove the block, or make "+attribute+" an enum")
		return
	}
	m.words[attribute] = r.list(b.Config.Settings, words.Values)
}

// event reads the names of an event and of its fields.
func (r *reader) event(m *Mapping, b ir.ConfigBlock) {
	name := b.Labels[0]
	at := slices.IndexFunc(r.program.Events, func(e ir.Event) bool { return last(e.Address) == name })
	if at < 0 {
		r.unknown(ir.Setting{Name: name, At: b.Config.At}, lasts(r.program.Events))
		return
	}
	if s, there := b.Config.Get("name"); there {
		theirs, text := s.Value.(types.Text)
		if !text || theirs == "" {
			r.wrong(s.At, "the platform's name for "+name+" is a text", "")
		}
		m.events[name] = Name{Theirs: string(theirs), Said: true, At: s.At}
	}
	var fields []string
	for _, f := range r.program.Events[at].Fields {
		fields = append(fields, f.Name)
	}
	m.details[name] = r.names(b.Config, "fields", fields)
}

func (r *reader) unknown(s ir.Setting, known []string) {
	help := ""
	if near := diag.Nearest(s.Name, known); near != "" {
		help = "write " + near
	}
	r.found = append(r.found, diag.Diagnostic{Rule: noSuchName, At: s.At, Mark: "nothing here is called " + s.Name, Help: help})
}

func (r *reader) wrong(at diag.Range, mark, help string) {
	r.found = append(r.found, diag.Diagnostic{Rule: wrongArgument, At: at, Mark: mark, Help: help})
}
