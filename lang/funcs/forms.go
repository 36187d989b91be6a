package funcs

// Forms lists the forms by name.
var Forms = []Form{
	{
		Name: "any", Signature: "any(changes.kind, condition)", Place: "guards",
		Doc:     "Whether the condition over it holds for one of a plan's changes.",
		Null:    "A change that lacks the figure does not count.",
		Example: `any(changes.segment, it.joins_share > 0.2)`,
	},
	{
		Name: "approved_by", Signature: "approved_by(role, ...)", Place: "guards",
		Doc:     "Whether someone with one of the roles has approved the plan.",
		Null:    "It is never unknown.",
		Example: `approved_by("crm-lead")`,
	},
	{
		Name: "avg", Signature: "avg(event.x.field, window)",
		Doc:     "The mean of a field over the events in the window, rounded half-even to 6 places; null when there are none with a value.",
		Null:    "Events whose field is not known are passed over; when none is left, the result is not known.",
		Example: `avg(event.order_placed.amount, "365d") > 50`,
	},
	{
		Name: "coalesce", Signature: "coalesce(value, value, ...)",
		Doc:     "The first value that is not null.",
		Null:    "It passes over what is not known; when nothing is, the result is not known.",
		Example: `coalesce(person.first_name, "there")`,
	},
	{
		Name: "consented", Signature: "consented(purpose.x, channel.y)",
		Doc:     "Whether the consent that covers the purpose and channel is granted; the record alone, never unknown.",
		Null:    "It is never unknown: without a record nobody has agreed.",
		Example: `consented(purpose.offers, channel.email)`,
	},
	{
		Name: "count", Signature: "count(source, window)",
		Doc:     "How many events are in the window; 0 when there are none, never null.",
		Null:    "It is never unknown: 0 when nothing happened.",
		Example: `count(event.order_placed, "365d") >= 3`,
	},
	{
		Name: "did", Signature: "did(source, window)",
		Doc:     "Whether at least one event is in the window; never unknown.",
		Null:    "It is never unknown: false when nothing happened.",
		Example: `did(event.order_placed, "90d")`,
	},
	{
		Name: "env", Signature: "env(name)", Place: "platform blocks",
		Doc:     "The value of an environment variable, read by the platform when it is used and never written down.",
		Null:    "A variable that is not set is an error of the platform.",
		Example: `env("NOTIFUSE_API_KEY")`,
	},
	{
		Name: "file", Signature: "file(path)", Place: "constants",
		Doc:     "The text of a file of the project as it is, nothing in it being special; template fills in values.",
		Null:    "A file that is not there is an error.",
		Example: `file("content/footer.txt")`,
	},
	{
		Name: "first", Signature: "first(event.x.field, window)",
		Doc:     "The field of the earliest event in the window that has a value; null when there is none.",
		Null:    "Events whose field is not known are passed over; when none is left, the result is not known.",
		Example: `first(event.order_placed.amount, "ever") > 100`,
	},
	{
		Name: "followed_by", Signature: "followed_by(source, source, gap, window)",
		Doc:     "Whether an event of the first source is followed by one of the second that is later, by at most the gap, both in the window; never unknown.",
		Null:    "It is never unknown: false when nothing happened.",
		Example: `followed_by(event.product_viewed, event.order_placed, "24h", "90d")`,
	},
	{
		Name: "is_set", Signature: "is_set(value)",
		Doc:     "Whether a value is not null; never unknown.",
		Null:    "It is never unknown; that is what it is for.",
		Example: `is_set(person.birth_date)`,
	},
	{
		Name: "last", Signature: "last(event.x.field, window)",
		Doc:     "The field of the latest event in the window that has a value; null when there is none.",
		Null:    "Events whose field is not known are passed over; when none is left, the result is not known.",
		Example: `last(event.order_placed.amount, "ever") > 100`,
	},
	{
		Name: "max", Signature: "max(event.x.field, window)",
		Doc:     "The greatest value of a field over the events in the window; null when there is none.",
		Null:    "Events whose field is not known are passed over; when none is left, the result is not known.",
		Example: `max(event.order_placed.amount, "365d") > 500`,
	},
	{
		Name: "min", Signature: "min(event.x.field, window)",
		Doc:     "The least value of a field over the events in the window; null when there is none.",
		Null:    "Events whose field is not known are passed over; when none is left, the result is not known.",
		Example: `min(event.order_placed.amount, "365d") > 5`,
	},
	{
		Name: "one_of", Signature: "one_of(value, constant, ...)",
		Doc:     "Whether a value equals one of the constants, none of which may be null; unknown when the value is null.",
		Null:    "When the value is not known, neither is the answer.",
		Example: `one_of(person.country, "ES", "MX")`,
	},
	{
		Name: "percentile", Signature: "percentile(event.x.field, share, window)",
		Doc: "The least value of a field over the events in the window that the given share of the values does not exceed: 0.5 is the middle one, 0.9 leaves a tenth above. " +
			"Of n values in order it is the one at share x n, rounded up, so it always is a value that occurred; null when there are none.",
		Null:    "Events whose field is not known are passed over; when none is left, the result is not known.",
		Example: `percentile(event.order_placed.amount, 0.5, "365d") > 50`,
	},
	{
		Name: "prefer", Signature: "prefer(value, [channel.x, ...])", Place: "the channels of a touchpoint",
		Doc:     "The channels in order, the one that the person's value names first.",
		Null:    "When the value is not known, the order is the one that is written.",
		Example: `prefer(person.favourite, [channel.sms, channel.email])`,
	},
	{
		Name: "reachable", Signature: "reachable(purpose.x, channel.y)",
		Doc:     "Whether the person may be sent a message of the purpose on the channel now: the address is set, not suppressed, and consent, regimes and exclusions allow it; never unknown.",
		Null:    "It is never unknown: what is not known to be allowed is not allowed.",
		Example: `reachable(purpose.offers, channel.email)`,
	},
	{
		Name: "sum", Signature: "sum(event.x.field, window)",
		Doc:     "The sum of a field over the events in the window that have a value; null when there are none.",
		Null:    "Events whose field is not known are passed over; when none is left, the result is not known.",
		Example: `sum(event.order_placed.amount, "365d") > 5000`,
	},
	{
		Name: "template", Signature: "template(path)", Place: "content",
		Doc:     "A text from a file of the project, with ${...} in it; ${language} in the path stands for each language of the project.",
		Null:    "A value that may be missing is refused in a text; coalesce gives it another.",
		Example: `template("content/welcome.${language}.html")`,
	},
	{
		Name: "where", Signature: "where(source, condition)",
		Doc:     "Those events of a source for which the condition over it is true.",
		Null:    "An event for which the condition is unknown does not count.",
		Example: `count(where(event.order_placed, it.amount > 500), "30d") >= 2`,
	},
}
