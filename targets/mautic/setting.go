package mautic

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
)

// exclusion is where contacts say whom an exclusion names.
type exclusion struct {
	field   mapping.Name
	checked mapping.Name // Theirs is "" for none
}

// dates are the fields with what is known of a yes; Theirs is "" for none.
type dates struct{ granted, confirmed mapping.Name }

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	if s, there := l.Platform.Config.Get("endpoint"); there && s.Env == "" {
		text, _ := s.Value.(types.Text)
		if u, err := url.Parse(string(text)); err != nil || u.Host == "" || u.Scheme != "https" && !local(u) {
			l.wrong(s.At, "this is not the address of an installation", "write endpoint = \"https://<host>\"")
		}
	}
	l.credentials()
	if s, there := l.Platform.Config.Get("approximate"); there {
		text, _ := s.Value.(types.Text)
		span, err := types.ParseSpan(string(text))
		if l.approximate = err == nil && span.Exact() >= day.Exact(); !l.approximate {
			l.wrong(s.At, "Mautic counts windows in whole days", "write approximate = \"1d\"")
		}
	}
	if s, there := l.Platform.Config.Get("built_every"); there {
		text, _ := s.Value.(types.Text)
		span, err := types.ParseSpan(string(text))
		if l.built = span; err != nil || span.Calendar() || span.Exact() <= 0 {
			l.built = hour
			l.wrong(s.At, "this is not how often something is done", "write built_every = \"15m\"")
		}
	}
	l.anyCase, l.trusted = l.flag("ignore_case"), l.flag("trust_fields")
	for _, s := range senders {
		if at, there := l.Platform.Config.Get(s.argument); there && l.constant(s.argument) == "" {
			l.wrong(at.At, s.argument+" is a text", "")
		}
	}
	for _, b := range l.Platform.Config.Blocks {
		if len(b.Labels) != 1 {
			continue
		}
		switch b.Type {
		case "exclusion":
			l.exclusion(b)
		case "consent":
			l.consent(b)
		}
	}
}

// credentials are a token, or both halves of a user.
func (l *lowering) credentials() {
	said := func(name string) bool { _, there := l.Platform.Config.Get(name); return there }
	if !said("token") && (!said("username") || !said("password")) {
		l.wrong(l.Platform.At, "nothing says who we are there", "add username = env(\"MAUTIC_USER\") and password = env(\"MAUTIC_PASSWORD\"), or token = env(\"MAUTIC_TOKEN\")")
	}
}

// flag is an argument that is true or false.
func (l *lowering) flag(name string) bool {
	s, there := l.Platform.Config.Get(name)
	truth, ok := s.Value.(types.Truth)
	if there && !ok {
		l.wrong(s.At, name+" is true or false", "")
	}
	return bool(truth)
}

func (l *lowering) exclusion(b ir.ConfigBlock) {
	address := "exclusion." + b.Labels[0]
	if _, declared := ir.Find(l.Program.Exclusions, address); !declared {
		l.undeclared(b, address, names(l.Program.Exclusions))
		return
	}
	x := exclusion{field: l.field(b.Config, "field"), checked: l.field(b.Config, "checked")}
	if x.field.Theirs == "" {
		l.wrong(b.Config.At, "nothing says which field it is", "add field = \"<alias of a contact field>\"")
		return
	}
	l.exclusions[address] = x
}

func (l *lowering) consent(b ir.ConfigBlock) {
	address := "consent." + b.Labels[0]
	if _, declared := ir.Find(l.Program.Consents, address); !declared {
		l.undeclared(b, address, names(l.Program.Consents))
		return
	}
	l.dates[address] = dates{granted: l.field(b.Config, "granted_at"), confirmed: l.field(b.Config, "confirmed_at")}
}

func (l *lowering) undeclared(b ir.ConfigBlock, address string, known []string) {
	help := ""
	if near := diag.Nearest(b.Labels[0], known); near != "" {
		help = "write " + near
	}
	l.wrong(b.Config.At, "there is no "+address, help)
}

// names are what declarations are called.
func names[D ir.Declaration](list []D) []string {
	var out []string
	for _, d := range list {
		_, name, _ := strings.Cut(d.Header().Address, ".")
		out = append(out, name)
	}
	return out
}

// field is an argument that names a contact field.
func (l *lowering) field(c ir.Config, name string) mapping.Name {
	s, there := c.Get(name)
	if !there {
		return mapping.Name{}
	}
	text, ok := s.Value.(types.Text)
	if !ok || text == "" {
		l.wrong(s.At, fmt.Sprintf("%s is the alias of a contact field", name), "")
	}
	return mapping.Name{Theirs: string(text), Said: true, At: s.At}
}

// constant is an argument that is a text, or "".
func (l *lowering) constant(name string) string {
	s, _ := l.Platform.Config.Get(name)
	text, _ := s.Value.(types.Text)
	return string(text)
}

func (l *lowering) wrong(at diag.Range, mark, help string) {
	l.found = append(l.found, diag.Diagnostic{Rule: wrongSetting, At: at, Mark: mark, Help: help})
}
