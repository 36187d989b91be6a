package check

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var idleWish = &diag.Rule{Code: "CHK125", Severity: diag.Warning, Summary: "What a person prefers names none of the channels"}

// checkWishes knows what a value may be where it is an enum.
func checkWishes(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		if t.Prefer == nil || len(t.Channels) == 0 {
			continue
		}
		enum, ok := expr.TypeOf(t.Prefer).(types.Enum)
		if !ok {
			continue
		}
		named := false
		var names []string
		for _, channel := range t.Channels {
			name := channel[strings.LastIndex(channel, ".")+1:]
			names = append(names, fmt.Sprintf("%q", name))
			named = named || enum.Has(name)
		}
		if named {
			continue
		}
		p.say(diag.Diagnostic{
			At: t.Prefer.Range(), Mark: "is " + strings.Join(enum.Values, ", "),
			Detail: fmt.Sprintf("A wish counts when it is the name of one of the channels: %s. None of the words of this attribute is.", strings.Join(names, ", ")),
			Help:   "rename the words, or write the channels without prefer",
		})
	}
}
