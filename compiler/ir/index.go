package ir

import "sort"

// Index is a program with what each of its declarations uses found once, for
// questions that are asked of many. It is not for several goroutines at a time.
type Index struct {
	program  *Program
	all      []Declaration // sorted by address
	declared map[string]Declaration
	uses     map[string][]string
	rules    []string // what the meaning of reachable depends on
	asks     map[string]bool
	forms    map[string]Form
	bare     map[string]Form // of touchpoints as withdrawals know them
	meant    map[string]any  // declarations by the hash of their form
	scratch  []byte
}

// Index readies a program, which must not change any more.
func (p *Program) Index() *Index {
	x := &Index{program: p, all: p.Declarations(), rules: p.consentRules(), bare: map[string]Form{}}
	x.meant = make(map[string]any, len(x.all))
	x.declared = make(map[string]Declaration, len(x.all))
	x.uses = make(map[string][]string, len(x.all))
	x.asks = make(map[string]bool, len(x.all))
	x.forms = make(map[string]Form, len(x.all))
	for _, d := range x.all {
		x.declared[d.Header().Address] = d
	}
	return x
}

// Declarations lists every declaration of the program, sorted by address.
func (x *Index) Declarations() []Declaration { return x.all }

// Declaration is the one with an address; Person and Project are not among them.
func (x *Index) Declaration(address string) (Declaration, bool) {
	d, there := x.declared[address]
	return d, there
}

// ConsentRules lists what decides who may be written to, by kind and address.
func (x *Index) ConsentRules() []string { return x.rules }

// Uses is what a declaration uses: what it mentions and, where it asks who is
// reachable, the consent rules.
func (x *Index) Uses(address string) []string {
	if d, there := x.declared[address]; there {
		return x.usesOf(d)
	}
	return nil
}

func (x *Index) usesOf(d Declaration) []string {
	address := d.Header().Address
	uses, known := x.uses[address]
	if !known {
		uses = Mentions(d)
		if x.asksReachable(d) {
			uses = append(uses, x.rules...)
		}
		x.uses[address] = uses
	}
	return uses
}

func (x *Index) asksReachable(d Declaration) bool {
	address := d.Header().Address
	asks, known := x.asks[address]
	if !known {
		asks = asksReachable(d)
		x.asks[address] = asks
	}
	return asks
}

// Placed is what goes to a platform: see Program.Placed.
func (x *Index) Placed(platform string) []string {
	placed := map[string]bool{}
	var queue, out []string
	for _, d := range x.all {
		if has(x.program.home(d), platform) {
			queue = append(queue, d.Header().Address)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		next := queue[0]
		if placed[next] || !placeable(next) || x.program.LeftOut(next) {
			continue
		}
		placed[next] = true
		out = append(out, next)
		queue = append(queue, x.Uses(next)...)
	}
	sort.Strings(out)
	return out
}
