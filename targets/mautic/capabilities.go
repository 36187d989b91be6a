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
	kindCampaign = "campaign"
	kindEmail    = "email"
	kindSegment  = "segment"
	kindSMS      = "sms"
)

var (
	hour = types.Span{Amount: 1, Unit: types.Hour}
	day  = types.Span{Amount: 1, Unit: types.Day}
)

var kinds = []targets.Kind{
	{Name: kindCampaign, Doc: "What happens, step by step; made unpublished and published afterwards.",
		Version: attributesVersion, Marks: targets.NameSuffix},
	{Name: kindEmail, Doc: "The e-mail of a touchpoint in one language; the others are translations of the first.",
		Version: attributesVersion, Marks: targets.NameSuffix},
	{Name: kindSegment, Doc: "Who: a flat list of filters, AND before OR.", Schema: "mautic/segment.schema.json",
		Version: attributesVersion, Marks: targets.NameSuffix},
	{Name: kindSMS, Doc: "The text message of a touchpoint.", Version: attributesVersion, Marks: targets.NameSuffix},
}

// functions are the words of the language that conditions may use.
var functions = []string{"since", "is_set", "coalesce", "one_of", "contains", "starts_with", "reachable", "consented"}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: "mautic", Version: Version, Protocols: []int{1},
		Doc:      "An installation of Mautic: segments of contacts, e-mails, text messages, and campaigns that send them.",
		Settings: append([]targets.Setting(nil), settings...), Blocks: append([]targets.BlockForm(nil), blocks...),
		Kinds: append([]targets.Kind(nil), kinds...),
		Can: targets.Capabilities{
			Segments: true, Functions: append([]string(nil), functions...), Negation: true,
			Nesting: "an OR of ANDs, at most 100 filters", Windows: "days and weeks back from today, of dates that a contact has",
			Nulls: "lets whoever has no value through !=, !like, !in and !between, and through nothing else",
			Grain: day, Delay: hour, Locking: true,
			Journeys: true, Detects: []string{"enters"}, Steps: []string{"send", "do", "wait", "choose"},
			EditsLive: "events of the same name are kept with whoever waits at them; whoever waits at one that is gone leaves",
			Inside:    targets.InsideAsked,
			InsideHow: "contacts of a campaign who wait at an event or a decision, or are new; past 10,000 rows, at most everybody whom Mautic still counts among its contacts",
			Gate:      "e-mails sent as marketing and text messages go to nobody with a do-not-contact record, but also to whoever never said yes; we ask a segment before each",
			Content:   "Mautic tokens", Raises: true, Foresees: true,
			Consent: "a contact field with yes or no for each consent, and do-not-contact by channel",
		},
		Rights: append([]targets.Right(nil), rights...),
	}
}

// rights are Mautic's permissions of a role, beside the access to its API. What
// segments ask for is another before 5.1 than after. Without the last one Mautic
// says that it published a campaign, and leaves it as it is.
var rights = []targets.Right{
	{Name: "api:access:full", For: targets.ToPlan, Doc: "the API at all"},
	{Name: "lead:leads:viewown", For: targets.ToPlan, Doc: "segments before Mautic 5.1, which shows them to whoever sees contacts"},
	{Name: "lead:lists:viewown", For: targets.ToPlan, Doc: "segments from Mautic 5.1 on, which also lets them be written with it"},
	{Name: "lead:leads:viewother", For: targets.ToPlan, Doc: "who is inside campaigns; without it those of other users are left out"},
	{Name: "lead:lists:viewother", For: targets.ToPlan, Doc: "segments that others made"},
	{Name: "lead:fields:view", For: targets.ToPlan, Doc: "the fields of contacts"},
	{Name: "email:emails:viewother", For: targets.ToPlan, Doc: "e-mails"},
	{Name: "sms:smses:viewother", For: targets.ToPlan, Doc: "text messages"},
	{Name: "campaign:campaigns:viewother", For: targets.ToPlan, Doc: "campaigns and what they are made of"},
	{Name: "lead:lists:editother", For: targets.ToApply, Doc: "segments"},
	{Name: "lead:lists:deleteother", For: targets.ToApply, Doc: "segments that are not needed any more"},
	{Name: "email:emails:full", For: targets.ToApply, Doc: "e-mails; they reach nobody by themselves"},
	{Name: "sms:smses:full", For: targets.ToApply, Doc: "text messages; they reach nobody by themselves"},
	{Name: "campaign:campaigns:create", For: targets.ToApply, Doc: "new campaigns, unpublished"},
	{Name: "campaign:campaigns:editother", For: targets.ToApply, Doc: "campaigns that are there"},
	{Name: "campaign:campaigns:deleteother", For: targets.ToApply, Doc: "campaigns that are not needed any more"},
	{Name: publishing, For: targets.ToActivate, Doc: "publishing campaigns"},
}

// publishing is the permission to publish campaigns.
const publishing = "campaign:campaigns:publishother"

var settings = append([]targets.Setting{
	{Name: "endpoint", Required: true, Doc: "Where the installation is: \"https://mautic.example.com\".", Example: "\"https://mautic.example.com\""},
	{Name: "username", Doc: "Of a user whose role may use the API, with basic authentication switched on there.", Example: `env("MAUTIC_USER")`},
	{Name: "password", Secret: true, Doc: "Of that user.", Example: `env("MAUTIC_PASSWORD")`},
	{Name: "token", Secret: true, Doc: "An OAuth 2 access token, instead of a user: env(\"MAUTIC_TOKEN\")."},
	{Name: "approximate", Doc: "\"1d\" where it is fine that windows are counted in whole days. Needed for windows in segments."},
	{Name: "ignore_case", Doc: "true where it is fine that Mautic's database takes Ana, ANA and Aná for the same text. Needed for comparing texts; words of an enum that differ by more than that do not need it."},
	{Name: "trust_fields", Doc: "true where contact fields hold no HTML. Mautic puts values into e-mails as they are stored, so whoever can write a field could write the e-mail; without this, free text is not filled into HTML."},
	{Name: "built_every", Doc: "How often the installation builds its segments and runs its campaigns (mautic:segments:update, mautic:campaigns:update): \"15m\". So old may be what a campaign knows of a person; \"1h\" unless said."},
	{Name: "from_email", Doc: "Who e-mails are from; the installation's sender unless said."},
	{Name: "from_name", Doc: "The name that e-mails are from."},
	{Name: "reply_to", Doc: "Where answers to e-mails go."},
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
