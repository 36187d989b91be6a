package mautic

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/narrow"
)

// print is an atom as filters that must all hold.
func (c *clause) print(a narrow.Atom) ([]filter, error) {
	switch e := a.Of.(type) {
	case expr.Compare:
		return c.compared(e)
	case expr.OneOf:
		return c.oneOf(a, e)
	case expr.IsSet:
		f, err := c.stored(e.Of)
		if f.operator = opSet; a.Negated {
			f.operator = opEmpty
		}
		return []filter{f}, err
	case expr.Attribute:
		f, err := c.stored(e)
		f.operator, f.value = opEqual, truth(!a.Negated)
		return []filter{f}, err
	case expr.Within:
		return c.recent(a, e)
	case expr.Call:
		return c.textual(a, e)
	case expr.Record, expr.Suppressed, expr.Excluded:
		return c.consented(a)
	case expr.Literal, expr.Field, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not, expr.Is, expr.Member,
		expr.Reachable, expr.Coalesce, expr.Any:
	}
	return nil, narrow.Refused(a.Of, "", "Mautic cannot ask for %s", expr.Print(a.Of))
}

// stored is the beginning of a filter on an attribute.
func (c *clause) stored(e expr.Expr) (filter, error) {
	a, ok := e.(expr.Attribute)
	if !ok {
		return filter{}, narrow.Refused(e, "", "Mautic cannot work out %s", expr.Print(e))
	}
	name, kind, err := c.l.contactField(a)
	if err != nil {
		return filter{}, err
	}
	return filter{field: c.l.look(name), kind: kind}, nil
}

// contactField is Mautic's name and type of an attribute, or why it has none.
func (l *lowering) contactField(e expr.Attribute) (mapping.Name, string, error) {
	if len(e.Path) != 1 {
		return mapping.Name{}, "", narrow.Refused(e, "", "contacts hold no things that people have to do with, so nothing is known of %s there", strings.Join(e.Path[1:], "."))
	}
	t := e.Type
	if a, known := l.Program.Person.AttributeNamed(e.Path[0]); known {
		if !a.FreshFor.IsZero() {
			return mapping.Name{}, "", narrow.Refused(e, "", "contacts do not say when %s was learned, and after %s it counts as not known", a.Name, a.FreshFor)
		}
		t = a.Type
	}
	if _, enum := t.(types.Enum); enum {
		return l.Names.Field(e.Path[0]), "select", nil
	}
	if kind := fieldTypes[t]; kind != "" {
		return l.Names.Field(e.Path[0]), kind, nil
	}
	return mapping.Name{}, "", narrow.Refused(e, "", "contacts keep no values such as %s", expr.Print(e))
}

// fieldTypes are Mautic's types of contact fields.
var fieldTypes = map[types.Type]string{
	types.String: "text", types.Number: "number", types.Money: "number", types.Bool: "boolean", types.DateType: "date",
	types.Timestamp: "datetime", types.Email: "email", types.Phone: "tel", types.URL: "url",
}

var operators = map[expr.Comparison]string{
	expr.Equal: opEqual, expr.NotEqual: opNot, expr.Less: opLess, expr.LessEqual: opLessEq, expr.Greater: opMore, expr.GreaterEqual: opMoreEq,
}

// compared is a stored value compared with a constant.
func (c *clause) compared(e expr.Compare) ([]filter, error) {
	f, err := c.stored(e.Left)
	if err != nil {
		return nil, err
	}
	of, constant := e.Left.(expr.Attribute), e.Right.(expr.Literal).Value
	f.operator = operators[e.Op]
	ordered := e.Op != expr.Equal && e.Op != expr.NotEqual
	switch v := constant.(type) {
	case types.Text:
		if ordered {
			return nil, narrow.Refused(e, "", "Mautic's order of texts is its database's and not ours")
		}
		if f.value, err = c.word(of, string(v)); err != nil {
			return nil, err
		}
	case types.Decimal:
		f.value = resource.String(v.String())
	case types.Truth:
		if ordered {
			return nil, narrow.Refused(e, "", "Mautic has no order of true and false")
		}
		f.operator, f.value = opEqual, truth(bool(v) == (e.Op == expr.Equal))
	case types.Date:
		f.value = resource.String(v.Time().Format("2006-01-02"))
	case types.Instant:
		if v.Time().Nanosecond() != 0 {
			return nil, narrow.Refused(e, "write a whole second", "Mautic keeps instants to the second")
		}
		f.value = resource.String(v.Time().UTC().Format(time.DateTime))
	case types.Null, types.Span, types.Values, nil:
		return nil, narrow.Refused(e, "", "contacts keep no such values")
	}
	if f.operator == opNot {
		return []filter{set(f), f}, nil
	}
	return []filter{f}, nil
}

// word is a text as Mautic keeps it, where it can tell it from others.
func (c *clause) word(of expr.Attribute, word string) (resource.Value, error) {
	a, known := c.l.Program.Person.AttributeNamed(of.Path[0])
	words, enum := a.Type.(types.Enum)
	if known && enum {
		theirs := c.l.Names.Word(a.Name, word).Theirs
		for _, other := range words.Values {
			if o := c.l.Names.Word(a.Name, other).Theirs; o != theirs && folded(o) == folded(theirs) && !c.l.anyCase {
				return nil, caseless(of, fmt.Sprintf("%s and %s", theirs, o))
			}
		}
		return resource.String(theirs), nil
	}
	if !c.l.anyCase {
		return nil, caseless(of, strings.ToLower(word)+" and "+strings.ToUpper(word))
	}
	return resource.String(word), nil
}

func caseless(of expr.Attribute, both string) error {
	return narrow.Refused(of, "add ignore_case = true to the platform block where that is fine, or make the attribute an enum", "Mautic's database takes %s for the same text", both)
}

// folded is a text as a database compares it: without regard to case, accents
// and spaces at the end.
func folded(s string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	return strings.TrimRight(strings.ToLower(plain), " ")
}

// oneOf is one of several texts.
func (c *clause) oneOf(a narrow.Atom, e expr.OneOf) ([]filter, error) {
	f, err := c.stored(e.Of)
	if err != nil {
		return nil, err
	}
	list := resource.List{}
	for _, v := range e.Values {
		word, err := c.word(e.Of.(expr.Attribute), types.Spell(v))
		if err != nil {
			return nil, err
		}
		list = append(list, word)
	}
	f.value = list
	if a.Negated {
		f.operator = opNotIn
		return []filter{set(f), f}, nil
	}
	f.operator = opIn
	return []filter{f}, nil
}

// textual is contains and starts_with.
func (c *clause) textual(a narrow.Atom, e expr.Call) ([]filter, error) {
	f, err := c.stored(e.Args[0])
	if err != nil {
		return nil, err
	}
	if f.kind == "select" {
		return nil, narrow.Refused(e, "name the words with one_of", "what Mautic calls the words of an enum is its own")
	}
	part := types.Spell(e.Args[1].(expr.Literal).Value)
	switch {
	case strings.ContainsAny(part, `%_\`):
		return nil, narrow.Refused(e, "", `%%, _ and \ stand for other letters in Mautic's patterns`)
	case part == "":
		return []filter{set(f)}, errIf(a.Negated, narrow.Refused(e, "", "every text contains nothing"))
	case !c.l.anyCase:
		return nil, caseless(e.Args[0].(expr.Attribute), strings.ToLower(part)+" and "+strings.ToUpper(part))
	case a.Negated && e.Func == "contains":
		f.operator, f.value = opNotLike, resource.String("%"+part+"%")
		return []filter{set(f), f}, nil
	case a.Negated:
		f.operator, f.value = opNotLike, resource.String(part+"%")
		return []filter{set(f), f}, nil
	case e.Func == "contains":
		f.operator, f.value = opContains, resource.String(part)
	default:
		f.operator, f.value = opStarts, resource.String(part)
	}
	return []filter{f}, nil
}

func errIf(wrong bool, err error) error {
	if wrong {
		return err
	}
	return nil
}

// recent is in the last days, or further back, or ahead.
func (c *clause) recent(a narrow.Atom, e expr.Within) ([]filter, error) {
	if record, ok := e.Of.(expr.Record); ok {
		name, err := c.l.date(record)
		if err != nil {
			return nil, err
		}
		return c.window(filter{field: c.l.look(name)}, a.Part, e)
	}
	f, err := c.stored(e.Of)
	if err != nil {
		return nil, err
	}
	if f.kind != "date" && f.kind != "datetime" {
		return nil, narrow.Refused(e, "", "Mautic cannot ask since when %s is", expr.Print(e.Of))
	}
	return c.window(f, a.Part, e)
}

// window is the filters of a window on a field. Mautic works the border out at
// midnight, so windows are counted in whole days.
func (c *clause) window(f filter, part string, e expr.Within) ([]filter, error) {
	ago, err := c.days(e.Length, e)
	if err != nil {
		return nil, err
	}
	if f.kind == "" {
		f.kind = "datetime"
	}
	older, ahead := f, f
	older.value, ahead.value = resource.String(ago), resource.String("+1 days")
	switch part {
	case narrow.PartBefore:
		older.operator = opLess
		return []filter{older}, nil
	case narrow.PartAhead:
		ahead.operator = opMoreEq
		return []filter{ahead}, nil
	}
	older.operator, ahead.operator = opMoreEq, opLess
	return []filter{older, ahead}, nil
}

// days is a length of time as Mautic counts back.
func (c *clause) days(length types.Span, at expr.Expr) (string, error) {
	hours := int64(length.Exact() / time.Hour)
	if length.Calendar() || hours == 0 || time.Duration(hours)*time.Hour != length.Exact() || hours%24 != 0 {
		return "", narrow.Refused(at, "write it in days", "Mautic counts back in whole days, and not by %s", length)
	}
	if !c.l.approximate {
		c.Found = append(c.Found, diag.Diagnostic{
			Rule: inDays, At: first(at.Range(), c.At), Mark: "this is counted in whole days",
			Detail: fmt.Sprintf("%s works the border of %s out at midnight, so people come and go up to a day late.", c.l.Platform.Address, length),
			Help:   "add approximate = \"1d\" to the block of " + c.l.Platform.Address + " where that is fine",
		})
		c.Failed = true
		return "", narrow.ErrTold
	}
	return fmt.Sprintf("-%d days", hours/24), nil
}

func first(at, otherwise diag.Range) diag.Range {
	if at.IsZero() {
		return otherwise
	}
	return at
}

// truth is yes or no. Mautic makes texts of whatever it is sent, and nothing of
// false.
func truth(yes bool) resource.Value {
	if yes {
		return resource.String("1")
	}
	return resource.String("0")
}
