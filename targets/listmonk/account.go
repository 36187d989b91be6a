package listmonk

import (
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/rest"
)

// account is what a platform block says.
type account struct {
	names     *mapping.Mapping
	email     string // the channel that is e-mail: "channel.email"; "" where there is none
	messenger string
	from      string
	everyone  ir.Setting // the list that everybody is on; Value is nil if none is said
	records   map[string]record
}

// record is the attributes of subscribers that hold facts of a consent.
type record map[expr.Fact]string

// facts are the facts of a consent record that an attribute may hold. The
// state is the list's.
var facts = []expr.Fact{expr.GrantedAt, expr.ConfirmedAt, expr.ExpiresAt}

// read is the account of a platform block, with everything that is wrong in it.
func read(p *ir.Program, platform ir.Platform) (account, diag.List) {
	names, found := mapping.Read(p, platform)
	a := account{names: names, messenger: "email", records: map[string]record{}}
	for _, c := range p.Channels {
		if address, err := p.Address(c); err == nil && expr.TypeOf(address) == types.Email && a.email == "" {
			a.email = c.Address
		}
	}
	wrong := func(s ir.Setting, mark, help string) {
		found = append(found, diag.Diagnostic{Rule: wrongArgument, At: s.At, Mark: mark, Help: help})
	}
	texts := map[string]*string{"messenger": &a.messenger, "from": &a.from, "endpoint": nil, "user": nil, "everyone": nil}
	for _, s := range platform.Config.Settings {
		into, isText := texts[s.Name]
		if !isText || s.Env != "" {
			continue
		}
		word, ok := s.Value.(types.Text)
		switch {
		case !ok || word == "":
			wrong(s, s.Name+" is a text", "")
		case s.Name == "endpoint" && !rest.IsAddress(string(word)):
			wrong(s, "this is not the address of a server", `write it as in "https://lists.example.com"`)
		case s.Name == "everyone":
			a.everyone = s
		case into != nil:
			*into = string(word)
		}
	}
	for _, b := range platform.Config.Blocks {
		if b.Type == "consent" && len(b.Labels) == 1 {
			a.consent(p, b, &found)
		}
	}
	return a, found.Sorted()
}

// consent reads which attributes hold the instants of a consent.
func (a *account) consent(p *ir.Program, b ir.ConfigBlock, found *diag.List) {
	at := slices.IndexFunc(p.Consents, func(c ir.Consent) bool { return ir.Short(c.Address) == b.Labels[0] })
	if at < 0 {
		var names []string
		for _, c := range p.Consents {
			names = append(names, ir.Short(c.Address))
		}
		d := diag.Diagnostic{Rule: wrongArgument, At: b.Config.At, Mark: "there is no consent." + b.Labels[0]}
		if near := diag.Nearest(b.Labels[0], names); near != "" {
			d.Help = "write " + near
		}
		*found = append(*found, d)
		return
	}
	kept := record{}
	for _, s := range b.Config.Settings {
		if word, ok := s.Value.(types.Text); ok && word != "" && slices.Contains(facts, expr.Fact(s.Name)) {
			kept[expr.Fact(s.Name)] = string(word)
		} else {
			*found = append(*found, diag.Diagnostic{Rule: wrongArgument, At: s.At, Mark: s.Name + " is the name of an attribute"})
		}
	}
	a.records[p.Consents[at].Address] = kept
}

// place is where the platform keeps a key or an attribute of people. The
// address of the e-mail channel is the subscriber's own unless the project
// says otherwise.
func (a account) place(p *ir.Program, name string) stored {
	theirs := a.names.Field(name)
	channel, ok := ir.Find(p.Channels, a.email)
	if ok && channel.Key == name && !theirs.Said {
		return storedAs(columnEmail)
	}
	return storedAs(theirs.Theirs)
}

// wanted is how the subscriptions to the list of a consent are kept: confirmed
// by a second act where any rule of law asks for one.
func wanted(p *ir.Program, c ir.Consent) string {
	for _, r := range p.Regimes {
		for _, rule := range r.Rules {
			if rule.DoubleOptIn && slices.ContainsFunc(c.Channels, func(channel string) bool { return rule.Covers(ir.Marketing, channel) }) {
				return double
			}
		}
	}
	return single
}

// The two ways in which listmonk keeps subscriptions. Of a list with single
// opt-in whoever is on it and did not unsubscribe gets mail; with double opt-in
// only who confirmed.
const (
	single = "single"
	double = "double"
)

// onlyTo is whom alone the environment lets be written to, sorted; nil is no
// restriction.
func onlyTo(p *ir.Program) []string {
	out := slices.Clone(p.Project.OnlyTo)
	sort.Strings(out)
	return out
}
