package run

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// Rebuilt is a state as the marks on the platforms say that it was.
type Rebuilt struct {
	// Plan takes what is claimed into the state, and calls nobody.
	Plan  *plan.Plan
	Known int // objects that the state has already
	// Claims is what carries the mark of an object of the files.
	Claims []Claim
	// Absent is the objects of the files that nothing on the platforms is marked as.
	Absent []Absent
	// Strays is what carries a mark of this tool that no object of the files has.
	Strays []Stray
	// Twice is what carries the same mark as something that is claimed.
	Twice []Stray
	// Markless is the kinds of objects, by platform, that keep no marks and that the
	// files ask for.
	Markless []string
}

// Claim is an object that goes back into the state.
type Claim struct {
	Address resource.Address
	Kind    string
	ID      string
	Switch  resource.Switch
	Differs bool // it is not as the files say: the next plan changes it
	ByHand  bool // a person made it, and it is found by its name
}

// Absent is an object of the files that cannot be claimed.
type Absent struct {
	Address  resource.Address
	Kind     string
	Marks    bool     // the platform would keep its mark
	ByHand   bool     // a person makes it
	Namesake []string // ids of what has its name and no mark
}

// Stray is an object on a platform that no object of the files is.
type Stray struct {
	Platform, Kind, Key, ID string
	Switch                  resource.Switch
	Of                      string // the address that its mark is of; "" if none of the files'
}

// Rebuild reads what all platforms hold, and says what of it the files claim by
// the marks that were left on it. It changes nothing; applying the plan does.
func (l *Line) Rebuild(ctx context.Context) (*Rebuilt, diag.List, error) {
	in := l.input()
	if _, err := l.remember(ctx, &in); err != nil {
		return nil, nil, err
	}
	diags := in.HandOver(l.Program.Moves, nil)
	if diags.HasErrors() {
		return nil, diags, nil
	}
	more, err := l.desire(ctx, &in, nil)
	if diags = append(diags, more...); err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	all, err := l.holdings(ctx, &in)
	if err != nil {
		return nil, diags, err
	}
	made, more, err := plan.Make(in)
	if diags = append(diags, more...); err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	return rebuilt(in, made, all), diags, nil
}

// holdings reads everything that the platforms hold, by platform.
func (l *Line) holdings(ctx context.Context, in *plan.Input) (map[string][]resource.Object, error) {
	out := map[string][]resource.Object{}
	for i, p := range l.Platforms {
		identity, err := l.recognise(ctx, p)
		if err != nil {
			return nil, err
		}
		p.Identity, in.Platforms[i].Identity = identity, identity
		err = p.Target.List(ctx, targets.ListRequest{All: true}, func(page []resource.Object) error {
			out[p.Name] = append(out[p.Name], page...)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading what %s holds: %w", p.Address, err)
		}
		var kinds []string
		for _, k := range p.Description.Kinds {
			kinds = append(kinds, k.Name)
		}
		lost, err := p.lost(ctx, in.Prior, out[p.Name])
		if err != nil {
			return nil, fmt.Errorf("reading what %s holds: %w", p.Address, err)
		}
		out[p.Name] = append(out[p.Name], lost...)
		slices.SortFunc(out[p.Name], byKind)
		in.Match(p.Name, kinds, onFirst(out[p.Name]))
	}
	return out, nil
}

// onFirst has what reaches people claimed before its double that does not.
func onFirst(all []resource.Object) []resource.Object {
	rank := func(o resource.Object) int {
		if o.Switch == resource.On {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(all), func(a, b resource.Object) int { return cmp.Compare(rank(a), rank(b)) })
}

func byKind(a, b resource.Object) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Key, b.Key), strings.Compare(a.ID, b.ID))
}

// rebuilt sorts what is there into what is claimed and what is not.
func rebuilt(in plan.Input, made *plan.Plan, all map[string][]resource.Object) *Rebuilt {
	out := &Rebuilt{Plan: made.Adoptions(), Known: len(in.Prior)}
	claimed := map[objectPlace]bool{}
	for _, r := range slices.Concat(in.Prior, in.Deposed) {
		claimed[objectPlace{r.Address.Platform, r.Kind, r.ID}] = true
	}
	differs := map[resource.Address]bool{}
	for _, c := range made.Changes {
		if c.Action != plan.Adopt {
			differs[c.Address] = true
		}
	}
	has := map[resource.Address]bool{}
	claim := func(c Claim) {
		out.Claims = append(out.Claims, c)
		claimed[objectPlace{c.Address.Platform, c.Kind, c.ID}], has[c.Address] = true, true
	}
	for _, c := range out.Plan.Changes {
		claim(Claim{Address: c.Address, Kind: c.Kind, ID: c.ID, Switch: c.From.Switch, Differs: differs[c.Address]})
	}
	for _, r := range in.Prior {
		has[r.Address] = true
	}
	for _, r := range made.Refresh {
		if !has[r.Address] {
			claim(Claim{Address: r.Address, Kind: r.Kind, ID: r.ID, Switch: r.Switch, ByHand: true})
		}
	}
	slices.SortFunc(out.Claims, func(a, b Claim) int { return a.Address.Compare(b.Address) })
	out.absent(in, has, all)
	out.stray(in, claimed, all)
	return out
}

// objectPlace names an object on a platform.
type objectPlace struct{ platform, kind, id string }

// absent lists what the files ask for and nothing is marked as.
func (out *Rebuilt) absent(in plan.Input, has map[resource.Address]bool, all map[string][]resource.Object) {
	infos := map[string]plan.PlatformInfo{}
	for _, p := range in.Platforms {
		infos[p.Name] = p
	}
	for _, d := range in.Desired {
		info := infos[d.Address.Platform]
		a := Absent{Address: d.Address, Kind: d.Kind, Marks: slices.Contains(info.Marked, d.Kind), ByHand: info.Manual[d.Kind] != ""}
		if !a.Marks && !a.ByHand {
			out.Markless = append(out.Markless, "platform."+info.Name+" keeps no marks on a "+d.Kind)
		}
		if has[d.Address] {
			continue
		}
		for _, o := range all[d.Address.Platform] {
			if o.Kind == d.Kind && o.Mark == "" && o.Key != "" && o.Key == d.Key {
				a.Namesake = append(a.Namesake, o.ID)
			}
		}
		out.Absent = append(out.Absent, a)
	}
	slices.SortFunc(out.Absent, func(a, b Absent) int { return a.Address.Compare(b.Address) })
	slices.Sort(out.Markless)
	out.Markless = slices.Compact(out.Markless)
}

// stray lists what carries a mark and is not claimed.
func (out *Rebuilt) stray(in plan.Input, claimed map[objectPlace]bool, all map[string][]resource.Object) {
	marks := map[string]resource.Address{}
	for _, d := range in.Desired {
		marks[resource.Mark(in.Project, in.Env, d.Address)] = d.Address
	}
	for _, p := range in.Platforms {
		for _, o := range all[p.Name] {
			if o.Mark == "" || claimed[objectPlace{p.Name, o.Kind, o.ID}] {
				continue
			}
			s := Stray{Platform: p.Name, Kind: o.Kind, Key: o.Key, ID: o.ID, Switch: o.Switch}
			if of, known := marks[o.Mark]; known {
				s.Of = of.String()
				out.Twice = append(out.Twice, s)
			} else {
				out.Strays = append(out.Strays, s)
			}
		}
	}
}
