package run

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/workers"
	"github.com/trayecto/trayecto/targets"
)

// Lower turns the program into the resources of all platforms. It is offline.
func (l *Line) Lower() ([]resource.Resource, map[string]targets.Lowered, diag.List) {
	var all []resource.Resource
	var diags diag.List
	byPlatform := map[string]targets.Lowered{}
	for _, p := range l.Platforms {
		lowered := lower(l.Program, p)
		byPlatform[p.Name] = lowered
		if all == nil {
			all = lowered.Resources // of most projects they are all
		} else {
			all = append(slices.Clip(all), lowered.Resources...)
		}
		diags = append(diags, lowered.Diagnostics...)
	}
	return all, byPlatform, diags
}

// lower is what a target makes of what goes to its platform, held against what
// must be true of every target's answer.
func lower(program *ir.Program, p *Platform) targets.Lowered {
	r := targets.LowerRequest{Program: program, Platform: p.Platform, Placed: p.Placed}
	lowered := p.Target.Lower(r)
	if lowered.Diagnostics.HasErrors() {
		return lowered
	}
	lowered.Diagnostics = append(lowered.Diagnostics, unheard(r, lowered, p.Description.Kinds)...)
	lowered.Diagnostics = append(lowered.Diagnostics, sameName(lowered.Resources)...)
	return lowered
}

// unheard finds resource blocks that a target has passed over: it knows none.
func unheard(r targets.LowerRequest, lowered targets.Lowered, kinds []targets.Kind) diag.List {
	if len(r.Program.Resources) == 0 {
		return nil
	}
	heard := map[string]bool{}
	for _, made := range lowered.Resources {
		heard[made.Address.Object] = true
	}
	var found diag.List
	for _, block := range r.Program.Resources {
		if block.Platform == r.Platform.Address && slices.Contains(r.Placed, block.Address) && !heard[block.Address] {
			found = append(found, targets.NoSuchKind(block, r.Platform, kinds))
		}
	}
	return found
}

// sameName finds objects of one kind that would have one natural key, which
// the author of a resource block chooses.
func sameName(list []resource.Resource) diag.List {
	type name struct{ kind, key string }
	first := make(map[name]*resource.Resource, len(list))
	var found diag.List
	for i := range list {
		r := &list[i]
		n := name{r.Kind, r.Key}
		other, taken := first[n]
		if r.Key == "" || !taken {
			first[n] = r
			continue
		}
		if ir.KindOf(r.Address.Object) != "resource" {
			r, other = other, r
		}
		found = append(found, diag.Diagnostic{
			Rule: ruleSameName, At: r.At, Mark: fmt.Sprintf("%s is the %s %s too", other.Address.Object, r.Kind, r.Key),
			Related: []diag.Label{{At: other.At, Text: other.Address.Object}}, Help: "give it another key",
		})
	}
	return found
}

// lookUp asks the platforms for what the resources mention and they already
// have. What is not there is a finding at the line that names it.
func (l *Line) lookUp(ctx context.Context, lowered map[string]targets.Lowered) ([]plan.LookupID, diag.List, error) {
	var found []plan.LookupID
	var diags diag.List
	for _, p := range l.Platforms {
		asked := sortedLookups(lowered[p.Name])
		if len(asked) == 0 {
			continue
		}
		if l.State != nil && l.State.Identity(p.Name) != "" {
			if _, err := l.recognise(ctx, p); err != nil {
				return nil, nil, err
			}
		}
		answers, err := p.Target.Lookup(ctx, asked)
		if err != nil {
			return nil, nil, fmt.Errorf("looking up what %s has: %w", p.Address, err)
		}
		for i, a := range answers {
			if !a.Found {
				diags = append(diags, l.notThere(p, asked[i], a, lowered[p.Name].Lookups[asked[i]]))
				continue
			}
			found = append(found, plan.LookupID{Platform: p.Name, Kind: asked[i].Kind, Key: asked[i].Key, ID: a.ID})
		}
	}
	return found, diags, nil
}

func sortedLookups(lowered targets.Lowered) []resource.Lookup {
	asked := make([][]resource.Lookup, len(lowered.Resources))
	workers.InRuns(len(asked), atOnce, 0, func(i int) { asked[i] = resource.Lookups(lowered.Resources[i].Attributes) })
	seen := map[resource.Lookup]bool{}
	for l := range lowered.Lookups {
		seen[l] = true
	}
	for _, list := range asked {
		for _, l := range list {
			seen[l] = true
		}
	}
	out := make([]resource.Lookup, 0, len(seen))
	for l := range seen {
		out = append(out, l)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Kind < out[j].Kind || out[i].Kind == out[j].Kind && out[i].Key < out[j].Key
	})
	return out
}

// notThere is the finding that a platform lacks something: at the argument that
// names it, or, where it has the name that it has in the project, at the block.
func (l *Line) notThere(p *Platform, asked resource.Lookup, a targets.LookupAnswer, at diag.Range) diag.Diagnostic {
	if at.IsZero() {
		at = p.At
	}
	d := diag.Diagnostic{Rule: ruleLookup, At: at, Mark: p.Address + " has no " + asked.Kind + " " + asked.Key}
	if a.Remedy != "" {
		d.Help = a.Remedy
		return d
	}
	called := "<what it is called there>"
	if a.Nearest != "" {
		called, d.Help = a.Nearest, "write "+a.Nearest
	}
	if at != p.At {
		return d
	}
	switch arguments := l.arguments(asked.Key); {
	case len(arguments) == 1:
		d.Help = fmt.Sprintf("write %s = { %s = %q } in the block of %s", arguments[0], asked.Key, called, p.Address)
	case a.Nearest != "":
	case len(arguments) == 0:
		d.Help = "set it there and plan again"
	default:
		d.Help = "say in the block of " + p.Address + " what it is called there"
	}
	return d
}

// arguments lists the arguments of a platform block that may say what something
// of the project is called there; none where it is nothing of the project's.
func (l *Line) arguments(name string) []string {
	_, attribute := l.Program.Person.AttributeNamed(name)
	_, key := l.Program.Person.KeyNamed(name)
	_, event := ir.Find(l.Program.Events, "event."+name)
	_, consent := ir.Find(l.Program.Consents, "consent."+name)
	var out []string
	for _, is := range []struct {
		so       bool
		argument string
	}{{attribute || key, "fields"}, {event, "events"}, {consent, "consents"}} {
		if is.so {
			out = append(out, is.argument)
		}
	}
	return out
}
