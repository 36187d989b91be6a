package segment

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/rest"
)

// home is where Segment's Public API is.
const home = "https://api.segmentapis.com"

// constant is an argument that is a constant text, or "".
func constant(c ir.Config, name string) string {
	s, _ := c.Get(name)
	text, _ := s.Value.(types.Text)
	return string(text)
}

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	for _, name := range []string{"endpoint", "space", "tracking_plan"} {
		s, there := l.Platform.Config.Get(name)
		if !there || s.Env != "" && name != "tracking_plan" {
			continue
		}
		switch text := constant(l.Platform.Config, name); {
		case text == "" && name == "tracking_plan":
			l.wrong(s.At, "the name of the tracking plan is a constant text", "write tracking_plan = \"<its name>\"")
		case text == "":
			l.wrong(s.At, name+" is a text", "")
		case name == "endpoint" && !rest.IsAddress(text):
			l.wrong(s.At, "this is not the address of an API", "write endpoint = \""+home+"\" or leave it out")
		}
	}
	if s, there := l.Platform.Config.Get("approximate"); there {
		l.grain = l.approximation(s)
	}
}

// approximation is how late audiences may notice that time has passed.
func (l *lowering) approximation(s ir.Setting) types.Span {
	text, _ := s.Value.(types.Text)
	span, err := types.ParseSpan(string(text))
	if err != nil || span.Exact() < day.Exact() {
		l.wrong(s.At, "Segment notices up to a day late that time has passed", "write approximate = \"1d\"")
	}
	return span
}

func (l *lowering) wrong(at diag.Range, mark, help string) {
	l.found = append(l.found, diag.Diagnostic{Rule: wrongSetting, At: at, Mark: mark, Help: help})
}
