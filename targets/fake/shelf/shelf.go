// Package shelf is a small platform behind HTTP that fails as it is told, and
// its target: tests of what an apply survives count on it.
//
// A platform of this kind holds things that have a name. What it offers to find
// a thing again after an answer was lost is chosen (Can), from everything to
// nothing, and so is how long it takes to show what it was told. Things counts
// for itself, so that a test need not believe the state of the one that is
// tested.
package shelf

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/fake"
)

// Can is what the platform offers.
type Can struct {
	Marks  bool          // a thing has a place for our mark
	Unique bool          // no two things have one name
	Keys   bool          // the same key twice is done once, and finds what it made
	Delay  time.Duration // what is written shows within this
}

// Options is which platform is served.
type Options struct {
	Can
	// Now is its clock; nil is the computer's. Late draws how long a write takes to
	// show, at most Delay; nil is not at all.
	Now  func() time.Time
	Late func() time.Duration
	// Key lets in who sends it; "" lets everybody in. Who sends another one is told
	// which it was, as some platforms do.
	Key string
}

// Thing is one object.
type Thing struct {
	ID         string       `json:"id"`
	Kind       string       `json:"kind"`
	Name       string       `json:"name"`
	Mark       string       `json:"mark,omitempty"`
	Attributes resource.Map `json:"attributes"`
	On         *bool        `json:"on,omitempty"` // nil: it cannot be switched
}

// Platform is one account, served on loopback until its test ends.
type Platform struct {
	*fake.Server
	options Options
	last    int
	things  map[string]Thing  // as it was told
	shown   map[string]Thing  // as it answers
	once    map[string]string // key -> id
	coming  []write
	calls   int
	watch   func(n int)
}

// write is something that the platform was told and does not show yet.
type write struct {
	at    time.Time
	id    string
	thing *Thing // nil: it goes
}

// Serve starts an empty platform.
func Serve(t testing.TB, o Options) *Platform {
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &Platform{options: o, things: map[string]Thing{}, shown: map[string]Thing{}, once: map[string]string{}}
	p.Server = fake.Serve(t, fake.Options{Admit: p.admit, Routes: []fake.Route{
		{Method: "GET", Path: "/account", Handle: func(*fake.Request) fake.Reply { return fake.Reply{Body: map[string]string{"id": "shelf"}} }},
		{Method: "GET", Path: "/things", Handle: p.list},
		{Method: "GET", Path: "/things/{id}", Handle: p.read},
		{Method: "POST", Path: "/things", Handle: p.create},
		{Method: "PUT", Path: "/things/{id}", Handle: p.update},
		{Method: "DELETE", Path: "/things/{id}", Handle: p.remove},
	}})
	return p
}

// admit refuses a call without the key.
func (p *Platform) admit(r *http.Request) *fake.Reply {
	sent := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if p.options.Key == "" || sent == p.options.Key {
		return nil
	}
	refused := p.Problem(http.StatusUnauthorized, fmt.Sprintf("the key %q is not known", sent), "")
	return &refused
}

// Things is everything that the platform was told to hold, sorted by name,
// whether it shows it yet or not.
func (p *Platform) Things() []Thing {
	var out []Thing
	p.Do(func() { out = sorted(p.things) })
	return out
}

// Lose takes a thing away behind everybody's back.
func (p *Platform) Lose(id string) { p.Do(func() { p.tell(id, nil) }) }

// Watch has something called at each write, before it is done, with how many
// writes there were before.
func (p *Platform) Watch(each func(n int)) { p.Do(func() { p.watch = each }) }

func sorted(things map[string]Thing) []Thing {
	var out []Thing
	for _, t := range things {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Thing) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// tell writes a thing, or takes it away when it is nil. What was told first
// shows first.
func (p *Platform) tell(id string, thing *Thing) {
	if delete(p.things, id); thing != nil {
		p.things[id] = *thing
	}
	at := p.options.Now()
	if p.options.Late != nil {
		at = at.Add(p.options.Late())
	}
	if n := len(p.coming); n > 0 && p.coming[n-1].at.After(at) {
		at = p.coming[n-1].at
	}
	p.coming = append(p.coming, write{at, id, thing})
}

// show brings what the platform answers up to its clock.
func (p *Platform) show() {
	now := p.options.Now()
	for len(p.coming) > 0 && !p.coming[0].at.After(now) {
		w := p.coming[0]
		if delete(p.shown, w.id); w.thing != nil {
			p.shown[w.id] = *w.thing
		}
		p.coming = p.coming[1:]
	}
}

// perPage is how many things a page has.
const perPage = 500

// page is a page of things and the place of the next one, "" at the end.
type page struct {
	Things []Thing `json:"things"`
	Next   string  `json:"next,omitempty"`
}

// list answers all things, or those with a name, a mark or a key.
func (p *Platform) list(r *fake.Request) fake.Reply {
	p.show()
	query := r.URL.Query()
	found := slices.DeleteFunc(sorted(p.shown), func(t Thing) bool {
		return query.Has("name") && t.Name != query.Get("name") || query.Has("mark") && t.Mark != query.Get("mark") ||
			query.Has("once") && p.once[query.Get("once")] != t.ID
	})
	from, _ := strconv.Atoi(query.Get("from")) // "" is the first page
	from = min(from, len(found))
	out := page{Things: found[from:]}
	if len(out.Things) > perPage {
		out = page{Things: out.Things[:perPage], Next: strconv.Itoa(from + perPage)}
	}
	return fake.Reply{Body: out}
}

func (p *Platform) read(r *fake.Request) fake.Reply {
	p.show()
	thing, there := p.shown[r.PathValue("id")]
	if !there {
		return p.missing(r)
	}
	return fake.Reply{Body: thing}
}

func (p *Platform) missing(r *fake.Request) fake.Reply {
	return p.Problem(http.StatusNotFound, fmt.Sprintf("there is no thing %s", r.PathValue("id")), "")
}

// written notes a write and reads its body.
func (p *Platform) written(r *fake.Request) (Thing, error) {
	if p.watch != nil {
		p.watch(p.calls)
	}
	p.calls++
	var t Thing
	if len(r.Raw) == 0 {
		return t, nil
	}
	return t, r.Decode(&t)
}

// create makes a thing. One of the name segment.refused it does not like, and
// says to whom.
func (p *Platform) create(r *fake.Request) fake.Reply {
	t, err := p.written(r)
	if err != nil {
		return p.Problem(http.StatusBadRequest, err.Error(), "")
	}
	key := r.Header.Get(keyHeader)
	if id, did := p.once[key]; did && key != "" && p.options.Keys {
		return fake.Reply{Body: p.things[id]}
	}
	if t.Name == "segment.refused" {
		return p.Problem(http.StatusBadRequest, "not with "+r.Header.Get("Authorization"), "name")
	}
	if p.options.Unique {
		for _, other := range p.things {
			if other.Name == t.Name {
				return p.Problem(http.StatusBadRequest, fmt.Sprintf("there is a thing %q already", t.Name), "name")
			}
		}
	}
	if !p.options.Marks {
		t.Mark = ""
	}
	p.last++
	t.ID = fmt.Sprintf("t%d", p.last)
	if p.options.Keys {
		p.once[key] = t.ID
	}
	p.tell(t.ID, &t)
	return fake.Reply{Status: http.StatusCreated, Body: t}
}

func (p *Platform) update(r *fake.Request) fake.Reply {
	t, err := p.written(r)
	if err != nil {
		return p.Problem(http.StatusBadRequest, err.Error(), "")
	}
	t.ID = r.PathValue("id")
	if _, there := p.things[t.ID]; !there {
		return p.missing(r)
	}
	if !p.options.Marks {
		t.Mark = ""
	}
	p.tell(t.ID, &t)
	return fake.Reply{Body: t}
}

func (p *Platform) remove(r *fake.Request) fake.Reply {
	if _, err := p.written(r); err != nil {
		return p.Problem(http.StatusBadRequest, err.Error(), "")
	}
	if _, there := p.things[r.PathValue("id")]; !there {
		return p.missing(r)
	}
	p.tell(r.PathValue("id"), nil)
	return fake.Reply{Status: http.StatusNoContent}
}
