package explain

import "time"

// Answer is what there is to say about one person and one object.
type Answer struct {
	Version  int       `json:"format_version"` // 1
	Project  string    `json:"project"`
	Env      string    `json:"env,omitempty"`
	Now      time.Time `json:"now"`
	Timezone string    `json:"timezone,omitempty"`
	Person   string    `json:"person"`
	Object   string    `json:"object"`
	// In is whether the person is a member, Before whether they were by what was
	// applied last, where that is something else; both of segments only. Nil is
	// not known.
	In     *bool `json:"in,omitempty"`
	Before *bool `json:"before,omitempty"`
	// NotKnown says why there is no answer: a part of the past is absent, or
	// something is not evaluated yet.
	NotKnown string   `json:"not_known,omitempty"`
	Where    *Finding `json:"where,omitempty"`
	// Messages are the touchpoint asked about or, for a member of a segment, those
	// that its journeys send.
	Messages []Message `json:"messages,omitempty"`
	// Apart names what decides about sending beside the rules: limits, hours,
	// control groups.
	Apart []string `json:"apart,omitempty"`
}
