package segment

import ()

// home is where Segment's Public API is.
const home = "https://api.segmentapis.com"

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	l.Endpoint(home)
	if s, there := l.Platform.Config.Get("space"); there && s.Env == "" {
		l.Text(l.Platform.Config, "space")
	}
	if s, there := l.Platform.Config.Get("tracking_plan"); there && l.Constant("tracking_plan") == "" {
		l.Wrong(s.At, "the name of the tracking plan is a constant text", "write tracking_plan = \"<its name>\"")
	}
	l.grain = l.Approximation("Segment notices up to a day late that time has passed")
}
