package notifuse

import (
	"github.com/trayecto/trayecto/compiler/resource"
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
	kindList       = "list"
	kindSegment    = "segment"
	kindTemplate   = "template"
	kindAutomation = "automation"
	kindBroadcast  = "broadcast"
)

// metadata is the field of a broadcast that other tools may use.
const metadata targets.Marks = "metadata"

// What an account can be asked for.
const (
	lookList     = "list"             // by id or name
	lookLanguage = "default language" // the account's, by its code
)

var kinds = []targets.Kind{
	{Name: kindAutomation, Doc: "A journey: a trigger and nodes; off until it is switched on.", Version: attributesVersion, Marks: targets.ClientID},
	{Name: kindBroadcast, Doc: "A one-off journey: one message to the part of a list that is in a segment, at an instant; a draft until it is switched on.", Version: attributesVersion, Marks: metadata},
	{Name: kindList, Doc: "What people can say yes to, and who is on it.", Schema: "notifuse/list_block.json", Version: attributesVersion, Marks: targets.ClientID},
	{Name: kindNotices, Doc: "That Notifuse learns which messages came back: a provider tells, and plain SMTP does not.", Version: attributesVersion, Marks: targets.NoMark, Unique: true,
		Manual: "in Notifuse under Settings, Integrations: send marketing e-mail by a provider that tells of bounces, which plain SMTP does not"},
	{Name: kindProvider, Doc: "Who carries e-mail: a provider for marketing e-mail, with a sender.", Version: attributesVersion, Marks: targets.NoMark, Unique: true,
		Manual: "in Notifuse under Settings, Integrations: add a provider with a sender, and choose it for marketing e-mail"},
	{Name: kindSegment, Doc: "Who: a tree of conditions on contacts.", Version: attributesVersion, Marks: targets.ClientID},
	{Name: kindTemplate, Doc: "A message in every language.", Version: attributesVersion, Marks: targets.ClientID},
	{Name: kindTracking, Doc: "That Notifuse notes who opened and clicked.", Version: attributesVersion, Marks: targets.NoMark, Unique: true,
		Manual: "in Notifuse under Settings: turn on the tracking of opens and clicks"},
}

// reaches tells whether objects of a kind write to people.
func reaches(kind string) bool { return kind == kindAutomation || kind == kindBroadcast }

// switchOf is how an object of a kind is wanted.
func switchOf(kind string) resource.Switch {
	if reaches(kind) {
		return resource.On
	}
	return resource.NoSwitch
}

var settings = append([]targets.Setting{
	{Name: "endpoint", Required: true, Doc: "The address of the server: \"https://mail.example.com\"."},
	{Name: "api_key", Required: true, Secret: true, Doc: "A key of the workspace: env(\"NOTIFUSE_API_KEY\")."},
	{Name: "workspace", Doc: "The id of the workspace; not needed where the key is of one."},
	{Name: "approximate", Doc: "How far off a window may be, since Notifuse counts in whole days: \"1d\"."},
	{Name: "everyone", Doc: "The list that everybody is on, for service messages at an instant."},
	{Name: "webhook_secret", Secret: true, Doc: "What Notifuse shows the addresses that it calls, as a bearer token: env(\"NOTIFUSE_WEBHOOK_SECRET\")."},
	{Name: "webhooks", Map: true, Doc: "Which address carries out an action: { call_customer = \"https://tasks.example.com/new\" }."},
}, mapping.Settings...)

var blocks = withMore(mapping.Blocks, "event", []targets.Setting{
	{Name: "goal", Doc: "The type of goal as which the event is recorded: purchase or subscription for one with a value."},
	{Name: "goal_name", Doc: "The name of the goal, where the type has several."},
	{Name: "value", Doc: "Which of our fields is the goal's value."},
}, targets.BlockForm{
	Type: "channel", Labels: 1, Doc: "Who sends what goes over a channel that Notifuse does not have.", Settings: []targets.Setting{
		{Name: "send", Required: true, Doc: "The address that is called with the contact; the texts stand in it: \"https://sms.example.com/send\"."},
		{Name: "bounced", Doc: "The event that the sender records on the contact when an address does not exist."},
		{Name: "complained", Doc: "The event that the sender records when somebody complained."},
	},
}, targets.BlockForm{
	Type: "consent", Labels: 1, Doc: "Where a contact keeps what the list of a consent does not say.", Settings: []targets.Setting{
		{Name: "granted_at", Doc: "The field with the instant of the yes: custom_datetime_1."},
		{Name: "confirmed_at", Doc: "The field with the instant of its confirmation."},
		{Name: "expires_at", Doc: "The field with the instant at which the yes ends."},
	},
})

// withMore is forms with more settings in one of them, and forms more.
func withMore(forms []targets.BlockForm, of string, more []targets.Setting, last ...targets.BlockForm) []targets.BlockForm {
	var out []targets.BlockForm
	for _, f := range forms {
		if f.Type == of {
			f.Settings = append(append([]targets.Setting(nil), f.Settings...), more...)
		}
		out = append(out, f)
	}
	return append(out, last...)
}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description {
	return targets.Description{
		Name: "notifuse", Version: Version, Protocols: []int{1},
		Doc:      "Notifuse: e-mail and automations over lists, segments and templates of one workspace.",
		Settings: settings, Blocks: blocks,
		Kinds: append([]targets.Kind(nil), kinds...),
		Can: targets.Capabilities{
			Segments: true, Negation: true, Counts: true,
			Functions: []string{"count", "did", "sum", "min", "max", "since", "is_set", "coalesce", "one_of", "reachable", "consented"},
			Nesting:   "any depth",
			Windows:   "whole days",
			Nulls:     "unknown, as in SQL; a condition that is not true lets nobody in",
			Grain:     types.Span{Amount: 1, Unit: types.Day},
			Journeys:  true,
			Detects:   []string{"event", "absence", "outcome", "instant"},
			Steps:     []string{"send", "do", "wait", "choose", "split"},
			EditsLive: "people inside go on with the new nodes, matched by the names of steps; who waits at a removed step leaves; a one-off that began can no longer be changed",
			SendsLate: true,
			Inside:    targets.InsideAsked,
			InsideHow: "who entered an automation, less who completed it, left it or failed in it",
			Delay:     types.Span{Amount: 1, Unit: types.Minute},
			Consent:   "lists",
			Gate:      "nodes of ours before every send, a segment of ours for a one-off; its own check looks only at marketing templates and lets through who is not on the list",
			Content:   "Liquid",
			Providers: []string{targets.Webhook},
			Locking:   true,
			Raises:    true,
			Foresees:  true,
		},
		Rights: []targets.Right{
			{Name: "lists:read", For: targets.ToPlan, Doc: "Finding the lists of consents."},
			{Name: "contacts:read", For: targets.ToPlan, Doc: "Reading segments and counting."},
			{Name: "templates:read", For: targets.ToPlan, Doc: "Reading messages."},
			{Name: "automations:read", For: targets.ToPlan, Doc: "Reading automations."},
			{Name: "broadcasts:read", For: targets.ToPlan, Doc: "Reading one-offs."},
			{Name: "workspace:read", For: targets.ToPlan, Doc: "Knowing which workspace it is, and its language."},
			{Name: "lists:write", For: targets.ToApply, Doc: "Making lists."},
			{Name: "contacts:write", For: targets.ToApply, Doc: "Making segments."},
			{Name: "templates:write", For: targets.ToApply, Doc: "Making messages."},
			{Name: "automations:write", For: targets.ToApply, Doc: "Making automations; the same right switches them on."},
			{Name: "broadcasts:write", For: targets.ToApply, Doc: "Making one-offs; the same right schedules them."},
		},
	}
}
