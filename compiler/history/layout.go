package history

// Layout is the columns that a source may have. CSV needs a header with these
// names, NDJSON one object a line with these members; the order is free. An
// empty cell of CSV is a missing value, as null is in NDJSON.
type Layout struct {
	Source  Source
	Doc     string
	Columns []Column
	Rest    string // which further columns it has
}

// Column is one column.
type Column struct {
	Name     string
	Doc      string
	Required bool
}

// Layouts is the columns of every source, for documentation and for reading.
var Layouts = []Layout{
	{People, "One record a row. Records that share a key with merge = true are one person, and the first one's ID stays.", []Column{
		{"observed_at", "When the row was learned. Between two records of one person the later one wins, and one that says over one that does not; else the first value stays.", false},
	}, "The keys and stored attributes of person, by name. The first key is required: it is the person's ID."},
	{Events, "One event a row.", []Column{
		{"person", "The first key of the person.", true},
		{"type", `The event: "order_placed" or "event.order_placed".`, true},
		{"time", "When it happened: RFC 3339, or without an offset in the project's time zone.", true},
		{"fields", "NDJSON only: an object with the event's fields, which may also stand beside the others.", false},
	}, "The fields of the event, by name."},
	{Consents, "One act a row, next to those that captures derive from events.", []Column{
		{"person", "The first key of the person; may be left out when address is a key with merge = true.", false},
		{"consent", `The consent: "news" or "consent.news".`, true},
		{"act", "grant, confirm, refuse or withdraw.", true},
		{"time", "When the person did it.", true},
		{"address", "The address it was said for; empty for the person's present one.", false},
		{"channel", `The channel: "email" or "channel.email"; empty for all that the consent covers.`, false},
		{"notice", "The version of the notice that the person saw.", false},
		{"proof", "What proves it.", false},
		{"expires_at", "When it ends, where a platform says so.", false},
	}, ""},
	{Outcomes, "What became of a message, one outcome a row.", []Column{
		{"person", "The first key of the person.", true},
		{"touchpoint", `The message: "welcome_mail" or "touchpoint.welcome_mail".`, true},
		{"outcome", "sent, delivered, opened, clicked, bounced, soft_bounced, complained or unsubscribed.", true},
		{"time", "When it happened.", true},
		{"channel", "The channel it went by, where the source says.", false},
	}, ""},
}

// layoutOf is the layout of one of the four sources.
func layoutOf(s Source) Layout {
	for _, l := range Layouts {
		if l.Source == s {
			return l
		}
	}
	return Layout{Source: s}
}

func (l Layout) has(name string) bool {
	for _, c := range l.Columns {
		if c.Name == name {
			return true
		}
	}
	return false
}
