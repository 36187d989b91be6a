package run

import (
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// known is the built-in targets and the plugins that a program needs, by name.
func (o Options) known(p *ir.Program) (map[string]targets.Factory, error) {
	out := map[string]targets.Factory{}
	for _, f := range o.Targets {
		out[f().Describe().Name] = f
	}
	if o.Plugins == nil {
		return out, nil
	}
	for _, platform := range p.Platforms {
		if out[platform.Target] != nil {
			continue
		}
		factory, err := o.Plugins(platform.Target)
		if err != nil {
			return nil, err
		}
		if factory != nil {
			out[platform.Target] = factory
		}
	}
	return out, nil
}

// checkPlatforms holds every platform block against what its target documents.
func checkPlatforms(p *ir.Program, factories map[string]targets.Factory) diag.List {
	var diags diag.List
	names := make([]string, 0, len(factories))
	for name := range factories {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, platform := range p.Platforms {
		factory, ok := factories[platform.Target]
		if !ok {
			diags = append(diags, unknownTarget(platform, names))
			continue
		}
		diags = append(diags, checkConfig(platform, factory().Describe())...)
	}
	return diags
}

// unblamed leaves out what a platform lacks where its block was complained
// about already: what is missing may be what was not understood.
func unblamed(diags diag.List, l *Loaded) diag.List {
	var kept diag.List
	for _, d := range diags {
		if d.Rule != ruleMissing || !complained(d.At, l) {
			kept = append(kept, d)
		}
	}
	return kept
}

// complained tells whether there is an error in the platform block around a place.
func complained(at diag.Range, l *Loaded) bool {
	for _, b := range l.Project.Blocks {
		if b.Type.Name != "platform" || !inside(at, b.Whole) {
			continue
		}
		for _, d := range l.Diagnostics {
			if d.Rule.Severity == diag.Error && inside(d.At, b.Whole) {
				return true
			}
		}
	}
	return false
}

func inside(at, whole diag.Range) bool {
	return at.File == whole.File && at.Start.Byte >= whole.Start.Byte && at.End.Byte <= whole.End.Byte
}

func unknownTarget(p ir.Platform, names []string) diag.Diagnostic {
	d := diag.Diagnostic{Rule: ruleTarget, At: p.At, Mark: "this version cannot compile to " + quote(p.Target)}
	d.Detail = "It can compile to " + list(names) + "."
	if near := diag.Nearest(p.Target, names); near != "" {
		d.Help = `write platform "` + near + `" "` + p.Name + `"`
		return d
	}
	d.Help = "put the plugin trayecto-target-" + p.Target + " into .trayecto/plugins or onto PATH, if there is one"
	return d
}

func checkConfig(p ir.Platform, d targets.Description) diag.List {
	diags := checkSettings(p.Address, p.Config, d.Settings)
	forms := map[string]targets.BlockForm{}
	var types []string
	for _, form := range d.Blocks {
		forms[form.Type] = form
		types = append(types, form.Type)
	}
	for _, block := range p.Config.Blocks {
		form, ok := forms[block.Type]
		if !ok {
			diags = append(diags, diag.Diagnostic{Rule: ruleSetting, At: block.Config.At,
				Mark: p.Address + " has no block " + quote(block.Type), Help: helpNearest(block.Type, types)})
			continue
		}
		diags = append(diags, checkSettings(p.Address+", "+block.Type, block.Config, form.Settings)...)
	}
	return diags
}

func checkSettings(owner string, c ir.Config, documented []targets.Setting) diag.List {
	var diags diag.List
	var names []string
	for _, s := range documented {
		names = append(names, s.Name)
		_, there := c.Get(s.Name)
		if s.Required && !there && !meant(s.Name, c, documented) {
			diags = append(diags, diag.Diagnostic{Rule: ruleMissing, At: c.At, Mark: owner + " needs " + s.Name,
				Help: "add " + s.Name + ": " + s.Doc})
		}
		if set, _ := c.Get(s.Name); there && s.Secret && set.Env == "" {
			diags = append(diags, diag.Diagnostic{Rule: ruleSecret, At: set.At, Mark: s.Name + " is a secret",
				Detail: "What is written in a file is read by everyone who reads the repository.",
				Help:   `write ` + s.Name + ` = env("NAME_OF_A_VARIABLE")`})
		}
	}
	for _, s := range c.Settings {
		if !contains(names, s.Name) && !contains(names, targets.AnyName) {
			diags = append(diags, diag.Diagnostic{Rule: ruleSetting, At: s.At, Mark: owner + " has no argument " + quote(s.Name),
				Help: helpNearest(s.Name, names)})
		}
	}
	return diags
}

// meant tells whether a setting is written under a misspelt name, which is told.
func meant(name string, c ir.Config, documented []targets.Setting) bool {
	var names []string
	for _, s := range documented {
		names = append(names, s.Name)
	}
	return slices.ContainsFunc(c.Settings, func(s ir.Setting) bool { return !contains(names, s.Name) && diag.Nearest(s.Name, names) == name })
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func helpNearest(name string, names []string) string {
	if near := diag.Nearest(name, names); near != "" {
		return "write " + near
	}
	if len(names) == 0 {
		return "remove it"
	}
	return "it understands " + list(names)
}
