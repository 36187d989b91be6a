package codes

// Retired is a code that nothing is found under any more. Codes are permanent:
// it is never given to something else, and who meets it in an old log or a
// suppression learns what became of it.
type Retired struct {
	Code    string
	Summary string // what it said
	Since   string // what holds instead, in sentences
}

// AllRetired lists the retired codes by code.
var AllRetired = []Retired{
	{
		Code: "CHK117", Summary: "This version cannot work a function out",
		Since: "It was about percentile, which every engine works out now: percentile(event.x.field, share, window).",
	},
	{
		Code: "MAP106", Summary: "This version does not carry out what the block says",
		Since: "It was about places of the state, all of which are carried out now: file, postgres, http and object store.",
	}, {
		Code: "NTF205", Summary: "A broadcast of Notifuse reaches only people on a list",
		Since: "CAP303 says it now, of every platform that sends a one-off to a list.",
	},
	{Code: "TST101", Summary: "A test leaves out a field that every such event has", Since: "CHK143 says it now."},
	{Code: "TST102", Summary: "A test speaks of a channel or a step that does not belong there", Since: "CHK144 says it now."},
}

// RetiredNamed finds a retired code.
func RetiredNamed(code string) (Retired, bool) {
	for _, r := range AllRetired {
		if r.Code == code {
			return r, true
		}
	}
	return Retired{}, false
}
