// Package run is the whole line: load, compile, lower, look up, list, plan, apply.
//
// Everything that a command does with a project goes through a Line: files
// become a program, the program becomes resources per platform, what the
// platforms hold is read, the two are compared against state, and people are
// counted. Nothing here prints; what authors should read comes back as
// diagnostics, what operators should read as errors.
package run

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/workers"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// Options is what a line starts from.
type Options struct {
	Dir       string
	Env       string
	Vars      map[string]string
	Now       time.Time
	Tool      string                           // version
	LookupEnv func(name string) (string, bool) // environment variables
	Targets   []targets.Factory                // the built-in targets
	// Offline has plans made without the platforms: no credentials are needed, and
	// what somebody changed there is not seen.
	Offline bool
	// Retell has the people written as tests whom gates stop: one for each gate, which
	// takes time. Who gets what they may not get always is.
	Retell bool
	// CacheKey seals what is kept of compiled projects; empty: nothing is kept.
	// Build tells builds of one version apart.
	CacheKey []byte
	Build    string
	// Random is where ids of locks come from; nil: only places of the state that
	// need none can be used.
	Random io.Reader
	// Expect is told how many bytes of files there are before they are read into
	// blocks; nil where nobody wants to know.
	Expect func(bytes int)
	// Plugins finds a target that is not built in; the factory is nil when there
	// is none. Without it there are no plugins.
	Plugins func(name string) (targets.Factory, error)
}

// Loaded is a project as its files say. Program is nil when they do not say
// enough. Of a project that comes from the cache only the name, the zone, the
// currency, the languages and the sources are known.
type Loaded struct {
	Project     *project.Project
	Source      string // digest of the project's files
	Program     *ir.Program
	Diagnostics diag.List

	targets map[string]targets.Factory // by the names that the program uses
	kept    *cache                     // of it; nil where nothing is kept
}

// Load reads and compiles a project. It touches no platform and no state.
func Load(o Options) (*Loaded, error) {
	set, err := source.Load(o.Dir, source.Options{})
	if err != nil {
		return nil, err
	}
	if o.Expect != nil {
		o.Expect(set.Size())
	}
	kept := newCache(o, set)
	if kept == nil {
		return checked(compileAll(o, set), o)
	}
	l := kept.load()
	if l == nil {
		l = compileAll(o, set)
		kept.keep(l)
	}
	l.kept = kept
	return checked(l, o)
}

// compileAll is what the files say, without the cache.
func compileAll(o Options, set *source.Set) *Loaded {
	p, diags := project.From(set, project.Options{Dir: o.Dir, Env: o.Env, Vars: o.Vars})
	p.Once = true
	l := &Loaded{Project: p, Diagnostics: diags}
	if !diags.HasErrors() || p.Head != nil {
		program, more := compiler.Compile(p)
		l.Program, l.Diagnostics = program, append(l.Diagnostics, more...)
	}
	l.Source = set.Digest()
	return l
}

// checked adds what the targets have to say about the platform blocks.
func checked(l *Loaded, o Options) (*Loaded, error) {
	if l.Program == nil {
		return l, nil
	}
	var err error
	if l.targets, err = o.known(l.Program); err != nil {
		return nil, err
	}
	l.Diagnostics = append(l.Diagnostics, unblamed(checkPlatforms(l.Program, l.targets), l)...)
	l.Diagnostics = append(l.Diagnostics, checkProviders(l.Program, l.targets)...)
	return l, nil
}

// Line is a compiled project with its platforms and its state at hand.
type Line struct {
	Options
	Program   *ir.Program
	Source    string // digest of the project's files
	Platforms []*Platform
	State     *state.State
	Notices   []state.Notice

	index *ir.Index // of Program
	kept  *cache    // of its project; nil where nothing is kept
}

// Platform is one platform of the line.
type Platform struct {
	ir.Platform
	Target      targets.Target
	Description targets.Description
	Identity    string   // the account; "" when it does not exist yet
	Placed      []string // what goes there, sorted
}

// Open reads the state of a program without errors and configures its
// platforms. One that nothing goes to and that holds nothing of ours is left
// alone: nobody needs its credentials yet. Of the loaded project only what comes
// from a cache is known from here on. Close the line when done.
func Open(ctx context.Context, l *Loaded, o Options) (*Line, error) {
	st, notices, at, err := o.surroundings(ctx, l.Program)
	if err != nil {
		return nil, err
	}
	_ = o.noteWhereabouts(l.Program) // a folder may be read-only to who plans; Apply insists
	l.Project = known(l.Project)
	line := &Line{Options: o, Program: l.Program, Source: l.Source, State: st, Notices: notices, index: at.index, kept: l.kept}
	held := holders(st)
	for i, p := range l.Program.Platforms {
		placed := at.placed[i]
		if !held[p.Name] && len(placed) == 0 {
			continue
		}
		target := l.targets[p.Target]()
		line.Platforms = append(line.Platforms, &Platform{Platform: p, Target: target, Description: target.Describe(), Placed: placed})
		if o.Offline {
			continue
		}
		err := target.Configure(ctx, targets.Config{Platform: p, Dir: o.Dir, Env: o.LookupEnv, Now: o.Now})
		if err != nil {
			line.Close()
			return nil, fmt.Errorf("configuring %s: %w", p.Address, err)
		}
	}
	return line, nil
}

// placement is what of a program goes where.
type placement struct {
	index  *ir.Index
	placed [][]string // by platform
}

// surroundings reads the state of a program while it is worked out what of it goes
// where: neither needs the other.
func (o Options) surroundings(ctx context.Context, p *ir.Program) (st *state.State, notices []state.Notice, at placement, err error) {
	both := []func(){
		func() { st, notices, err = o.state(ctx, p) },
		func() {
			at.index = p.Index()
			for _, platform := range p.Platforms {
				at.placed = append(at.placed, at.index.Placed(platform.Address))
			}
		},
	}
	workers.Each(len(both), 0, func(i int) { both[i]() })
	return st, notices, at, err
}

// holders is the platforms that hold something that was applied, or may.
func holders(st *state.State) map[string]bool {
	out := st.Holders()
	for _, r := range st.Deposed() {
		out[r.Address.Platform] = true
	}
	for _, p := range st.Pending() {
		out[p.Address.Platform] = true
	}
	return out
}

// Close ends the platforms' connections. What goes wrong then has no effect
// on what was done, so it is not reported.
func (l *Line) Close() {
	for _, p := range l.Platforms {
		_ = p.Target.Close()
	}
}

// targetsByName is the configured targets as package apply wants them.
func (l *Line) targetsByName() map[string]targets.Target {
	out := map[string]targets.Target{}
	for _, p := range l.Platforms {
		out[p.Name] = p.Target
	}
	return out
}
