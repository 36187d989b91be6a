package run

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// Holding is an object on a platform that this project does not manage.
type Holding struct {
	Platform string // "sandbox"
	Object   resource.Object
	// Address is what it would be called, "" where the language cannot say it,
	// and Why then says why. Loses names what the words would leave out.
	Address    string
	Why, Loses string
	// Blocks is the block of the object and the import block that takes it over,
	// not yet in the layout of fmt.
	Blocks string
}

// Others lists what the platforms hold and this project does not manage, with
// the blocks that would take it over. Names are free of what the project
// declares. Platform is the name of one platform, or "" for all.
func (l *Line) Others(ctx context.Context, platform string) ([]Holding, error) {
	taken := map[string]bool{}
	for _, d := range l.Program.Declarations() {
		taken[d.Header().Address] = true
	}
	var out []Holding
	found := false
	for _, p := range l.Platforms {
		if platform != "" && p.Name != platform {
			continue
		}
		found = true
		objects, err := l.strange(ctx, p)
		if err != nil {
			return nil, err
		}
		for i, r := range raised(p, objects) {
			out = append(out, holding(p, objects[i], r, taken))
		}
	}
	if !found {
		return nil, fmt.Errorf("there is no platform %q; there is %s", platform, list(l.platformNames()))
	}
	return out, nil
}

func (l *Line) platformNames() []string {
	var names []string
	for _, p := range l.Platforms {
		names = append(names, p.Name)
	}
	return names
}

// strange lists the objects of a platform that neither state knows nor our
// marks claim, sorted by kind and key.
func (l *Line) strange(ctx context.Context, p *Platform) ([]resource.Object, error) {
	type place struct{ kind, id string }
	ours, marks, hand := map[place]bool{}, map[string]bool{}, map[string]bool{}
	for _, k := range p.Description.Kinds {
		hand[k.Name] = k.Manual != "" // is found by its name, and never taken over
	}
	for _, r := range slices.Concat(l.State.Records(), l.State.Deposed()) {
		if r.Address.Platform == p.Name {
			ours[place{r.Kind, r.ID}] = true
		}
	}
	for _, r := range lower(l.Program, p).Resources {
		marks[resource.Mark(l.Program.Project.Name, l.Env, r.Address)] = true
	}
	var out []resource.Object
	err := p.Target.List(ctx, targets.ListRequest{All: true}, func(page []resource.Object) error {
		for _, o := range page {
			if !ours[place{o.Kind, o.ID}] && !marks[o.Mark] && !hand[o.Kind] {
				out = append(out, o)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading what %s holds: %w", p.Address, err)
	}
	slices.SortFunc(out, func(a, b resource.Object) int {
		return strings.Compare(a.Kind+"\x00"+a.Key+"\x00"+a.ID, b.Kind+"\x00"+b.Key+"\x00"+b.ID)
	})
	return out, nil
}

// raised puts objects into the language: as the target says, else as resource
// blocks.
func raised(p *Platform, objects []resource.Object) []targets.Raised {
	if raiser, can := p.Target.(targets.Raiser); can && p.Description.Can.Raises && len(objects) > 0 {
		return raiser.Raise(targets.RaiseRequest{Objects: objects})
	}
	out := make([]targets.Raised, len(objects))
	for i, o := range objects {
		k := targets.Kind{Name: o.Kind}
		for _, known := range p.Description.Kinds {
			if known.Name == o.Kind {
				k = known
			}
		}
		out[i] = targets.RaisePlain(k, o)
	}
	return out
}

func holding(p *Platform, o resource.Object, r targets.Raised, taken map[string]bool) Holding {
	h := Holding{Platform: p.Name, Object: o, Why: r.Why, Loses: r.Loses}
	if r.Type == "" {
		return h
	}
	name := r.Name
	for n := 2; taken[r.Type+"."+name]; n++ {
		name = r.Name + "_" + strconv.Itoa(n)
	}
	h.Address = r.Type + "." + name
	taken[h.Address] = true
	labels, more := targets.QuoteHCL(name), ""
	if r.Type == "resource" {
		labels = targets.QuoteHCL(o.Kind) + " " + labels
		more = "platform = " + p.Address + "\n"
		if o.Key != "" && o.Key != name {
			more += "key = " + targets.QuoteHCL(o.Key) + "\n"
		}
	}
	h.Blocks = fmt.Sprintf("%s %s {\n%s%s}\n\nimport {\nto = %s\nplatform = %s\nid = %s\n}\n",
		r.Type, labels, more, r.Body, h.Address, p.Address, targets.QuoteHCL(o.ID))
	return h
}
