package run

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// Past is a compiled project and its people, ready to be asked about one of
// them. It touches no platform.
type Past struct {
	Options
	Program *ir.Program
	History *history.History
	World   *eval.World
}

// Recall reads the past of a project without errors. The error says what to
// write when the project has none.
func Recall(l *Loaded, o Options) (*Past, error) {
	said := l.Program.History
	if said == (ir.History{At: said.At}) {
		return nil, errors.New("nobody is known: the project has no history block; " +
			`write history { people = "data/people.csv" } and further sources`)
	}
	past, err := history.Read(history.Options{Dir: o.Dir, Program: l.Program})
	if err != nil {
		return nil, fmt.Errorf("reading the past: %w", err)
	}
	if absent, lacks := past.Lacks(history.People); lacks {
		return nil, fmt.Errorf("nobody is known: %s", absent)
	}
	world, err := eval.New(l.Program, past.Lists, types.NewInstant(o.Now))
	if err != nil {
		return nil, err
	}
	return &Past{Options: o, Program: l.Program, History: past, World: world}, nil
}

// Find is a person by an ID, or by the value of another key.
func (p *Past) Find(id string) (*person.Person, error) {
	if found, ok := p.History.Index[id]; ok {
		return found, nil
	}
	for _, k := range p.Program.Person.Keys {
		for _, someone := range p.History.People {
			if value, ok := someone.Get(k.Name).(types.Text); ok && string(value) == id {
				return someone, nil
			}
		}
	}
	return nil, p.unknown(id)
}

// name is how a person is called in what is shown: by the ID, which is masked
// where it is an address.
func (p *Past) name(someone *person.Person) string {
	return explain.Mask(someone.ID, p.Program.Person.Keys[0].Type)
}

// unknown says who there is instead, unless that would give away an address.
func (p *Past) unknown(id string) error {
	first, from := p.Program.Person.Keys[0], p.Program.History.People
	if explain.Masked(first.Type) {
		return fmt.Errorf("there is no person %q in %s; --person takes the %s", id, from, first.Name)
	}
	ids := slices.Sorted(maps.Keys(p.History.Index))
	if near := diag.Nearest(id, ids); near != "" && !strings.ContainsAny(id, "@+") {
		return fmt.Errorf("there is no person %q in %s; there is %s", id, from, near)
	}
	if len(ids) == 0 {
		return fmt.Errorf("there is nobody in %s", from)
	}
	return fmt.Errorf("there is no person %q in %s; --person takes the %s, such as %s", id, from, first.Name, ids[0])
}

// Object is a declaration by its address. The error names the nearest one.
func Object(program *ir.Program, address string) (ir.Declaration, error) {
	var addresses []string
	for _, d := range program.Declarations() {
		if d.Header().Address == address {
			return d, nil
		}
		addresses = append(addresses, d.Header().Address)
	}
	if near := diag.Nearest(address, addresses); near != "" {
		return nil, fmt.Errorf("there is no %s; there is %s", address, near)
	}
	var kin []string
	for _, a := range addresses {
		if ir.KindOf(a) == ir.KindOf(address) {
			kin = append(kin, a)
		}
	}
	if len(kin) > 0 {
		return nil, fmt.Errorf("there is no %s; there are %s", address, strings.Join(kin, ", "))
	}
	return nil, fmt.Errorf("there is no %s", address)
}
