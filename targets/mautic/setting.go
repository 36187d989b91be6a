package mautic

import (
	"net/url"

	"github.com/trayecto/trayecto/lang/types"
)

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	if s, there := l.Platform.Config.Get("endpoint"); there && s.Env == "" {
		text, _ := s.Value.(types.Text)
		if u, err := url.Parse(string(text)); err != nil || u.Host == "" || u.Scheme != "https" && !local(u) {
			l.Wrong(s.At, "this is not the address of an installation", "write endpoint = \"https://<host>\"")
		}
	}
	l.credentials()
	l.approximate = !l.Approximation("Mautic counts windows in whole days").IsZero()
	if s, there := l.Platform.Config.Get("built_every"); there {
		text, _ := s.Value.(types.Text)
		span, err := types.ParseSpan(string(text))
		if l.built = span; err != nil || span.Calendar() || span.Exact() <= 0 {
			l.built = hour
			l.Wrong(s.At, "this is not how often something is done", "write built_every = \"15m\"")
		}
	}
	l.anyCase, l.trusted = l.flag("ignore_case"), l.flag("trust_fields")
	for _, s := range senders {
		l.Text(l.Platform.Config, s.argument)
	}
	l.Nested("field", "alias of a contact field")
}

// credentials are a token, or both halves of a user.
func (l *lowering) credentials() {
	said := func(name string) bool { _, there := l.Platform.Config.Get(name); return there }
	if !said("token") && (!said("username") || !said("password")) {
		l.Wrong(l.Platform.At, "nothing says who we are there", "add username = env(\"MAUTIC_USER\") and password = env(\"MAUTIC_PASSWORD\"), or token = env(\"MAUTIC_TOKEN\")")
	}
}

// flag is an argument that is true or false.
func (l *lowering) flag(name string) bool {
	s, there := l.Platform.Config.Get(name)
	truth, ok := s.Value.(types.Truth)
	if there && !ok {
		l.Wrong(s.At, name+" is true or false", "")
	}
	return bool(truth)
}
