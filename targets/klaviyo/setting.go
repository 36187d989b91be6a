package klaviyo

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/rest"
)

// home is where Klaviyo's API is.
const home = "https://a.klaviyo.com"

// exclusion is where the people of an exclusion are.
type exclusion struct {
	list    mapping.Name
	checked string // the profile property of the last look-up; "" for none
}

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	for _, name := range []string{"endpoint", "from_email", "from_name", "reply_to"} {
		if s, there := l.Platform.Config.Get(name); there && s.Env == "" {
			if text, ok := s.Value.(types.Text); !ok || text == "" {
				l.wrong(s.At, name+" is a text", "")
			} else if name == "endpoint" && !rest.IsAddress(string(text)) {
				l.wrong(s.At, "this is not the address of an API", "write endpoint = \""+home+"\" or leave it out")
			}
		}
	}
	if s, there := l.Platform.Config.Get("approximate"); there {
		l.grain = l.approximation(s)
	}
	for _, b := range l.Platform.Config.Blocks {
		if b.Type == "exclusion" && len(b.Labels) == 1 {
			l.exclusion(b)
		}
	}
}

// approximation is how late segments may notice that time has passed.
func (l *lowering) approximation(s ir.Setting) types.Span {
	text, _ := s.Value.(types.Text)
	span, err := types.ParseSpan(string(text))
	if err != nil || span.Exact() < day.Exact() {
		l.wrong(s.At, "Klaviyo notices once a day that time has passed", "write approximate = \"1d\"")
	}
	return span
}

func (l *lowering) exclusion(b ir.ConfigBlock) {
	address := "exclusion." + b.Labels[0]
	if _, declared := ir.Find(l.Program.Exclusions, address); !declared {
		var known []string
		for _, x := range l.Program.Exclusions {
			known = append(known, strings.TrimPrefix(x.Address, "exclusion."))
		}
		help := ""
		if near := diag.Nearest(b.Labels[0], known); near != "" {
			help = "write " + near
		}
		l.wrong(b.Config.At, "there is no "+address, help)
		return
	}
	list, at := l.text(b.Config, "list")
	if list == "" {
		l.wrong(b.Config.At, "nothing says which list it is", "add list = \"<name of the list>\"")
		return
	}
	checked, _ := l.text(b.Config, "checked")
	l.exclusions[address] = exclusion{list: mapping.Name{Theirs: list, Said: true, At: at}, checked: checked}
}

// text is an argument that is a constant text, or "".
func (l *lowering) text(c ir.Config, name string) (string, diag.Range) {
	s, there := c.Get(name)
	if !there {
		return "", c.At
	}
	value, ok := s.Value.(types.Text)
	if !ok || value == "" {
		l.wrong(s.At, fmt.Sprintf("%s is a text", name), "")
	}
	return string(value), s.At
}

// constant is an argument of the platform block that settings has checked.
func (l *lowering) constant(name string) string {
	s, _ := l.Platform.Config.Get(name)
	text, _ := s.Value.(types.Text)
	return string(text)
}

func (l *lowering) wrong(at diag.Range, mark, help string) {
	l.found = append(l.found, diag.Diagnostic{Rule: wrongSetting, At: at, Mark: mark, Help: help})
}
