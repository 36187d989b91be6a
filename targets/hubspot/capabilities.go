package hubspot

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
	kindEmail        = "email"
	kindList         = "list"
	kindRegular      = "regular_email"
	kindSubscription = "subscription"
	kindWorkflow     = "workflow"
)

// classCalls is the one class of rates: HubSpot counts calls of an app together.
const classCalls = "calls"

var (
	hour = types.Span{Amount: 1, Unit: types.Hour}
	day  = types.Span{Amount: 1, Unit: types.Day}
)

// rates are those of a private app on a Professional account.
var rates = []targets.Rate{
	{Class: classCalls, Calls: 190, Per: types.Span{Amount: 10, Unit: types.Second}},
	{Class: classCalls, Calls: 650000, Per: day},
}

// visible is how long a list may lag behind a write.
var visible = types.Span{Amount: 1, Unit: types.Minute}

var kinds = []targets.Kind{
	{Name: kindEmail, Doc: "A message by e-mail in one language, published for workflows; it reaches nobody by itself.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
	{Name: kindList, Doc: "Who: a dynamic list of contacts, one of several groups of filters.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
	{Name: kindRegular, Doc: "A message by e-mail at an instant, to a list; made as a draft and scheduled when it is switched on.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
	{Name: kindSubscription, Doc: "A consent: a subscription type for e-mail, which HubSpot lets nobody make by program.",
		Version: attributesVersion, Marks: targets.NoMark, Unique: true, Manual: "in HubSpot, under Settings, Marketing, Email, Subscription Types"},
	{Name: kindWorkflow, Doc: "What happens, step by step; made switched off and switched on afterwards. An edit makes a new one, unless people inside are to go on in it.",
		Version: attributesVersion, Marks: targets.NameSuffix, Visible: visible},
}

// functions are the words of the language that conditions may use.
var functions = []string{"count", "min", "max", "did", "where", "is_set", "coalesce", "one_of", "contains", "starts_with", "reachable", "consented"}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: "hubspot", Version: Version, Protocols: []int{1},
		Doc:      "An account at HubSpot: dynamic lists of contacts, e-mails, workflows, and the subscription types that contacts agreed to.",
		Settings: append([]targets.Setting(nil), settings...), Blocks: append([]targets.BlockForm(nil), blocks...),
		Kinds: append([]targets.Kind(nil), kinds...),
		Can: targets.Capabilities{
			Segments: true, Functions: append([]string(nil), functions...), Negation: true,
			Nesting: "an OR of ANDs, at most 250 filters", Windows: "hours, days and weeks", Nulls: "each filter says it; ours leave out whoever has no value",
			Grain: day, Delay: hour,
			Consent: "subscription types, which people make: the plan says which, and finds by name what was made",
			Gate:    "nothing goes to an address that bounced for good or opted out of the subscription type, but also to whoever never said yes; we put a branch before each message",
			Content: "HubL", Journeys: true, Locking: true, Foresees: true,
			Detects: []string{"event", "outcome", "absence", "date", "enters", "leaves", "instant"}, Steps: []string{"send", "do", "wait", "choose", "split"},
			EditsLive: "with migrate people inside go on with the new actions, at the one of the same step; with stop the workflow is replaced, and whoever is inside gets nothing more",
			SendsLate: true,
			Inside:    targets.InsideAsked,
			InsideHow: "HubSpot's count of who was enrolled in a workflow, less who completed it or was unenrolled; at most that many where a journey takes several workflows",
			Rates:     append([]targets.Rate(nil), rates...),
		},
		Rights: append([]targets.Right(nil), rights...),
	}
}

// rights are HubSpot's scopes of a private app.
var rights = []targets.Right{
	{Name: "oauth", For: targets.ToPlan, Doc: "which account it is"},
	{Name: "crm.lists.read", For: targets.ToPlan, Doc: "lists and their filters"},
	{Name: "crm.schemas.contacts.read", For: targets.ToPlan, Doc: "the properties that carry attributes"},
	{Name: "behavioral_events.event_definitions.read_write", For: targets.ToPlan, Doc: "the custom events that carry events"},
	{Name: "communication_preferences.read", For: targets.ToPlan, Doc: "the subscription types that carry consents"},
	{Name: "content", For: targets.ToPlan, Doc: "e-mails, which it reads and writes"},
	{Name: "automation", For: targets.ToPlan, Doc: "workflows; HubSpot has no right of its own for reading them or switching them on"},
	{Name: "crm.objects.owners.read", For: targets.ToPlan, Doc: "the users whom tasks and notices are for"},
	{Name: "crm.lists.write", For: targets.ToApply, Doc: "lists"},
}

var settings = append([]targets.Setting{
	{Name: "token", Required: true, Secret: true, Doc: "The access token of a private app: env(\"HUBSPOT_TOKEN\")."},
	{Name: "endpoint", Doc: "Another address than https://api.hubapi.com, for tests."},
	{Name: "from_name", Doc: "The name that e-mails are from; the account's own unless said."},
	{Name: "reply_to", Doc: "The address that e-mails are from and that answers go to; the account's own unless said."},
	{Name: "service", Doc: "The name of the subscription type of service messages, which HubSpot asks of every e-mail."},
	{Name: "approximate", Doc: "\"1d\" where it is fine that lists notice up to a day late that time has passed. Needed for windows in segments."},
}, mapping.Settings...)

var blocks = append([]targets.BlockForm{
	{Type: "consent", Labels: 1, Doc: "Where contacts say since when they agree: HubSpot knows only whether they do.", Settings: []targets.Setting{
		{Name: "granted_at", Doc: "The property with the instant of the yes; needed where a law lets a yes grow old."},
		{Name: "confirmed_at", Doc: "The property with the instant at which the yes was confirmed; needed where a law asks for a double opt-in."},
	}},
	{Type: "exclusion", Labels: 1, Doc: "The list on which your systems put whom an exclusion names.", Settings: []targets.Setting{
		{Name: "list", Required: true, Doc: "The name of the list."},
		{Name: "checked", Doc: "The property with the instant at which a contact was last looked up; needed where the exclusion has fresh_for."},
	}},
}, mapping.Blocks...)
