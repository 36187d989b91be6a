package mautic

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
	kindSegment = "segment"
)

var (
	hour = types.Span{Amount: 1, Unit: types.Hour}
	day  = types.Span{Amount: 1, Unit: types.Day}
)

var kinds = []targets.Kind{
	{Name: kindSegment, Doc: "Who: a flat list of filters, AND before OR.", Schema: "mautic/segment.schema.json",
		Version: attributesVersion, Marks: targets.NameSuffix},
}

// functions are the words of the language that conditions may use.
var functions = []string{"since", "is_set", "coalesce", "one_of", "contains", "starts_with", "reachable", "consented"}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: "mautic", Version: Version, Protocols: []int{1},
		Doc:      "An installation of Mautic: segments of contacts.",
		Settings: append([]targets.Setting(nil), settings...), Blocks: append([]targets.BlockForm(nil), blocks...),
		Kinds: append([]targets.Kind(nil), kinds...),
		Can: targets.Capabilities{
			Segments: true, Functions: append([]string(nil), functions...), Negation: true,
			Nesting: "an OR of ANDs, at most 100 filters", Windows: "days and weeks back from today, of dates that a contact has",
			Nulls: "lets whoever has no value through !=, !like, !in and !between, and through nothing else",
			Grain: day, Delay: hour, Locking: true,
			Consent: "a contact field with yes or no for each consent, and do-not-contact by channel",
		},
		Rights: append([]targets.Right(nil), rights...),
	}
}

// rights are Mautic's permissions of a role, beside the access to its API.
var rights = []targets.Right{
	{Name: "api:access:full", For: targets.ToPlan, Doc: "the API at all"},
	{Name: "lead:leads:viewown", For: targets.ToPlan, Doc: "segments, which Mautic shows to whoever sees contacts"},
	{Name: "lead:lists:viewother", For: targets.ToPlan, Doc: "segments that others made"},
	{Name: "lead:fields:full", For: targets.ToPlan, Doc: "the fields of contacts; Mautic has no right to read them alone"},
	{Name: "lead:lists:editother", For: targets.ToApply, Doc: "segments"},
	{Name: "lead:lists:deleteother", For: targets.ToApply, Doc: "segments that are not needed any more"},
}

var settings = append([]targets.Setting{
	{Name: "endpoint", Required: true, Doc: "Where the installation is: \"https://mautic.example.com\".", Example: "\"https://mautic.example.com\""},
	{Name: "username", Doc: "Of a user whose role may use the API, with basic authentication switched on there: env(\"MAUTIC_USER\")."},
	{Name: "password", Secret: true, Doc: "Of that user: env(\"MAUTIC_PASSWORD\")."},
	{Name: "token", Secret: true, Doc: "An OAuth 2 access token, instead of a user: env(\"MAUTIC_TOKEN\")."},
	{Name: "approximate", Doc: "\"1d\" where it is fine that windows are counted in whole days. Needed for windows in segments."},
	{Name: "ignore_case", Doc: "true where it is fine that Mautic's database takes Ana, ANA and Aná for the same text. Needed for comparing texts; words of an enum that differ by more than that do not need it."},
}, mapping.Settings...)

var blocks = append([]targets.BlockForm{
	{Type: "consent", Labels: 1, Doc: "What contacts hold about a consent beside yes or no.", Settings: []targets.Setting{
		{Name: "granted_at", Doc: "The contact field (date and time) with the instant of the yes; needed where a yes has an age."},
		{Name: "confirmed_at", Doc: "The contact field (date and time) with the instant of the confirmation; needed for double opt-in."},
	}},
	{Type: "exclusion", Labels: 1, Doc: "How contacts say whom an exclusion names.", Settings: []targets.Setting{
		{Name: "field", Required: true, Doc: "The contact field (yes or no) that is yes for whom the exclusion names."},
		{Name: "checked", Doc: "The contact field (date and time) with the instant of the last look-up; needed where the exclusion has fresh_for."},
	}},
}, mapping.Blocks...)
