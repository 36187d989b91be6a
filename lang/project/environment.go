package project

import (
	"fmt"
	"path"
	"strings"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

// environment puts the platforms of env/<name>.hcl in the place of those of
// the same name and returns the values that the file gives to variables.
func (l *loader) environment() []block.Argument {
	if l.o.Env == "" {
		return nil
	}
	f, there := l.p.Sources.Env(l.o.Env)
	if !there {
		l.noEnvironment()
		return nil
	}
	blocks, loose := l.file(f)
	for _, b := range blocks {
		if b.Type.Name != "platform" {
			l.say(diag.Diagnostic{
				Rule: strangeInEnv, At: b.At, Mark: "only platform blocks and values stand here",
				Help: fmt.Sprintf("move the %s block into a file of the project", b.Type.Name),
			})
			continue
		}
		l.replace(b)
	}
	sortBlocks(l.all)
	var values []block.Argument
	for i := range loose {
		switch loose[i].Name {
		case "leave_out":
			l.p.LeaveOut = withArg(loose[i])
		case "only_to":
			l.p.OnlyTo = withArg(loose[i])
		default:
			values = append(values, loose[i])
		}
	}
	return values
}

func withArg(a block.Argument) *block.Argument {
	a.Arg, _ = block.Environment.Arg(a.Name)
	return &a
}

// replace puts an environment's platform in the place of the project's.
func (l *loader) replace(b *block.Block) {
	for i, other := range l.all {
		if other.Address() == b.Address() && !strings.HasPrefix(other.At.File, "env/") {
			l.all[i] = b
			l.all = append(l.all[:i+1], without(l.all[i+1:], b.Address())...)
			return
		}
	}
	if l.p.Partial {
		return
	}
	for _, other := range l.all {
		if other.Address() == b.Address() { // the second of the environment
			l.twice(sameAddress, b, other, "remove one of the two")
			return
		}
	}
	l.noSuchPlatform(b)
}

// noSuchPlatform refuses a platform that only the environment has: were its
// name a slip, the project's own account would stay in use.
func (l *loader) noSuchPlatform(b *block.Block) {
	var have []string
	for _, other := range l.all {
		if other.Type.Name == "platform" {
			have = append(have, platformName(other))
		}
	}
	d := diag.Diagnostic{
		Rule: noSuchPlatform, At: b.At, Mark: "replaces nothing",
		Help: fmt.Sprintf("add platform %q to a file of the project too", platformName(b)),
	}
	if near := diag.Nearest(platformName(b), have); near != "" {
		d.Mark, d.Help = "there is platform."+near, fmt.Sprintf("write %q", near)
	}
	l.say(d)
}

// without drops the project's own duplicates of a platform that an environment
// replaces.
func without(blocks []*block.Block, address string) []*block.Block {
	var kept []*block.Block
	for _, b := range blocks {
		if b.Address() != address || strings.HasPrefix(b.At.File, "env/") {
			kept = append(kept, b)
		}
	}
	return kept
}

func (l *loader) noEnvironment() {
	d := diag.Diagnostic{
		Rule: noEnvironment, At: diag.Range{File: "env/" + l.o.Env + ".hcl", Start: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 1}},
	}
	envs := l.p.Sources.Envs()
	near := diag.Nearest(strings.TrimSuffix(path.Base(l.o.Env), ".hcl"), envs) // it may be given as a path
	switch {
	case len(envs) == 0:
		d.Detail = "The project has no folder env, so it has no environments."
		d.Help = fmt.Sprintf("write env/%s.hcl, or leave --env out", l.o.Env)
	case near != "":
		d.Detail = fmt.Sprintf("The project has these environments: %s.", strings.Join(envs, ", "))
		d.Help = "use --env " + near
	default:
		d.Detail = fmt.Sprintf("The project has these environments: %s.", strings.Join(envs, ", "))
		d.Help = fmt.Sprintf("use one of them, or write env/%s.hcl", l.o.Env)
	}
	l.say(d)
}

// platformName is the second label; the first is the target.
func platformName(b *block.Block) string { return b.Label(1) }
