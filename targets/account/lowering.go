// Package account is an account at somebody else's service: what the targets of
// such platforms have in common when they lower, list, find, look up and apply.
//
// A vendor's target keeps its facts: which objects there are, how conditions and
// texts are spelled, what its calls look like. What is here holds for all that
// answer over HTTP and keep our ownership mark behind a name or a description.
package account

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/narrow"
	"github.com/trayecto/trayecto/targets/rest"
)

// Lowering is one call of Lower.
type Lowering struct {
	targets.LowerRequest // with its program in the order of addresses
	Names                *mapping.Mapping
	Resources            []resource.Resource
	Found                diag.List
	Lookups              map[resource.Lookup]diag.Range
	Exclusions           map[string]Exclusion // that a nested block says where they are, by address
	Proofs               map[string]Proof     // that a nested block says, by address of the consent

	wrong  *diag.Rule
	placed map[string]bool
	told   map[string]bool // channels that are no address here, reported
}

// Exclusion is where the people of an exclusion are.
type Exclusion struct {
	In      mapping.Name // the list, or the field that says it
	Checked mapping.Name // the field of the last look-up; not said for none
}

// Proof is the fields that say since when somebody agrees; not said for none.
type Proof struct{ Granted, Confirmed mapping.Name }

// Begin reads the platform block; wrong is the rule of arguments that cannot be
// used.
func Begin(r targets.LowerRequest, wrong *diag.Rule) Lowering {
	r.Program = sorted(r.Program)
	l := Lowering{
		LowerRequest: r, Lookups: map[resource.Lookup]diag.Range{}, Exclusions: map[string]Exclusion{}, Proofs: map[string]Proof{},
		wrong: wrong, placed: map[string]bool{}, told: map[string]bool{},
	}
	for _, address := range r.Placed {
		l.placed[address] = true
	}
	l.Names, l.Found = mapping.Read(r.Program, r.Platform)
	return l
}

// End is what was lowered, with the resource blocks for the platform's kinds.
// As gives what a block says the form in which the platform is compared; nil
// leaves it as it is.
func (l *Lowering) End(kinds []targets.Kind, as func(resource.Map) resource.Map) targets.Lowered {
	written, found := targets.Written(l.LowerRequest, kinds)
	for i := range written {
		if as != nil {
			written[i].Attributes = as(written[i].Attributes)
		}
	}
	l.Resources, l.Found = append(l.Resources, written...), append(l.Found, found...)
	slices.SortFunc(l.Resources, func(a, b resource.Resource) int { return a.Address.Compare(b.Address) })
	return targets.Lowered{Resources: l.Resources, Diagnostics: l.Found.Sorted(), Lookups: l.Lookups}
}

// sorted is a program with the lists by address whose order shows in conditions.
func sorted(p *ir.Program) *ir.Program {
	out := *p
	out.Regimes, out.Exclusions, out.Touchpoints = inOrder(p.Regimes), inOrder(p.Exclusions), inOrder(p.Touchpoints)
	out.Consents, out.Events, out.Journeys = inOrder(p.Consents), inOrder(p.Events), inOrder(p.Journeys)
	return &out
}

func inOrder[D ir.Declaration](list []D) []D {
	return slices.SortedStableFunc(slices.Values(list), func(a, b D) int { return strings.Compare(a.Header().Address, b.Header().Address) })
}

// Has tells whether a declaration is placed on the platform.
func (l *Lowering) Has(address string) bool { return l.placed[address] }

// Here lists the declarations of a list that are placed on the platform, by address.
func Here[D ir.Declaration](l interface{ Has(string) bool }, list []D) []D {
	return inOrder(slices.DeleteFunc(slices.Clone(list), func(d D) bool { return !l.Has(d.Header().Address) }))
}

// Address is of a role of a declaration on this platform.
func (l *Lowering) Address(object, role string) resource.Address {
	return resource.Address{Object: object, Platform: l.Platform.Name, Role: role}
}

// Look is a reference to what the account already has, named at a place.
func (l *Lowering) Look(kind string, name mapping.Name) resource.Value {
	look := resource.Lookup{Kind: kind, Key: name.Theirs}
	if at, known := l.Lookups[look]; !known || at.IsZero() {
		l.Lookups[look] = name.At
	}
	return look
}

// Add makes an object. Its name is, if nothing else, its address, which people
// find in the files, with the role behind it.
func (l *Lowering) Add(r resource.Resource) {
	if r.Key == "" {
		r.Key = strings.TrimSpace(r.Address.Object + " " + r.Address.Role)
	}
	l.Resources = append(l.Resources, r)
}

// Wrong reports an argument of the platform block that cannot be used.
func (l *Lowering) Wrong(at diag.Range, mark, help string) {
	l.Found = append(l.Found, diag.Diagnostic{Rule: l.wrong, At: at, Mark: mark, Help: help})
}

// Text is an argument that is a constant text, and where it stands.
func (l *Lowering) Text(c ir.Config, name string) mapping.Name {
	s, there := c.Get(name)
	if !there {
		return mapping.Name{At: c.At}
	}
	value, ok := s.Value.(types.Text)
	if !ok || value == "" {
		l.Wrong(s.At, name+" is a text", "")
		return mapping.Name{At: s.At}
	}
	return mapping.Name{Theirs: string(value), Said: true, At: s.At}
}

// Constant is an argument of the platform block that is a text, or "".
func (l *Lowering) Constant(name string) string {
	s, _ := l.Platform.Config.Get(name)
	text, _ := s.Value.(types.Text)
	return string(text)
}

// Endpoint checks the address of the API where it is a constant. Home is the
// vendor's own.
func (l *Lowering) Endpoint(home string) {
	s, there := l.Platform.Config.Get("endpoint")
	if !there || s.Env != "" {
		return
	}
	if text, ok := s.Value.(types.Text); !ok || !rest.IsAddress(string(text)) {
		l.Wrong(s.At, "this is not the address of an API", "write endpoint = \""+home+"\" or leave it out")
	}
}

// Approximation is how far off windows may be: at least a day; zero where the
// block does not say. Why is what is off by that.
func (l *Lowering) Approximation(why string) types.Span {
	s, there := l.Platform.Config.Get("approximate")
	if !there {
		return types.Span{}
	}
	text, _ := s.Value.(types.Text)
	span, err := types.ParseSpan(string(text))
	if err != nil || span.Exact() < day.Exact() {
		l.Wrong(s.At, why, "write approximate = \"1d\"")
	}
	return span
}

var day = types.Span{Amount: 1, Unit: types.Day}

// Nested reads the nested blocks about exclusions and consents. Argument says
// where an exclusion is, and what that is: "list", "name of the list".
func (l *Lowering) Nested(argument, what string) {
	for _, b := range l.Platform.Config.Blocks {
		switch {
		case len(b.Labels) != 1:
		case b.Type == "exclusion":
			l.exclusion(b, argument, what)
		case b.Type == "consent":
			if address, ok := block(l, b, l.Program.Consents); ok {
				l.Proofs[address] = Proof{Granted: l.Text(b.Config, "granted_at"), Confirmed: l.Text(b.Config, "confirmed_at")}
			}
		}
	}
}

func (l *Lowering) exclusion(b ir.ConfigBlock, argument, what string) {
	address, ok := block(l, b, l.Program.Exclusions)
	if !ok {
		return
	}
	x := Exclusion{In: l.Text(b.Config, argument), Checked: l.Text(b.Config, "checked")}
	if !x.In.Said {
		l.Wrong(b.Config.At, "nothing says which "+argument+" it is", fmt.Sprintf("add %s = \"<%s>\"", argument, what))
		return
	}
	l.Exclusions[address] = x
}

// block is the declaration that a nested block is about, by its type and label;
// false, and reported, where there is none.
func block[D ir.Declaration](l *Lowering, b ir.ConfigBlock, list []D) (address string, ok bool) {
	address = b.Type + "." + b.Labels[0]
	if _, there := ir.Find(list, address); there {
		return address, true
	}
	var known []string
	for _, d := range list {
		known = append(known, strings.TrimPrefix(d.Header().Address, b.Type+"."))
	}
	help := ""
	if near := diag.Nearest(b.Labels[0], known); near != "" {
		help = "write " + near
	}
	l.Wrong(b.Config.At, "there is no "+address, help)
	return address, false
}

// Marketing tells whether a touchpoint is marketing.
func (l *Lowering) Marketing(t ir.Touchpoint) bool {
	purpose, _ := ir.Find(l.Program.Purposes, t.Purpose)
	return purpose.Class == ir.Marketing
}

// Offers tells whether a journey placed here sends marketing.
func (l *Lowering) Offers() bool {
	found := false
	for _, j := range Here(l, l.Program.Journeys) {
		ir.Walk(j.Steps, func(s ir.Step) {
			send, _ := s.(ir.Send)
			touchpoint, declared := ir.Find(l.Program.Touchpoints, send.Touchpoint)
			found = found || declared && l.Marketing(touchpoint)
		})
	}
	return found
}

// Media is the channels of a platform that writes to certain fields of a person.
type Media struct {
	By     map[string]string // the platform's word for a channel by the field that is the address: {"email": "email"}
	Rule   *diag.Rule
	Writes string // to what: "Klaviyo writes to the email and the phone_number of a profile, and %s has neither in person.%s."
}

// Medium is the platform's word for a channel. That it has none is reported
// once, at the channel; the error is narrow.ErrTold then.
func (l *Lowering) Medium(m Media, address string) (string, error) {
	channel, _ := ir.Find(l.Program.Channels, address)
	if word := m.By[l.Names.Field(channel.Key).Theirs]; word != "" {
		return word, nil
	}
	if !l.told[address] {
		l.told[address] = true
		l.Found = append(l.Found, diag.Diagnostic{
			Rule: m.Rule, At: channel.At, Mark: address + " goes to person." + channel.Key,
			Detail: fmt.Sprintf(m.Writes, l.Platform.Address, channel.Key), Help: l.instead(m, channel),
		})
	}
	return "", narrow.ErrTold
}

// Told tells whether it was reported already that a message goes by a channel
// that the platform has no word for: what comes of that is not told again.
func (l *Lowering) Told(t ir.Touchpoint) bool {
	return slices.ContainsFunc(t.Channels, func(channel string) bool { return l.told[channel] })
}

// instead is the field that the address of a channel may be in, or, where the
// platform writes to nothing of the kind, that somebody else has to.
func (l *Lowering) instead(m Media, channel ir.Channel) string {
	key, _ := l.Program.Person.KeyNamed(channel.Key)
	for _, field := range slices.Sorted(maps.Keys(m.By)) {
		if word := m.By[field]; key.Type != types.Type(types.Email) && word == "sms" || key.Type != types.Type(types.Phone) && word == "email" {
			return fmt.Sprintf("say which it is in the block of %s: fields = { %s = %q }", l.Platform.Address, channel.Key, field)
		}
	}
	return "take what goes by " + channel.Address + " out with leave_out, or place it on another platform"
}

// Unkept says of limits, hours and control groups that are placed here what the
// platform does not keep to.
func (l *Lowering) Unkept(rule *diag.Rule, pressures, controls string) {
	warn := func(h ir.Head, why string) {
		l.Found = append(l.Found, diag.Diagnostic{Rule: rule, At: h.At, Mark: "not on " + l.Platform.Address, Detail: why})
	}
	for _, p := range Here(l, l.Program.Pressures) {
		warn(p.Head, pressures)
	}
	for _, c := range Here(l, l.Program.Controls) {
		warn(c.Head, controls)
	}
}

// Ungated is the finding at a message that could reach somebody who must not get
// it: the rules for it have to be asked where the platform cannot. Why is what
// it found, if it did.
func Ungated(rule *diag.Rule, at diag.Range, t ir.Touchpoint, called, detail string, why diag.List) diag.Diagnostic {
	d := diag.Diagnostic{Rule: rule, At: at, Mark: t.Address + " could reach people who must not get it", Detail: detail, Help: "send it by another platform"}
	if len(why) > 0 {
		d.Detail += " " + why[0].Detail
		if why[0].Help != "" {
			d.Help = why[0].Help
		}
		d.Related = []diag.Label{{At: why[0].At, Text: "this is what " + called + " cannot ask"}}
	}
	return d
}
