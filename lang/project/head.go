package project

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the same time zones on every machine

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// head reads the project block.
func (l *loader) head() {
	b := l.p.Head
	if b == nil {
		return
	}
	l.p.Name = b.Label(0)
	if l.p.Name == "" && len(b.Labels) == 1 {
		l.wrong(b.Labels[0].At, "is empty", `write project "name"`)
	}
	l.p.Timezone = l.timezone(b)
	l.p.Currency = l.currency(b)
	l.p.Languages = l.languages(b)
	l.requires(b)
}

func (l *loader) wrong(at diag.Range, mark, help string) {
	l.say(diag.Diagnostic{Rule: wrongHead, At: at, Mark: mark, Help: help})
}

// text is the constant text of an argument, and whether there is one.
func (l *loader) text(b *block.Block, name string) (string, block.Argument, bool) {
	a, there := b.Get(name)
	if !there {
		return "", a, false
	}
	v, problems := expr.Constant(a.Expr, l.scope(), types.String)
	l.list = append(l.list, problems...)
	text, isText := v.(types.Text)
	if !isText {
		if v != nil && !problems.HasErrors() {
			l.wrong(a.At, "not a text in quotes", fmt.Sprintf(`write %s = "..."`, name))
		}
		return "", a, false
	}
	return string(text), a, true
}

func (l *loader) timezone(b *block.Block) string {
	zone, a, there := l.text(b, "timezone")
	if !there {
		return ""
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		l.wrong(a.At, "not a time zone", `write the name of a time zone, such as "Europe/Madrid"`)
		return ""
	}
	return zone
}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

func (l *loader) currency(b *block.Block) string {
	code, a, there := l.text(b, "currency")
	if !there {
		return ""
	}
	if !currencyForm.MatchString(code) {
		l.wrong(a.At, "not a currency", `write its three capital letters, such as "EUR"`)
		return ""
	}
	if _, err := currency.ParseISO(code); err != nil {
		l.wrong(a.At, "no currency of ISO 4217", `write its three capital letters, such as "EUR"`)
		return ""
	}
	return code
}

func (l *loader) languages(b *block.Block) []string {
	a, there := b.Get("languages")
	if !there {
		return nil
	}
	v, problems := expr.Constant(a.Expr, l.scope(), types.List{Element: types.String})
	l.list = append(l.list, problems...)
	if problems.HasErrors() || v == nil {
		return nil
	}
	list, _ := v.(types.Values)
	before := len(l.list)
	var out []string
	seen := map[string]bool{}
	for _, item := range list {
		code := types.Spell(item)
		switch tag, err := language.Raw.Parse(code); {
		case err != nil:
			l.wrong(a.At, fmt.Sprintf("%q is not a language", code), `write its code, such as "es" or "pt-BR"`)
		case tag.String() != code:
			l.wrong(a.At, fmt.Sprintf("%q is written %q", code, tag.String()), fmt.Sprintf("write %q", tag.String()))
		case seen[code]:
			l.wrong(a.At, fmt.Sprintf("%q is there twice", code), "keep one of the two")
		default:
			out = append(out, code)
		}
		seen[code] = true
	}
	if len(list) == 0 {
		l.wrong(a.At, "names no language", `write at least one, such as ["es"]`)
	}
	if len(l.list) > before {
		return nil // texts are not blamed for their languages
	}
	return out
}

var requiresForm = regexp.MustCompile(`^(>=|=)?\s*(\d+)\.(\d+)(?:\.(\d+))?$`)

// requires compares the version that the files are written for with the one
// that runs.
func (l *loader) requires(b *block.Block) {
	written, a, there := l.text(b, "requires")
	if !there {
		return
	}
	want := requiresForm.FindStringSubmatch(strings.TrimSpace(written))
	if want == nil {
		l.wrong(a.At, "not a version", `write requires = ">= 0.1"`)
		return
	}
	have := requiresForm.FindStringSubmatch(strings.TrimPrefix(l.o.Version, "v"))
	if have == nil {
		return // a build without a version, made from source
	}
	order := compareVersions(have[2:], want[2:])
	if order < 0 || want[1] != ">=" && order != 0 {
		l.say(diag.Diagnostic{
			Rule: wrongVersion, At: a.At, Mark: "this is Trayecto " + l.o.Version,
			Help: "install a version that fits, or change requires",
		})
	}
}

// compareVersions orders two versions by their numbers, a missing one being 0.
func compareVersions(a, b []string) int {
	for i := range a {
		x, _ := strconv.Atoi(a[i]) // the form allows digits or nothing, which is 0
		y, _ := strconv.Atoi(b[i])
		if x != y {
			return x - y
		}
	}
	return 0
}
