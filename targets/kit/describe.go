package kit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

func describesItself(t testing.TB, h Harness) {
	d := h.Target().Describe()
	for what, text := range map[string]string{"name": d.Name, "version": d.Version, "documentation": d.Doc, "consent, in words": d.Can.Consent} {
		if text == "" {
			t.Errorf("the description has no %s", what)
		}
	}
	if len(d.Protocols) == 0 {
		t.Error("the description names no version of the protocol")
	}
	if len(d.Kinds) == 0 {
		t.Error("the description has no kinds")
	}
	documented(t, "the platform block", d.Settings)
	for _, b := range d.Blocks {
		if b.Type == "" || b.Doc == "" {
			t.Errorf("a nested block %q is not documented", b.Type)
		}
		documented(t, "block "+b.Type, b.Settings)
	}
	seen := map[string]bool{}
	for _, k := range d.Kinds {
		if k.Name == "" || k.Doc == "" || k.Version < 1 || k.Marks == "" {
			t.Errorf("the kind %q lacks a name, a documentation, a version or a word on marks: %+v", k.Name, k)
		}
		if seen[k.Name] {
			t.Errorf("the kind %q is described twice", k.Name)
		}
		seen[k.Name] = true
		if k.Manual != "" && !k.Unique {
			t.Errorf("objects of the kind %q are made by hand and can be found by no name of their own", k.Name)
		}
		if k.Marks == targets.NoMark && !k.Unique && !d.Can.Idempotent {
			t.Errorf("an object of the kind %q whose answer was lost can be found in no way", k.Name)
		}
	}
	if diff := difference(d, h.Target().Describe()); diff != "" {
		t.Errorf("the description differs from one time to the next (-first +second):\n%s", diff)
	}
}

// namesWhatIsMissing: Configure says which argument or variable it lacks, and
// leaves the platform's name to whoever configures it.
func namesWhatIsMissing(t testing.TB, h Harness) {
	p := h.Fresh(t)
	refused := func(c targets.Config, missing string) {
		err := h.Target().Configure(context.Background(), c)
		switch {
		case err == nil:
			t.Errorf("it was configured without %s", missing)
		case !strings.Contains(err.Error(), missing):
			t.Errorf("without %s it says %q", missing, err)
		case strings.Contains(err.Error(), "configuring") || strings.Contains(err.Error(), c.Platform.Address):
			t.Errorf("without %s it repeats what its caller says: %q", missing, err)
		}
	}
	for _, s := range h.Target().Describe().Settings {
		said, there := p.Config.Platform.Config.Get(s.Name)
		if !there {
			continue
		}
		if s.Required {
			less := p.Config
			less.Platform.Config.Settings = slices.DeleteFunc(slices.Clone(p.Config.Platform.Config.Settings), func(other ir.Setting) bool { return other.Name == s.Name })
			refused(less, s.Name)
		}
		if said.Env != "" {
			unset := p.Config
			unset.Env = func(name string) (string, bool) {
				if name == said.Env {
					return "", false
				}
				return p.Config.Env(name)
			}
			refused(unset, said.Env)
		}
	}
}

func documented(t testing.TB, where string, settings []targets.Setting) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range settings {
		if s.Name == "" || s.Doc == "" || seen[s.Name] {
			t.Errorf("%s: the setting %q lacks a name or a documentation, or comes twice", where, s.Name)
		}
		seen[s.Name] = true
	}
}

// explainsItself: a platform that writes to nobody claims nothing about how it
// writes, one that writes has journeys or gates, and none says anything else
// the second time.
func explainsItself(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	said := h.Target().Explain(before, p.Config.Platform)
	if diff := difference(said, h.Target().Explain(before, p.Config.Platform)); diff != "" {
		t.Errorf("the enforcement differs from one time to the next (-first +second):\n%s", diff)
	}
	if !said.Sends && (len(said.Gates) > 0 || said.Caps || said.Hours) {
		t.Errorf("a platform that sends nothing has no gates, caps or hours: %+v", said)
	}
	for _, g := range said.Gates {
		if g.Condition == nil {
			t.Errorf("the gate of %q has no condition", g.Send)
		}
		if g.Send != "" && !hasSend(before, g.Send) {
			t.Errorf("a gate stands before %q, which the program does not have", g.Send)
		}
	}
}

func hasSend(p *ir.Program, step string) bool {
	found := false
	for _, j := range p.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			_, send := s.(ir.Send)
			found = found || send && ir.JourneyOf(step) == j.Address && "step."+j.Address[len("journey."):]+"."+s.StepName() == step
		})
	}
	return found
}

// upgrades: what Lower emits is of the present schema, and a schema that is
// newer than the target is refused rather than guessed at.
func upgrades(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := h.Target()
	for _, r := range h.lower(t, before, p.Config.Platform) {
		version := kindOf(t, target.Describe(), r.Kind).Version
		same, err := target.Upgrade(r.Kind, r.Attributes, version)
		if err != nil || !resource.Equal(r.Attributes, same) {
			t.Errorf("%s: upgrading attributes of the present schema gave %v, %v", r.Address, same, err)
		}
		if _, err := target.Upgrade(r.Kind, r.Attributes, version+1); err == nil {
			t.Errorf("%s: attributes of the schema %d were accepted, and this version knows %d", r.Address, version+1, version)
		}
	}
	if _, err := target.Upgrade("no such kind", resource.Map{}, 1); err == nil {
		t.Error("attributes of a kind that does not exist were accepted")
	}
}

// counts: a target that says it counts answers for each segment, the others
// say that they do not.
func counts(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	deploy(t, target, h.wanted(t, before, p.Config.Platform))
	request := targets.CountRequest{Program: before, Platform: p.Config.Platform, Now: types.NewInstant(p.Config.Now)}
	for _, s := range before.Segments {
		if h.Holds == nil || h.Holds(s.Address) {
			request.Segments = append(request.Segments, s.Address)
		}
	}
	answers, err := target.Count(context.Background(), request)
	if !target.Describe().Can.Counts {
		if !errors.Is(err, targets.ErrNoCount) {
			t.Errorf("a target that does not count answered %v, %v", answers, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("counting: %v", err)
	}
	var got []string
	for _, a := range answers {
		got = append(got, a.Segment)
		if a.Members < 0 || a.Unknown != "" && a.Members != 0 {
			t.Errorf("%s: %d members, not known because %q", a.Segment, a.Members, a.Unknown)
		}
	}
	if diff := difference(request.Segments, got); diff != "" {
		t.Errorf("answers are not for the segments that were asked (-want +got):\n%s", diff)
	}
}
