package ir

import (
	"slices"
	"sort"

	"github.com/trayecto/trayecto/lang/workers"
)

// Index is a program with what each of its declarations uses found once, for
// questions that are asked of many. It is not for several goroutines at a time,
// unless it is Ready.
type Index struct {
	program         *Program
	all             []Declaration    // sorted by address
	at              map[string]int32 // places in all
	entries         []entry          // by the place in all
	bare            []entry          // of touchpoints as withdrawals know them
	project, person entry
	rules           []string       // what the meaning of reachable depends on
	meant           map[string]any // declarations by the hash of their form; nil until somebody asks
	users           []int32        // by place who mentions it: users[usersAt[i]:usersAt[i+1]]; nil until somebody asks
	usersAt         []int32
}

// entry is a declaration, and what is found of it when somebody first asks.
type entry struct {
	name   string
	of     any
	known  bool // what follows:
	uses   []string
	asks   bool // who is reachable
	formed bool // what follows:
	form   Form
	failed error // why there is no form
}

// Index readies a program, which must not change any more.
func (p *Program) Index() *Index {
	x := &Index{program: p, all: p.Declarations(), rules: p.consentRules(),
		project: entry{name: "project", of: p.Project}, person: entry{name: "person", of: p.Person}}
	x.at = make(map[string]int32, len(x.all))
	x.entries = make([]entry, len(x.all))
	for i, d := range x.all {
		x.entries[i] = entry{name: d.Header().Address, of: d}
		x.at[x.entries[i].name] = int32(i)
	}
	x.bare = make([]entry, len(p.Touchpoints))
	for i, t := range p.Touchpoints {
		x.bare[i] = entry{name: t.Address, of: bare(t)}
	}
	return x
}

// Declarations lists every declaration of the program, sorted by address.
func (x *Index) Declarations() []Declaration { return x.all }

// Declaration is the one with an address; Person and Project are not among them.
func (x *Index) Declaration(address string) (Declaration, bool) {
	if i, there := x.at[address]; there {
		return x.all[i], true
	}
	return nil, false
}

// ConsentRules lists what decides who may be written to, by kind and address.
func (x *Index) ConsentRules() []string { return x.rules }

// Uses is what a declaration uses: what it mentions and, where it asks who is
// reachable, the consent rules.
func (x *Index) Uses(address string) []string {
	if i, there := x.at[address]; there {
		return x.known(&x.entries[i]).uses
	}
	return nil
}

// known is an entry with what it uses.
func (x *Index) known(e *entry) *entry {
	if d, is := e.of.(Declaration); is && !e.known {
		e.uses, e.asks, e.known = Mentions(d), asksReachable(d), true
		if e.asks {
			e.uses = append(e.uses, x.rules...)
		}
	}
	return e
}

// Place is the place of a declaration in Declarations.
func (x *Index) Place(address string) (int32, bool) {
	i, there := x.at[address]
	return i, there
}

// Address is that of the declaration at a place.
func (x *Index) Address(place int32) string { return x.entries[place].name }

// Users lists the places of the declarations that mention the one at a place.
func (x *Index) Users(place int32) []int32 {
	if x.users == nil {
		x.findUsers()
	}
	return x.users[x.usersAt[place]:x.usersAt[place+1]]
}

func (x *Index) findUsers() {
	several(x.entries, func(e *entry, _ []byte) []byte { x.known(e); return nil })
	type mention struct{ used, by int32 }
	var all []mention
	x.usersAt = make([]int32, len(x.entries)+1)
	for i := range x.entries {
		for _, address := range x.mentioned(&x.entries[i]) {
			if used, there := x.at[address]; there {
				all = append(all, mention{used, int32(i)})
				x.usersAt[used+1]++
			}
		}
	}
	for i := range x.entries {
		x.usersAt[i+1] += x.usersAt[i]
	}
	x.users = make([]int32, len(all))
	next := slices.Clone(x.usersAt)
	for _, m := range all {
		x.users[next[m.used]] = m.by
		next[m.used]++
	}
}

// mentioned is what an entry uses without the rules, which come last.
func (x *Index) mentioned(e *entry) []string {
	if e.asks {
		return e.uses[:len(e.uses)-len(x.rules)]
	}
	return e.uses
}

// atOnce is how many declarations one turn of a worker looks at.
const atOnce = 256

// several does something to entries, several at once, in memory that each hands
// to the next.
func several(entries []entry, do func(e *entry, scratch []byte) []byte) {
	runs := workers.Runs(len(entries), atOnce)
	workers.Each(len(runs), 0, func(turn int) {
		var scratch []byte
		for i := runs[turn][0]; i < runs[turn][1]; i++ {
			scratch = do(&entries[i], scratch)
		}
	})
}

// Placed is what goes to a platform: see Program.Placed.
func (x *Index) Placed(platform string) []string {
	several(x.entries, func(e *entry, _ []byte) []byte { x.known(e); return nil })
	placed := make([]bool, len(x.all))
	var queue []int32
	var out []string
	for i, d := range x.all {
		if has(x.program.home(d), platform) {
			queue = append(queue, int32(i))
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		address := x.all[i].Header().Address
		if placed[i] || !placeable(address) || x.program.LeftOut(address) {
			continue
		}
		placed[i] = true
		out = append(out, address)
		for _, used := range x.entries[i].uses {
			if j, there := x.at[used]; there && !placed[j] {
				queue = append(queue, j)
			}
		}
	}
	sort.Strings(out)
	return out
}
