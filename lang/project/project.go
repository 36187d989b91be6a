// Package project makes one set of blocks of a folder, its modules and its
// environment.
//
// Load reads the files, decodes their blocks, puts the environment's values
// and platforms in place and works out the constants. What comes out does not
// depend on the order of files or blocks. Everything that was understood is
// returned beside the diagnostics; when Partial is set some text could not be
// read at all, and passes that look for names would blame the wrong lines.
package project

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/workers"
)

// Options says what to load.
type Options struct {
	Dir  string
	Env  string            // the environment's name; "" is none
	Vars map[string]string // values of variables from the command line
	// Overlays holds unsaved text of an editor by path.
	Overlays map[string][]byte
	// Version is the running version, such as "0.1.0", which the project's
	// requires is compared with; "" compares nothing.
	Version string
	// Workers is how many files and blocks are worked on at once; 0 is as many
	// as there are processors. It never shows in what comes out.
	Workers int
}

// Project is one project in one environment.
type Project struct {
	Dir, Env  string
	Head      *block.Block // the project block; nil if there is none
	Name      string
	Timezone  string
	Currency  string
	Languages []string
	// Blocks is every block but project, variable and locals, the environment
	// applied, ordered by address and then by place.
	Blocks []*block.Block
	// Variables and Locals are the blocks that Constants was made of, Modules
	// the project's own uses of modules.
	Variables, Locals, Modules []*block.Block
	// Named are the locals that mention people, by name.
	Named []Named
	// Off holds what null inputs of modules switched off: by address, the
	// variable that it needs.
	Off map[string]string
	// Constants evaluates var.x, local.x and the functions of constants.
	Constants *hcl.EvalContext
	// LeaveOut and OnlyTo are the environment's; nil when it does not say.
	LeaveOut, OnlyTo *block.Argument
	// Partial: some of the text could not be read, so names may be missing.
	Partial bool
	Sources *source.Set
	Workers int // as in Options
	// Once: nobody compiles it a second time, so package build lets go of the
	// conditions of segments as it builds them. Large projects are mostly these.
	Once bool
}

// Named is a local that mentions people: a condition or a value with a name.
type Named struct {
	Name string // "local.gold", "module.m.local.gold"
	Expr hclsyntax.Expression
	At   diag.Range  // the name
	Home *block.Home // nil in the project itself
}

// Load reads a project from disk and overlays. The error is about the disk;
// what is wrong with the files is in the list.
func Load(o Options) (*Project, diag.List, error) {
	set, err := source.Load(o.Dir, source.Options{Overlays: o.Overlays})
	if err != nil {
		return nil, nil, err
	}
	p, list := From(set, o)
	return p, list, nil
}

// From is Load for files that are read already; it ignores o.Overlays.
func From(set *source.Set, o Options) (*Project, diag.List) {
	l := &loader{
		o: o, decoded: map[string][]*block.Block{},
		p: &Project{Dir: o.Dir, Env: o.Env, Sources: set, Workers: o.Workers, Off: map[string]string{}},
	}
	l.files()
	env := l.environment()
	own := &frame{loader: l, all: l.withoutModules()}
	l.p.Head = own.unique()
	if l.p.Head == nil && !l.p.Partial {
		l.noProject()
	}
	own.constants(own.values(env))
	l.p.Variables, l.p.Locals, l.p.Constants = own.variables, own.locals, own.context
	l.head()
	own.finish()
	if !l.lost {
		l.list = append(l.list, l.aside...)
	}
	l.inputs()
	sortBlocks(l.p.Blocks)
	slices.SortFunc(l.p.Named, func(a, b Named) int { return strings.Compare(a.Name, b.Name) })
	return l.p, l.list
}

type loader struct {
	o       Options
	p       *Project
	list    diag.List
	all     []*block.Block
	decoded map[string][]*block.Block // the files of modules, by folder
	pending []input                   // what variables of modules stand for
	unread  bool                      // some text could not be read: a name that is missing may be there
	lost    bool                      // a module could not be used: what it names is missing
	aside   diag.List                 // what to say of variables unless a module was lost, see setAside
}

// frame is the project itself or one use of a module: blocks that share
// variables and locals.
type frame struct {
	*loader
	home              *block.Home // nil in the project itself
	all               []*block.Block
	variables, locals []*block.Block
	blocks            []*block.Block       // all others
	context           *hcl.EvalContext     // var, local and the functions of constants
	folders           []string             // those of the uses around, the own one last
	people            map[string]expr.Expr // the locals that mention people; what they mean comes later
	// off is what has no value or was switched off: "var.cart", "local.x",
	// "moment.y", with the variable that is null.
	off map[string]string
}

// scope is what a constant may mention.
func (f *frame) scope() *expr.Scope {
	return f.home.In(&expr.Scope{Constants: f.context, Named: f.people})
}

func (l *loader) say(d diag.Diagnostic) { l.list = append(l.list, d) }

// files decodes the project's own files.
func (l *loader) files() {
	files := l.p.Sources.Files()
	decoded := make([]decodedFile, len(files))
	workers.Each(len(files), l.o.Workers, func(i int) { decoded[i] = decode(files[i]) })
	for _, f := range decoded {
		blocks, loose := l.take(f)
		for _, a := range loose {
			l.say(block.Loose(a))
		}
		l.all = append(l.all, blocks...)
	}
	sortBlocks(l.all)
}

func (l *loader) file(f source.File) ([]*block.Block, []block.Argument) { return l.take(decode(f)) }

// decodedFile is one file read and decoded, with what each had to say.
type decodedFile struct {
	partial         bool // some of it could not be understood
	blocks          []*block.Block
	loose           []block.Argument
	problems, wrong diag.List
}

func decode(f source.File) decodedFile {
	var d decodedFile
	parsed, problems := syntax.Parse(f.Path, f.Text)
	d.partial, d.problems = parsed.Partial, problems
	d.blocks, d.loose, d.wrong = block.DecodeBody(parsed.Body)
	return d
}

// take notes what was said about a file.
func (l *loader) take(d decodedFile) ([]*block.Block, []block.Argument) {
	l.list = append(l.list, d.problems...)
	if d.partial {
		// What is missing may be what could not be read.
		l.p.Partial, l.unread = true, true
		return d.blocks, nil
	}
	l.list = append(l.list, d.wrong...)
	return d.blocks, d.loose
}

// sortBlocks orders blocks by address and place, so that the order of files
// does not show. Blocks without a name keep the order of their places.
func sortBlocks(blocks []*block.Block) {
	type placed struct {
		address string
		block   *block.Block
	}
	order := make([]placed, len(blocks))
	for i, b := range blocks {
		order[i] = placed{b.Address(), b}
	}
	slices.SortStableFunc(order, func(a, b placed) int {
		return cmp.Or(strings.Compare(a.address, b.address), strings.Compare(a.block.At.File, b.block.At.File),
			cmp.Compare(a.block.At.Start.Byte, b.block.At.Start.Byte))
	})
	for i, o := range order {
		blocks[i] = o.block
	}
}
