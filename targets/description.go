package targets

import (
	"cmp"
	"slices"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/types"
)

// Description is what a target is: everything that documentation, plans and
// checks need to know without asking the platform.
type Description struct {
	Name      string // "postgres"
	Version   string
	Protocols []int
	Doc       string // one sentence
	Settings  []Setting
	Blocks    []BlockForm
	Kinds     []Kind
	Can       Capabilities
	Rights    []Right
}

// Stage is what somebody's credentials are for. Reading, writing and switching
// on are three permissions, so that a machine that plans cannot write and one
// that writes cannot reach people.
type Stage string

// The stages.
const (
	ToPlan     Stage = "plan"
	ToApply    Stage = "apply"
	ToActivate Stage = "activate"
)

// Stages lists the stages from the least to the most.
var Stages = []Stage{ToPlan, ToApply, ToActivate}

// Right is a permission that the platform gives to credentials, in its own
// words: "segments:read". It is needed from its stage on.
type Right struct {
	Name string
	For  Stage
	Doc  string
}

// Setting documents an argument of the platform block.
type Setting struct {
	Name     string
	Doc      string
	Required bool
	Secret   bool // its value never leaves Configure
	Map      bool // { ours = "theirs" }
	// Example is what a new platform block begins with, as HCL; NAME in it stands
	// for the platform's name. "" is an environment variable where the argument is
	// required, and otherwise that a new block does not have it.
	Example string
}

// AnyName is the name of a setting that stands for arguments whose names are
// the project's own, such as the words of an attribute in a values block.
const AnyName = "*"

// BlockForm documents a nested block of the platform block.
type BlockForm struct {
	Type     string
	Labels   int
	Doc      string
	Settings []Setting
}

// Kind is a type of object that the platform holds.
type Kind struct {
	Name string
	Doc  string
	// Schema is the JSON Schema of the attributes that a resource block may
	// write: a file under schemas/, or, from a plugin, the document itself. It is
	// "" where no block may write such an object: what can reach people is
	// written by the language alone, which proves whom it reaches.
	Schema  string
	Version int // of the attributes; Upgrade brings older ones here
	Marks   Marks
	Unique  bool // the natural key is unique on the platform
	Visible types.Span
	// Manual is what a person does to make or edit such an object, where the
	// platform does not let programs do it: "make it under Settings, Topics".
	// Plans list it as a step by hand, found done by its natural key, which must
	// be unique, among everything that List passes on. Apply never sees it.
	Manual string
}

// Marks says where the platform keeps our ownership mark.
type Marks string

// The places of a mark.
const (
	NoMark      Marks = "none"
	ClientID    Marks = "client id"
	Tag         Marks = "tag"
	DescField   Marks = "description"
	NameSuffix  Marks = "name suffix" // in brackets behind the name
	OwnRegistry Marks = "registry"    // a table of ours beside the objects
)

// Capabilities are the facts that the matrix prints and checks refuse by. A
// text is in words for people, "" is none or nothing to say.
type Capabilities struct {
	// Conditions.
	Segments  bool
	Functions []string // names of the language that conditions may use, none being all; see package sql and funcs
	Sequences bool
	Negation  bool
	Nesting   string     // how AND and OR may nest: "any depth", "an AND of ORs"
	Windows   string     // which windows it counts in: "days", "any"
	Nulls     string     // what its own operators make of a value that is missing
	Grain     types.Span // windows are counted in steps of this; zero: exactly
	Counts    bool       // it counts people

	// Journeys.
	Journeys  bool
	Detects   []string   // how a run may begin: event absence date enters leaves outcome instant
	Steps     []string   // which steps it holds: send do wait choose split
	EditsLive string     // how an edit treats people in flight
	Inside    Insides    // whether it says how many people are in flight
	InsideHow string     // how it counts them, or why it does not
	SendsLate bool       // a one-off that is switched on after its instant goes out at once
	Delay     types.Span // how late it notices that something happened; zero: at once

	// Consent and content.
	Consent string // in words: "lists", "record and gate function", "none"
	Gate    string // what it evaluates itself at the instant of sending
	Content string // merge language, "" when it holds no content

	// Providers are whom its journeys can hand a message to, for a channel that
	// says via: names of targets, or Webhook. Whom it sends through itself is
	// not listed.
	Providers []string

	// Calls.
	Idempotent bool // it honours idempotency keys
	Locking    bool // a change of an object that is not as it was read any more is refused
	Raises     bool // it is a Raiser
	Foresees   bool // it is a Foreseer
	Rates      []Rate
}

// Insides is whether a target says how many people are inside a journey.
type Insides string

// What a target says of people inside.
const (
	InsideUnknown Insides = ""       // nothing
	InsideAsked   Insides = "asked"  // it is an Insider
	InsideNobody  Insides = "nobody" // nobody ever is: it runs no journey
)

// Webhook among Providers is any platform that has an address to call; whether
// a provider has one is for the lowering to say.
const Webhook = "webhook"

// Rate is a limit of the platform's on calls of one class.
type Rate struct {
	Class string
	Calls int
	Per   types.Span
}

// Info is the target as plans of a platform of this name know it.
func (d Description) Info(platform string) plan.PlatformInfo {
	info := plan.PlatformInfo{
		Name: platform, Target: d.Name, Versions: map[string]int{}, Plugin: plan.Plugin{Name: d.Name, Version: d.Version},
	}
	for _, k := range d.Kinds {
		info.Versions[k.Name] = k.Version
		if k.Manual != "" {
			if info.Manual == nil {
				info.Manual = map[string]string{}
			}
			info.Manual[k.Name] = k.Manual
		}
		if k.Marks != NoMark && k.Marks != "" {
			info.Marked = append(info.Marked, k.Name)
		}
	}
	slices.Sort(info.Marked)
	for _, r := range d.tightestFirst() {
		if info.Limits == nil {
			info.Limits = map[string][]plan.Limit{}
		}
		info.Limits[r.Class] = append(info.Limits[r.Class], plan.Limit{Calls: r.Calls, Per: r.Per.String()})
	}
	return info
}

// tightestFirst is the rates by the length of time that they are about.
func (d Description) tightestFirst() []Rate {
	return slices.SortedStableFunc(slices.Values(d.Can.Rates), func(a, b Rate) int { return cmp.Compare(a.Per.Exact(), b.Per.Exact()) })
}
