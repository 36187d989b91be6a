package notifuse

import (
	"context"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

func exists(message string) bool { return strings.Contains(message, "already exists") }

// Count has the platform try each segment's tree out on its own contacts. It
// counts as of the platform's own clock.
func (t *Target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	out := make([]targets.CountAnswer, len(r.Segments))
	placed := r.Program.Placed(r.Platform.Address)
	for i, address := range r.Segments {
		out[i].Segment = address
		l := newLowering(targets.LowerRequest{Program: r.Program, Platform: r.Platform, Placed: placed})
		s, ok := ir.Find(r.Program.Segments, address)
		if !ok || !l.placed[address] {
			out[i].Unknown = "it is not on this platform"
			continue
		}
		l.segment(s)
		if l.found.HasErrors() {
			out[i].Unknown = "its condition cannot be said here"
			continue
		}
		var err error
		if out[i].Members, out[i].Unknown, err = t.members(ctx, r.Program, l.resources[len(l.resources)-1].Attributes["tree"]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *Target) members(ctx context.Context, p *ir.Program, tree resource.Value) (members int, unknown string, err error) {
	tree, missing, err := t.resolved(ctx, p, tree)
	if err != nil || missing != "" {
		return 0, missing, err
	}
	var answer struct {
		Total int `json:"total_count"`
	}
	err = t.try(ctx, "segments.preview", map[string]any{"tree": plain(tree), "limit": 1}, &answer)
	return answer.Total, "", err
}

// resolved is a tree with the ids of what it mentions.
func (t *Target) resolved(ctx context.Context, p *ir.Program, tree resource.Value) (filled resource.Value, missing string, err error) {
	ids := map[resource.Value]string{}
	refs := resource.Refs(tree)
	requests := make([]targets.FindRequest, len(refs))
	for i, ref := range refs {
		requests[i] = targets.FindRequest{Kind: kindTemplate, Mark: resource.Mark(p.Project.Name, p.Project.Env, ref.Address)}
		if ir.KindOf(ref.Address.Object) != "touchpoint" {
			requests[i].Kind = kindList
		}
	}
	found, err := t.FindEach(ctx, requests)
	if err != nil {
		return nil, "", err
	}
	for i, ref := range refs {
		if len(found[i]) == 0 {
			return nil, fmt.Sprintf("%s is not there yet", ref.Address.Object), nil
		}
		ids[ref] = found[i][0].ID
	}
	for _, l := range resource.Lookups(tree) {
		answers, err := t.Lookup(ctx, []resource.Lookup{l})
		if err != nil {
			return nil, "", err
		}
		if !answers[0].Found {
			return nil, fmt.Sprintf("there is no list %s", l.Key), nil
		}
		ids[l] = answers[0].ID
	}
	return resource.Fill(tree, func(v resource.Value) resource.Value {
		if found, there := ids[v]; there {
			return resource.String(found)
		}
		return nil
	}), "", nil
}
