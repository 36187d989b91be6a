package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// takeOver finds the objects that import blocks name, on their platforms. A
// block whose object is in the state already is done.
func (l *Line) takeOver(ctx context.Context, in *plan.Input) (diag.List, error) {
	var found diag.List
	for _, i := range l.Program.Imports {
		r, wrong := importedAs(i, in.Desired)
		if wrong != nil {
			found = append(found, *wrong)
			continue
		}
		done, wrong := heldAlready(i, r, in.Prior)
		if wrong != nil {
			found = append(found, *wrong)
		}
		if done || wrong != nil {
			continue
		}
		o, err := l.objectOf(ctx, r, i.ID)
		if err != nil {
			return found, err
		}
		if o == nil {
			found = append(found, diag.Diagnostic{
				Rule: ruleLookup, At: i.At, Mark: fmt.Sprintf("platform.%s has no %s %s", r.Address.Platform, r.Kind, i.ID),
				Help: fmt.Sprintf("list what it has with: trayecto import --platform %s", r.Address.Platform),
			})
			continue
		}
		in.Import(r.Address, *o)
	}
	return found, nil
}

// importedAs is the desired object that an import block is about.
func importedAs(i ir.Import, desired []resource.Resource) (resource.Resource, *diag.Diagnostic) {
	var all []resource.Resource
	for _, r := range desired {
		if r.Address.Object == i.To && (i.Platform == "" || i.Platform == "platform."+r.Address.Platform) {
			all = append(all, r)
		}
	}
	refused := func(mark, help string) (resource.Resource, *diag.Diagnostic) {
		return resource.Resource{}, &diag.Diagnostic{Rule: ruleImport, At: i.At, Mark: mark, Help: help}
	}
	if len(all) == 0 {
		return refused(i.To+" is no object of "+orAny(i.Platform), "take over for what goes to the platform")
	}
	if names := platformsOf(all); len(names) > 1 {
		return refused(i.To+" goes to "+list(names), "add platform = "+names[0])
	}
	roles := rolesOf(all)
	at := slices.IndexFunc(all, func(r resource.Resource) bool { return r.Address.Role == i.Role })
	switch {
	case at >= 0:
		return all[at], nil
	case len(all) == 1 && i.Role == "":
		return all[0], nil
	}
	return refused(fmt.Sprintf("%s is %d objects there, and none of them is called %q", i.To, len(all), i.Role), "add role = "+strings.Join(roles, " or "))
}

func orAny(platform string) string {
	if platform == "" {
		return "any platform"
	}
	return platform
}

func platformsOf(all []resource.Resource) []string {
	var names []string
	for _, r := range all {
		names = append(names, "platform."+r.Address.Platform)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func rolesOf(all []resource.Resource) []string {
	var roles []string
	for _, r := range all {
		roles = append(roles, quote(r.Address.Role))
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// heldAlready tells whether state has the object where the block wants it, and
// refuses what it has elsewhere.
func heldAlready(i ir.Import, r resource.Resource, prior []plan.Record) (done bool, wrong *diag.Diagnostic) {
	for _, held := range prior {
		same := held.Address.Platform == r.Address.Platform && held.Kind == r.Kind && held.ID == i.ID
		switch {
		case held.Address == r.Address && same:
			return true, nil
		case held.Address == r.Address:
			return false, &diag.Diagnostic{Rule: ruleImport, At: i.At, Mark: fmt.Sprintf("%s is %s already", held.Address, held.ID),
				Help: "remove this block, or let go of the other object first: trayecto state rm " + held.Address.Object}
		case same:
			return false, &diag.Diagnostic{Rule: ruleImport, At: i.At, Mark: fmt.Sprintf("%s is managed as %s already", i.ID, held.Address),
				Help: fmt.Sprintf("write instead moved { from = %s, to = %s }, in two lines", held.Address.Object, i.To)}
		}
	}
	return false, nil
}

// objectOf is an object by its id; nil when there is none.
func (l *Line) objectOf(ctx context.Context, r resource.Resource, id string) (*resource.Object, error) {
	for _, p := range l.Platforms {
		if p.Name != r.Address.Platform {
			continue
		}
		found, err := p.Target.Get(ctx, r.Kind, []string{id})
		if err != nil {
			return nil, fmt.Errorf("reading %s from %s: %w", id, p.Address, err)
		}
		if len(found) > 0 {
			return &found[0], nil
		}
	}
	return nil, nil
}
