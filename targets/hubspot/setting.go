package hubspot

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/rest"
)

// home is where HubSpot's API is.
const home = "https://api.hubapi.com"

// exclusion is where the people of an exclusion are.
type exclusion struct {
	list    mapping.Name
	checked mapping.Name // the property of the last look-up; not said for none
}

// proof is where contacts say since when they agree.
type proof struct{ granted, confirmed mapping.Name }

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	if s, there := l.Platform.Config.Get("endpoint"); there && s.Env == "" {
		if text, ok := s.Value.(types.Text); !ok || !rest.IsAddress(string(text)) {
			l.wrong(s.At, "this is not the address of an API", "write endpoint = \""+home+"\" or leave it out")
		}
	}
	for _, name := range []string{"from_name", "reply_to", "service"} {
		l.text(l.Platform.Config, name)
	}
	if s, there := l.Platform.Config.Get("approximate"); there {
		l.grain = l.approximation(s)
	}
	for _, b := range l.Platform.Config.Blocks {
		switch {
		case len(b.Labels) != 1:
		case b.Type == "exclusion":
			l.exclusion(b)
		case b.Type == "consent":
			l.proof(b)
		}
	}
}

// approximation is how late lists may notice that time has passed.
func (l *lowering) approximation(s ir.Setting) types.Span {
	text, _ := s.Value.(types.Text)
	span, err := types.ParseSpan(string(text))
	if err != nil || span.Exact() < day.Exact() {
		l.wrong(s.At, "HubSpot notices once a day that time has passed", "write approximate = \"1d\"")
	}
	return span
}

// declared tells whether a block speaks of something that the project has.
func declared[D ir.Declaration](l *lowering, b ir.ConfigBlock, list []D) (address string, ok bool) {
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
	l.wrong(b.Config.At, "there is no "+address, help)
	return address, false
}

func (l *lowering) exclusion(b ir.ConfigBlock) {
	address, ok := declared(l, b, l.Program.Exclusions)
	if !ok {
		return
	}
	list := l.text(b.Config, "list")
	if !list.Said {
		l.wrong(b.Config.At, "nothing says which list it is", "add list = \"<name of the list>\"")
		return
	}
	l.exclusions[address] = exclusion{list: list, checked: l.text(b.Config, "checked")}
}

func (l *lowering) proof(b ir.ConfigBlock) {
	if address, ok := declared(l, b, l.Program.Consents); ok {
		l.proofs[address] = proof{granted: l.text(b.Config, "granted_at"), confirmed: l.text(b.Config, "confirmed_at")}
	}
}

// text is an argument that is a constant text, and where it stands.
func (l *lowering) text(c ir.Config, name string) mapping.Name {
	s, there := c.Get(name)
	if !there {
		return mapping.Name{At: c.At}
	}
	value, ok := s.Value.(types.Text)
	if !ok || value == "" {
		l.wrong(s.At, fmt.Sprintf("%s is a text", name), "")
		return mapping.Name{At: s.At}
	}
	return mapping.Name{Theirs: string(value), Said: true, At: s.At}
}

func (l *lowering) wrong(at diag.Range, mark, help string) {
	l.found = append(l.found, diag.Diagnostic{Rule: wrongSetting, At: at, Mark: mark, Help: help})
}
