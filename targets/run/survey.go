package run

import (
	"context"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// Survey is what a platform has of what a project needs from it.
type Survey struct {
	Platform string // "platform.mail"
	Identity string // the account; "" when the first apply makes it
	Needs    []Need
	Holds    []Held
}

// Need is something that the project names and that the platform must have.
type Need struct {
	Kind, Key string
	Found     bool
	Nearest   string // what the platform has instead, or ""
	At        diag.Range
}

// Held is how many objects of a kind the platform holds.
type Held struct {
	Kind         string
	Ours, Others int
}

// Ready tells whether everything that is needed is there.
func (s *Survey) Ready() bool {
	for _, n := range s.Needs {
		if !n.Found {
			return false
		}
	}
	return true
}

// Look asks one platform of a project, by its name, what it has. It reads only,
// needs no other platform's credentials, and keeps nothing. Diagnostics are
// what the platform cannot hold.
func Look(ctx context.Context, l *Loaded, o Options, name string) (*Survey, diag.List, error) {
	platform, err := platformNamed(l.Program, name)
	if err != nil {
		return nil, nil, err
	}
	target := l.targets[platform.Target]()
	if err := target.Configure(ctx, targets.Config{Platform: platform, Dir: o.Dir, Env: o.LookupEnv, Now: o.Now}); err != nil {
		return nil, nil, fmt.Errorf("configuring %s: %w", platform.Address, err)
	}
	defer func() { _ = target.Close() }() // what goes wrong then changes nothing that was read
	lowered := target.Lower(targets.LowerRequest{Program: l.Program, Platform: platform, Placed: l.Program.Placed(platform.Address)})
	s := &Survey{Platform: platform.Address}
	if s.Identity, err = target.Identity(ctx); err != nil {
		return nil, nil, fmt.Errorf("asking %s which account it is: %w", platform.Address, err)
	}
	if s.Needs, err = needs(ctx, target, lowered); err != nil {
		return nil, nil, fmt.Errorf("looking up what %s has: %w", platform.Address, err)
	}
	if s.Holds, err = held(ctx, target); err != nil {
		return nil, nil, fmt.Errorf("reading what %s holds: %w", platform.Address, err)
	}
	return s, lowered.Diagnostics, nil
}

func platformNamed(p *ir.Program, name string) (ir.Platform, error) {
	address := "platform." + strings.TrimPrefix(name, "platform.")
	if found, there := ir.Find(p.Platforms, address); there {
		return found, nil
	}
	var names []string
	for _, other := range p.Platforms {
		names = append(names, other.Name)
	}
	if near := diag.Nearest(name, names); near != "" {
		return ir.Platform{}, fmt.Errorf("there is no %s; there is platform.%s", address, near)
	}
	return ir.Platform{}, fmt.Errorf("there is no %s; there are %s", address, list(names))
}

func needs(ctx context.Context, target targets.Target, lowered targets.Lowered) ([]Need, error) {
	asked := sortedLookups(lowered)
	if len(asked) == 0 {
		return nil, nil
	}
	answers, err := target.Lookup(ctx, asked)
	if err != nil {
		return nil, err
	}
	out := make([]Need, len(asked))
	for i, a := range answers {
		out[i] = Need{Kind: asked[i].Kind, Key: asked[i].Key, Found: a.Found, Nearest: a.Nearest, At: lowered.Lookups[asked[i]]}
	}
	return out, nil
}

func held(ctx context.Context, target targets.Target) ([]Held, error) {
	var out []Held
	at := map[string]int{}
	for i, k := range target.Describe().Kinds {
		out, at[k.Name] = append(out, Held{Kind: k.Name}), i
	}
	err := target.List(ctx, targets.ListRequest{All: true}, func(page []resource.Object) error {
		for _, object := range page {
			if object.Mark != "" {
				out[at[object.Kind]].Ours++
			} else {
				out[at[object.Kind]].Others++
			}
		}
		return nil
	})
	return out, err
}

// Described is what the target of a kind of platform says of itself.
func (o Options) Described(target string) (targets.Description, error) {
	known, err := o.known(&ir.Program{Platforms: []ir.Platform{{Target: target}}})
	if err != nil {
		return targets.Description{}, err
	}
	if factory := known[target]; factory != nil {
		return factory().Describe(), nil
	}
	var names []string
	for _, f := range o.Targets {
		names = append(names, f().Describe().Name)
	}
	if near := diag.Nearest(target, names); near != "" {
		return targets.Description{}, fmt.Errorf("this version cannot compile to %q; it can to %s", target, near)
	}
	return targets.Description{}, fmt.Errorf("this version cannot compile to %q; it can to %s, and to plugins named trayecto-target-NAME", target, list(names))
}
