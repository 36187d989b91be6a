package klaviyo

import (
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/mapping"
)

// Version is the version of this target; it moves when a lowering changes.
const Version = "0.1.0"

// Revision is the version of Klaviyo's API that every call asks for.
const Revision = "2026-07-15"

// attributesVersion is the version of every kind's attributes.
const attributesVersion = 1

// The kinds of objects.
const (
	kindCampaign = "campaign"
	kindFlow     = "flow"
	kindList     = "list"
	kindSegment  = "segment"
	kindTemplate = "template"
)

// The classes of rates: Klaviyo limits each call by the second, by the minute
// and, where people could flood it, by the day.
const (
	classCampaign = "campaigns"
	classFlow     = "flow creation"
	classFlows    = "flows"
	classList     = "list creation"
	classLists    = "lists"
	classSegment  = "segment writing"
	classSegments = "segments"
	classTemplate = "templates"
	classAccount  = "account"
	classMetrics  = "metrics"
	classRemoval  = "removal"
	classTags     = "tags"
)

var (
	second = types.Span{Amount: 1, Unit: types.Second}
	minute = types.Span{Amount: 1, Unit: types.Minute}
	hour   = types.Span{Amount: 1, Unit: types.Hour}
	day    = types.Span{Amount: 1, Unit: types.Day}
)

// rates are as Klaviyo documents them for Revision.
var rates = []targets.Rate{
	{Class: classAccount, Calls: 1, Per: second}, {Class: classAccount, Calls: 15, Per: minute},
	{Class: classCampaign, Calls: 10, Per: second}, {Class: classCampaign, Calls: 150, Per: minute},
	{Class: classFlow, Calls: 1, Per: second}, {Class: classFlow, Calls: 15, Per: minute}, {Class: classFlow, Calls: 100, Per: day},
	{Class: classFlows, Calls: 3, Per: second}, {Class: classFlows, Calls: 60, Per: minute},
	{Class: classList, Calls: 10, Per: second}, {Class: classList, Calls: 150, Per: minute}, {Class: classList, Calls: 150, Per: day},
	{Class: classLists, Calls: 75, Per: second}, {Class: classLists, Calls: 750, Per: minute},
	{Class: classMetrics, Calls: 10, Per: second}, {Class: classMetrics, Calls: 150, Per: minute},
	{Class: classRemoval, Calls: 3, Per: second}, {Class: classRemoval, Calls: 60, Per: minute},
	{Class: classSegment, Calls: 1, Per: second}, {Class: classSegment, Calls: 15, Per: minute}, {Class: classSegment, Calls: 100, Per: day},
	{Class: classSegments, Calls: 75, Per: second}, {Class: classSegments, Calls: 750, Per: minute},
	{Class: classTags, Calls: 3, Per: second}, {Class: classTags, Calls: 60, Per: minute},
	{Class: classTemplate, Calls: 75, Per: second}, {Class: classTemplate, Calls: 750, Per: minute},
}

// visible is how long a list may lag behind a write.
var visible = types.Span{Amount: 1, Unit: types.Minute}

var kinds = []targets.Kind{
	{Name: kindCampaign, Doc: "A message by e-mail at an instant, to a segment; made as a draft and scheduled when it is switched on.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
	{Name: kindFlow, Doc: "What happens, step by step; made as a draft and switched on afterwards. An edit makes a new one.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
	{Name: kindList, Doc: "Who said yes to something: one list for each consent that the platform block does not map.",
		Schema: "klaviyo/list.schema.json", Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
	{Name: kindSegment, Doc: "Who: groups of conditions, one of each of which must hold.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
	{Name: kindTemplate, Doc: "The e-mail of a touchpoint, in all languages.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
}

// functions are the words of the language that conditions may use.
var functions = []string{"count", "sum", "min", "max", "did", "followed_by", "where", "since", "is_set", "coalesce", "one_of", "contains", "starts_with", "reachable", "consented"}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: "klaviyo", Version: Version, Protocols: []int{1},
		Doc:      "An account at Klaviyo: segments, e-mail templates, flows by e-mail and SMS, and lists of those who said yes.",
		Settings: append([]targets.Setting(nil), settings...), Blocks: append([]targets.BlockForm(nil), blocks...),
		Kinds: append([]targets.Kind(nil), kinds...),
		Can: targets.Capabilities{
			Segments: true, Functions: append([]string(nil), functions...), Sequences: true, Negation: true,
			Nesting: "an AND of ORs, at most 100 conditions", Windows: "hours, days and weeks", Nulls: "leaves out whoever has no value",
			Grain: day, Journeys: true,
			Detects: []string{"event", "outcome", "absence", "date", "enters", "instant"}, Steps: []string{"send", "do", "wait", "choose", "split"},
			EditsLive: "a flow is replaced: whoever is inside the old one gets nothing more from it",
			SendsLate: true,
			InsideHow: "Klaviyo's API says what a flow has sent, and not who is inside it",
			Consent:   "subscriptions by channel, a list for each consent",
			Gate:      "marketing e-mails go to nobody who unsubscribed or is suppressed, but also to whoever never said yes; we add a filter to each",
			Delay:     hour, Content: "Django templates", Locking: true, Foresees: true,
			Rates: append([]targets.Rate(nil), rates...),
		},
		Rights: append([]targets.Right(nil), rights...),
	}
}

// rights are Klaviyo's scopes of a private key.
var rights = []targets.Right{
	{Name: "accounts:read", For: targets.ToPlan, Doc: "which account it is"},
	{Name: "metrics:read", For: targets.ToPlan, Doc: "the metrics that carry events"},
	{Name: "lists:read", For: targets.ToPlan, Doc: "the lists that carry consents"},
	{Name: "segments:read", For: targets.ToPlan, Doc: "segments, and how many people are in them"},
	{Name: "templates:read", For: targets.ToPlan, Doc: "the texts of e-mails"},
	{Name: "flows:read", For: targets.ToPlan, Doc: "flows and what they are made of"},
	{Name: "campaigns:read", For: targets.ToPlan, Doc: "campaigns and their messages"},
	{Name: "tags:read", For: targets.ToPlan, Doc: "the tags of flows whose address changed"},
	{Name: "lists:write", For: targets.ToApply, Doc: "lists for consents"},
	{Name: "segments:write", For: targets.ToApply, Doc: "segments"},
	{Name: "templates:write", For: targets.ToApply, Doc: "the texts of e-mails"},
	{Name: "tags:write", For: targets.ToApply, Doc: "tags for flows whose address changes"},
	{Name: "campaigns:write", For: targets.ToApply, Doc: "campaigns as drafts; Klaviyo has no right of its own for scheduling them"},
	{Name: "flows:write", For: targets.ToApply, Doc: "flows as drafts; Klaviyo has no right of its own for switching them on"},
}

var settings = append([]targets.Setting{
	{Name: "api_key", Required: true, Secret: true, Doc: "A private key of the account: env(\"KLAVIYO_API_KEY\")."},
	{Name: "endpoint", Doc: "Another address than https://a.klaviyo.com, for tests."},
	{Name: "approximate", Doc: "\"1d\" where it is fine that segments notice up to a day late that time has passed. Needed for windows in segments."},
	{Name: "from_email", Doc: "Who e-mails are from; the account's default sender unless said."},
	{Name: "from_name", Doc: "The name that e-mails are from."},
	{Name: "reply_to", Doc: "Where answers to e-mails go."},
}, mapping.Settings...)

var blocks = append([]targets.BlockForm{
	{Type: "exclusion", Labels: 1, Doc: "The list on which your systems put whom an exclusion names.", Settings: []targets.Setting{
		{Name: "list", Required: true, Doc: "The name of the list."},
		{Name: "checked", Doc: "The profile property with the instant at which a person was last looked up; needed where the exclusion has fresh_for."},
	}},
}, mapping.Blocks...)
