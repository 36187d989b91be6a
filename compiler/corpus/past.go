package corpus

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// reader reads the lines of an archive's past.
type reader struct {
	archive *Archive
	zone    *time.Location
	people  map[string]*person.Person
	seq     int64
	objects map[person.ObjectKey]map[string]types.Value
}

// split cuts a line into words; quotes hold one together. # begins a comment.
func split(line string) ([]string, error) {
	var out []string
	var word strings.Builder
	inside, quoted := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\\' && i+1 < len(line):
			word.WriteString(line[i : i+2])
			i++
		case c == '"':
			quoted, inside = !quoted, true
			word.WriteByte(c)
		case quoted || c != ' ' && (c != '#' || inside):
			inside = true
			word.WriteByte(c)
		default:
			if inside {
				out = append(out, word.String())
			}
			word.Reset()
			inside = false
			if c == '#' {
				return out, nil
			}
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quotation mark is not closed")
	}
	if inside {
		out = append(out, word.String())
	}
	return out, nil
}

// line reads one line of a section.
func (r *reader) line(section string, words []string) error {
	head, settings := words, []string(nil)
	for i, w := range words {
		if strings.Contains(w, "=") {
			head, settings = words[:i], words[i:]
			break
		}
	}
	named, err := pairs(settings)
	if err != nil {
		return err
	}
	switch section {
	case "now":
		r.archive.Now, err = r.instant(head[0])
		return err
	case "people":
		return r.person(head, named)
	case "objects":
		return r.object(head, named)
	case "events":
		return r.event(head, named)
	case "acts":
		return r.act(head, named)
	case "outcomes":
		return r.outcome(head, named)
	case "lists":
		return r.list(head, named)
	}
	return fmt.Errorf("no section %s", section)
}

// setting is name=value, the value without its quotes.
type setting struct{ name, value string }

func pairs(words []string) ([]setting, error) {
	var out []setting
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%q is not name=value", w)
		}
		if strings.HasPrefix(value, `"`) {
			plain, err := strconv.Unquote(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			value = plain
		}
		out = append(out, setting{name, value})
	}
	return out, nil
}

// instant is now, now-90d, now-90d+1us, or what histories hold.
func (r *reader) instant(word string) (types.Instant, error) {
	rest, relative := strings.CutPrefix(word, "now")
	if !relative {
		return types.ParseInstant(word, r.zone)
	}
	at := r.archive.Now
	for rest != "" {
		next := strings.IndexAny(rest[1:], "+-") + 1
		if next == 0 {
			next = len(rest)
		}
		length, err := microseconds(rest[1:next])
		if err != nil {
			return 0, err
		}
		if rest[0] == '-' {
			length = -length
		}
		at, rest = at+length, rest[next:]
	}
	return at, nil
}

// microseconds is an exact length; the calendar is what is being asked about
// and never used to say when something was.
func microseconds(word string) (types.Instant, error) {
	if n, ok := strings.CutSuffix(word, "us"); ok {
		us, err := strconv.ParseInt(n, 10, 64)
		return types.Instant(us), err
	}
	span, err := types.ParseSpan(word)
	if err != nil || span.Calendar() {
		return 0, fmt.Errorf("%q is no exact length", word)
	}
	return types.Instant(span.Exact() / time.Microsecond), nil
}

// value reads a text as a type; instants may be relative to now.
func (r *reader) value(t types.Type, text string) (types.Value, error) {
	if t == types.Timestamp && text != "" {
		return r.instant(text)
	}
	return types.Parse(t, text, r.zone)
}

// person reads: ana tier=gold city=Toledo city@=now-1h
func (r *reader) person(head []string, named []setting) error {
	if len(head) != 1 || r.people[head[0]] != nil {
		return fmt.Errorf("a person is one new name and settings")
	}
	about := r.archive.Program.Person
	p := &person.Person{ID: head[0], Attributes: map[string]types.Value{about.Keys[0].Name: types.Text(head[0])}, Observed: map[string]types.Instant{}}
	for _, s := range named {
		if name, observed := strings.CutSuffix(s.name, "@"); observed {
			at, err := r.instant(s.value)
			if err != nil {
				return err
			}
			p.Observed[name] = at
			continue
		}
		t, ignore, ok := shape(about, s.name)
		if !ok {
			return fmt.Errorf("person has no stored %s", s.name)
		}
		if slices.Contains(ignore, s.value) { // as readers of histories do
			continue
		}
		v, err := r.value(t, s.value)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		p.Attributes[s.name] = v
	}
	r.people[p.ID] = p
	r.archive.People = append(r.archive.People, p)
	return nil
}

func shape(p ir.Person, name string) (t types.Type, ignore []string, ok bool) {
	if k, ok := p.KeyNamed(name); ok {
		return k.Type, k.Ignore, true
	}
	a, ok := p.AttributeNamed(name)
	return a.Type, nil, ok && a.Value == nil
}

// object reads: order o1 total=12.50, known of everyone who has to do with it.
func (r *reader) object(head []string, named []setting) error {
	if len(head) != 2 {
		return fmt.Errorf("an object is its kind, its key and settings")
	}
	declared, ok := ir.Find(r.archive.Program.Objects, "object."+head[0])
	if !ok {
		return fmt.Errorf("no object.%s", head[0])
	}
	values := map[string]types.Value{}
	for _, s := range named {
		at := slices.IndexFunc(declared.Attributes, func(a ir.Attribute) bool { return a.Name == s.name })
		if at < 0 {
			return fmt.Errorf("%s has no %s", declared.Address, s.name)
		}
		v, err := r.value(declared.Attributes[at].Type, s.value)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		values[s.name] = v
	}
	if r.objects == nil {
		r.objects = map[person.ObjectKey]map[string]types.Value{}
		for _, p := range r.archive.People {
			p.Objects = r.objects
		}
	}
	r.objects[person.ObjectKey{Object: declared.Address, Key: head[1]}] = values
	return nil
}

// happened is what begins a line of events, acts and outcomes: who and when.
func (r *reader) happened(head []string, words int) (*person.Person, types.Instant, error) {
	if len(head) != words {
		return nil, 0, fmt.Errorf("expected %d words before the settings, found %q", words, head)
	}
	p, ok := r.people[head[0]]
	if !ok {
		return nil, 0, fmt.Errorf("nobody is called %s", head[0])
	}
	at, err := r.instant(head[1])
	return p, at, err
}

// event reads: ana now-1d order_placed amount=19.99
func (r *reader) event(head []string, named []setting) error {
	p, at, err := r.happened(head, 3)
	if err != nil {
		return err
	}
	declared, ok := ir.Find(r.archive.Program.Events, "event."+head[2])
	if !ok || declared.From != "" {
		return fmt.Errorf("no recorded event.%s", head[2])
	}
	r.seq++
	e := person.Event{Type: declared.Address, At: at, Seq: r.seq, Fields: map[string]types.Value{}}
	for _, s := range named {
		i := slices.IndexFunc(declared.Fields, func(f ir.Field) bool { return f.Name == s.name })
		if i < 0 {
			return fmt.Errorf("%s has no %s", declared.Address, s.name)
		}
		if e.Fields[s.name], err = r.value(declared.Fields[i].Type, s.value); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	p.Events = append(p.Events, e)
	return nil
}
