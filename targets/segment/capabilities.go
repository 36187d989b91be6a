package segment

import (
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/mapping"
)

// Version is the version of this target; it moves when a lowering changes.
const Version = "0.1.0"

// attributesVersion is the version of every kind's attributes.
const attributesVersion = 1

// The kinds of objects.
const (
	kindAudience = "audience"
	kindRule     = "tracking_rule"
	kindTrait    = "computed_trait"
)

// The classes of rates. What has none of its own shares the limit of the
// workspace.
const (
	classAudience = "audience writing"
	classList     = "audience lists"
	classPreview  = "audience previews"
	classRead     = "audiences"
	classRemoval  = "audience removal"
	classTrait    = "computed traits"
	classRest     = "tracking plans"
)

var (
	minute = types.Span{Amount: 1, Unit: types.Minute}
	day    = types.Span{Amount: 1, Unit: types.Day}
)

// rates are as Segment documents them for its Public API.
var rates = []targets.Rate{
	{Class: classAudience, Calls: 50, Per: minute},
	{Class: classList, Calls: 60, Per: minute},
	{Class: classPreview, Calls: 5, Per: minute}, {Class: classPreview, Calls: 700, Per: types.Span{Amount: 30, Unit: types.Day}},
	{Class: classRead, Calls: 100, Per: minute},
	{Class: classRemoval, Calls: 20, Per: minute},
	{Class: classTrait, Calls: 20, Per: minute},
	{Class: classRest, Calls: 200, Per: minute},
}

// visible is how long a list may lag behind a write.
var visible = minute

var kinds = []targets.Kind{
	{Name: kindAudience, Doc: "Who: a definition in Segment's query language. Nobody gets anything from it until somebody connects it to a destination.",
		Version: attributesVersion, Marks: targets.DescField, Visible: visible},
	{Name: kindTrait, Doc: "What an attribute is computed from, where the platform block asks for a trait of it.",
		Version: attributesVersion, Marks: targets.DescField, Visible: visible},
	{Name: kindRule, Doc: "What an event carries: a rule of the tracking plan that the platform block names.",
		Version: attributesVersion, Marks: targets.DescField, Unique: true, Visible: visible},
}

// functions are the words of the language that conditions may use.
var functions = []string{"count", "sum", "avg", "min", "max", "first", "last", "did", "followed_by", "where", "since", "is_set", "coalesce", "one_of", "contains", "starts_with"}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: "segment", Version: Version, Protocols: []int{1},
		Doc:      "A space at Twilio Segment: audiences from segments, computed traits, and a tracking plan from events. It sends nothing.",
		Settings: append([]targets.Setting(nil), settings...), Blocks: append([]targets.BlockForm(nil), mapping.Blocks...),
		Kinds: append([]targets.Kind(nil), kinds...),
		Can: targets.Capabilities{
			Segments: true, Functions: append([]string(nil), functions...), Sequences: true, Negation: true,
			Nesting: "any depth, at most 50 comparisons", Windows: "whole hours and days",
			Nulls: "not documented for most comparisons; each one asks first whether the value exists",
			Grain: day, Counts: true, Locking: true, Foresees: true, Consent: "none", Rates: append([]targets.Rate(nil), rates...),
		},
		Rights: append([]targets.Right(nil), rights...),
	}
}

// rights are the roles that a token of the workspace needs.
var rights = []targets.Right{
	{Name: "Unify and Engage Read-only", For: targets.ToPlan, Doc: "audiences of the space and how many people would be in them"},
	{Name: "Tracking Plan Read-only", For: targets.ToPlan, Doc: "the rules of the tracking plan"},
	{Name: "Unify and Engage User", For: targets.ToApply, Doc: "audiences of the space"},
	{Name: "Tracking Plan Admin", For: targets.ToApply, Doc: "the rules of the tracking plan"},
}

var settings = append([]targets.Setting{
	{Name: "token", Required: true, Secret: true, Doc: "A token for the Public API: env(\"SEGMENT_TOKEN\")."},
	{Name: "space", Required: true, Doc: "The id of the space: \"spa_9aQ1Lj62S4bomZKLF4DPqW\".", Example: `env("SEGMENT_SPACE")`},
	{Name: "endpoint", Doc: "Another address than https://api.segmentapis.com: that of the European region, or for tests."},
	{Name: "approximate", Doc: "\"1d\" where it is fine that audiences notice up to a day late that time has passed. Needed for windows in segments."},
	{Name: "tracking_plan", Doc: "The name of the tracking plan that gets a rule for each event; none are written unless said."},
	{Name: "computed_traits", Doc: "Computed attributes that become computed traits: [\"total_spent\"]. Their calls are in alpha at Segment, and not every workspace has them."},
}, mapping.Settings...)
