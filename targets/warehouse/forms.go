package warehouse

import "github.com/trayecto/trayecto/targets"

var schemaSetting = targets.Setting{Name: "schema", Doc: "The schema that is ours; trayecto unless said."}

var fields = targets.Setting{Name: "fields", Map: true, Doc: "Columns by the names of the language; unmapped means the same name."}

var table = targets.Setting{Name: "table", Required: true, Doc: "The table, with its schema: crm.customers."}

// Blocks are the nested blocks of the platform block, by which a project says
// where its tables keep what.
var Blocks = []targets.BlockForm{
	{Type: "people", Doc: "The table with one row per person.", Settings: []targets.Setting{
		table, {Name: "key", Required: true, Doc: "The column of the person's first key."}, fields,
		{Name: "observed", Map: true, Doc: "Columns that say when an attribute that ages was learned."},
	}},
	{Type: "event", Labels: 1, Doc: "The table of an event.", Settings: []targets.Setting{
		table, {Name: "person", Doc: "The column of the person's first key."}, {Name: "at", Doc: "The column of the instant."}, fields,
		{Name: "sequence", Doc: "The column that orders events of one instant, across all tables of events."},
	}},
	{Type: "consent", Labels: 1, Doc: "The table in which your systems keep a consent.", Settings: []targets.Setting{
		table, {Name: "person", Doc: "The column of the person's first key; this or address, or both."},
		{Name: "address", Doc: "The column of the address that the consent is for."},
		{Name: "state", Doc: "The column of the state: granted, refused, withdrawn, revoked, expired, requested, unknown. Another word counts as refused."},
		{Name: "changed_at", Doc: "The column that dates a state that is not granted."},
		{Name: "granted_at", Doc: "The column of the instant of the yes."},
		{Name: "confirmed_at", Doc: "The column of the instant of its confirmation."},
		{Name: "expires_at", Doc: "The column of the instant at which the yes ends."},
		{Name: "channel", Doc: "The column that names the channel, if a row is about one."},
		{Name: "act", Doc: "The column of the act (grant, confirm, refuse, withdraw), where the table holds acts instead of states."},
		{Name: "at", Doc: "The column of the instant of the act."},
		{Name: "sequence", Doc: "The column that orders acts of one instant."},
	}},
	{Type: "outcomes", Doc: "The table of what became of messages.", Settings: []targets.Setting{
		table, {Name: "person", Doc: "The column of the person's first key."}, {Name: "touchpoint", Doc: "The column that names the touchpoint."},
		{Name: "outcome", Doc: "The column that says sent, delivered, opened, clicked, bounced, soft_bounced, complained or unsubscribed."},
		{Name: "at", Doc: "The column of the instant."}, {Name: "channel", Doc: "The column that names the channel, if there is one."},
		{Name: "address", Doc: "The column of the address it was sent to, if there is one."},
	}},
	{Type: "exclusion", Labels: 1, Doc: "The table of an exclusion's list. Without it everyone who could be on the list counts as being on it.", Settings: []targets.Setting{
		table, {Name: "match", Required: true, Doc: "The columns of the values that the exclusion matches by, in its order."},
		{Name: "as_of", Doc: "The column that says how far the list goes."},
	}},
	{Type: "values", Labels: 1, Doc: "How words of an attribute are spelled in the database; inside a block, of one of its columns.",
		Settings: []targets.Setting{{Name: targets.AnyName, Doc: "The database's spelling of a word of the attribute."}}},
}
