package notifuse

import (
	"context"
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// What only people set in a workspace: a key of the API reads it and may not
// write it. Each is a kind of its own with one object, which is there or is not,
// so that the plan says what is to be set and what waits for it.

// The kinds that people make by hand.
const (
	kindProvider = "provider"
	kindTracking = "tracking"
	kindNotices  = "notices"
)

// hands is what people set: its name in plans, and whether a workspace has it.
var hands = []struct {
	kind, key string
	is        func(workspace) bool
}{
	{kindProvider, "marketing e-mail", func(w workspace) bool { p := w.provider(); return p != nil && len(p.Provider.Senders) > 0 }},
	{kindTracking, "opens and clicks", func(w workspace) bool { return w.Settings.Tracking }},
	{kindNotices, "bounces", func(w workspace) bool { p := w.provider(); return p != nil && p.Provider.Kind != "smtp" }},
}

// provider is the integration that sends what automations and broadcasts write.
func (w workspace) provider() *integration {
	for i, p := range w.Integrations {
		if p.ID == w.Settings.MarketingProvider && p.Type == "email" {
			return &w.Integrations[i]
		}
	}
	return nil
}

// byHand tells whether people make the objects of a kind.
func byHand(kind string) bool {
	return slices.ContainsFunc(kinds, func(k targets.Kind) bool { return k.Name == kind && k.Manual != "" })
}

// set is the objects of a kind that people have made.
func (t *Target) set(ctx context.Context, kind string) ([]resource.Object, error) {
	w, err := t.open(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range hands {
		if h.kind == kind && h.is(*w) {
			return []resource.Object{{Kind: kind, ID: kind, Key: h.key, Attributes: resource.Map{}}}, nil
		}
	}
	return nil, nil
}

// needs notes that something has to be set in the workspace, and returns it.
func (l *lowering) needs(kind string) resource.Value {
	address := resource.Address{Object: l.Platform.Address, Platform: l.Platform.Name, Role: kind}
	if !slices.ContainsFunc(l.resources, func(r resource.Resource) bool { return r.Address == address }) {
		for _, h := range hands {
			if h.kind == kind {
				l.resources = append(l.resources, resource.Resource{Address: address, Kind: kind, Key: h.key, Attributes: resource.Map{}, At: l.Platform.At})
			}
		}
	}
	return id(address)
}
