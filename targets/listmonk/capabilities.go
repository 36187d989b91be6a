package listmonk

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
	kindList     = "list"
	kindTemplate = "template"
	kindCampaign = "campaign"
)

// functions are the words of the language that conditions may use.
var functions = []string{
	"count", "sum", "min", "max", "first", "last", "did", "followed_by", "where", "since", "is_set", "coalesce", "one_of", "contains", "lower", "starts_with",
	"reachable", "consented",
}

// bodySource is the field of a template that only the visual editor uses.
const bodySource targets.Marks = "source of the body"

var kinds = []targets.Kind{
	{Name: kindConfirmations, Doc: "That whoever comes onto a double opt-in list is asked by mail to confirm.", Version: attributesVersion, Marks: targets.NoMark, Unique: true,
		Manual: "in listmonk under Settings, General: turn on Send opt-in confirmation"},
	{Name: kindCampaign, Doc: "A one-off journey: one message to one list at an instant, a draft until it is switched on.", Version: attributesVersion, Marks: targets.Tag},
	{Name: kindList, Doc: "A consent: whoever is subscribed said yes.", Schema: "listmonk/list.json", Version: attributesVersion, Marks: targets.Tag},
	{Name: kindTemplate, Doc: "A service message that your systems send by POST /api/tx, or what stands around campaigns.", Version: attributesVersion, Marks: bodySource},
}

var settings = append([]targets.Setting{
	{Name: "endpoint", Required: true, Doc: "The address of the server: \"https://lists.example.com\"."},
	{Name: "user", Required: true, Doc: "The name of an API user.", Example: `"trayecto"`},
	{Name: "token", Required: true, Secret: true, Doc: "The token of the API user: env(\"LISTMONK_TOKEN\")."},
	{Name: "everyone", Doc: "The list that everybody is on, for service messages at an instant."},
	{Name: "messenger", Doc: "What campaigns are sent by; \"email\" unless said."},
	{Name: "from", Doc: "The sender of campaigns; the account's unless said."},
}, mapping.Settings...)

var blocks = append([]targets.BlockForm{
	{Type: "consent", Labels: 1, Doc: "The attributes of subscribers that hold instants of a consent, as RFC 3339 writes them. A subscription itself has none.", Settings: []targets.Setting{
		{Name: "granted_at", Doc: "The attribute that holds the instant of the yes."},
		{Name: "confirmed_at", Doc: "The attribute that holds the instant of its confirmation."},
		{Name: "expires_at", Doc: "The attribute that holds the instant at which the yes ends."},
	}},
}, mapping.Blocks...)

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: "listmonk", Version: Version, Protocols: []int{1},
		Doc:      "listmonk: consents as lists, service messages as transactional templates, one-off journeys as campaigns whose text decides for each subscriber.",
		Settings: append([]targets.Setting(nil), settings...), Blocks: append([]targets.BlockForm(nil), blocks...),
		Kinds: append([]targets.Kind(nil), kinds...), Rights: append([]targets.Right(nil), rights...),
		Can: targets.Capabilities{
			Segments: true, Functions: append([]string(nil), functions...), Sequences: true, Negation: true, Nesting: "any depth",
			Windows: "any", Nulls: "none of its own: conditions are written out with what must be set", Counts: true, Locking: true, Raises: true, Foresees: true,
			Journeys: true, Detects: []string{"instant"}, Steps: []string{"send"},
			EditsLive: "a campaign is paused, edited and scheduled again; one that was sent can no longer be changed",
			SendsLate: true,
			Inside:    targets.InsideNobody, InsideHow: "a campaign goes out at once",
			Delay:   types.Span{Amount: 10, Unit: types.Second},
			Consent: "lists, single or double opt-in", Gate: "the subscription to the list of the consent, and the blocklist", Content: "Go templates",
		},
	}
}

var rights = []targets.Right{
	{Name: "lists:get_all", For: targets.ToPlan, Doc: "Reads lists."},
	{Name: "templates:get", For: targets.ToPlan, Doc: "Reads templates."},
	{Name: "campaigns:get_all", For: targets.ToPlan, Doc: "Reads campaigns."},
	{Name: "settings:get", For: targets.ToPlan, Doc: "Reads whether every mail says how to unsubscribe with one click, and whether people are asked to confirm."},
	{Name: "subscribers:get_all", For: targets.ToPlan, Doc: "Counts subscribers."},
	{Name: "subscribers:sql_query", For: targets.ToPlan, Doc: "Counts the members of segments."},
	{Name: "lists:manage_all", For: targets.ToApply, Doc: "Makes and changes lists."},
	{Name: "templates:manage", For: targets.ToApply, Doc: "Makes and changes templates."},
	{Name: "campaigns:manage_all", For: targets.ToApply, Doc: "Makes and changes campaigns that are not scheduled."},
	{Name: "campaigns:send", For: targets.ToActivate, Doc: "Schedules campaigns and takes them back."},
}
