package hubspot

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/merge"
	"github.com/trayecto/trayecto/targets/narrow"
)

// taskOf is HubSpot's number for how a task and a contact belong together.
const taskOf = "204"

// do makes an action of our side.
func (f *flow) do(s ir.Do, next further) resource.Value {
	a, _ := ir.Find(f.l.Program.Actions, s.Action)
	switch {
	case a.Platform != "" && a.Platform != f.l.Platform.Address:
		f.refuse(s.At, "have a webhook do it, or leave platform out of "+a.Address, "%s is done by %s, and a workflow has others do something by a webhook only.", a.Address, a.Platform)
	case a.Kind == "task":
		return f.task(s, a, next)
	case a.Kind == "notify":
		return f.notify(s, a, next)
	case a.Kind == "webhook":
		return f.webhook(s, a, next)
	case a.Kind == "set":
		return f.set(s, a, next)
	default:
		f.refuse(s.At, "use an action \"set\", or have a webhook do it", "A workflow closes no channel for somebody: it opts them out of one subscription type, and what is of another one goes on.")
	}
	return next()
}

// task is for somebody of the team, about the contact.
func (f *flow) task(s ir.Do, a ir.Action, next further) resource.Value {
	contact := resource.Map{
		"target": resource.Map{"associationCategory": resource.String("HUBSPOT_DEFINED"), "associationTypeId": resource.Number(taskOf)},
		"value":  resource.Map{"type": resource.String("ENROLLED_OBJECT")},
	}
	fields := resource.Map{
		"task_type": resource.String("TODO"), "subject": f.worded(s, a.Title), "associations": resource.List{contact}, "use_explicit_associations": resource.String("true"),
	}
	if !a.Due.IsZero() {
		fields["due_time"] = resource.Map{"type": resource.String("RELATIVE_DATETIME"), "timeDelay": resource.Map{"delta": f.due(s, a.Due), "timeUnit": resource.String("MINUTES")}}
	}
	if a.To != "" {
		owner := f.l.Look(lookOwner, mapping.Name{Theirs: a.To, At: a.At})
		fields["owner_assignment"] = resource.Map{"type": resource.String("CUSTOM"), "value": resource.Map{"type": resource.String("STATIC_VALUE"), "staticValue": owner}}
	}
	return f.single(makeTask, fields, next)
}

// due is until when a task is to be done.
func (f *flow) due(s ir.Do, length types.Span) resource.Value {
	minutes, _ := f.minutes(length, s.At).(resource.String)
	return resource.Number(minutes)
}

// notify tells somebody of the team by e-mail.
func (f *flow) notify(s ir.Do, a ir.Action, next further) resource.Value {
	if a.To == "" {
		f.refuse(s.At, "add to = \"<the address of a user>\" to "+a.Address, "Nothing says whom of the account's users %s is for.", a.Address)
		return next()
	}
	user := f.l.Look(lookUser, mapping.Name{Theirs: a.To, At: a.At})
	title := f.worded(s, a.Title)
	return f.single(tell, resource.Map{"user_ids": resource.List{user}, "subject": title, "body": title}, next)
}

// webhook calls an address. What HubSpot escapes of what it would put into one
// is not documented: none is put in.
func (f *flow) webhook(s ir.Do, a ir.Action, next further) resource.Value {
	url := ""
	for _, piece := range a.URL.Pieces {
		text, constant := piece.(content.Text)
		if !constant {
			f.refuse(s.At, "call a constant address; HubSpot sends the contact along", "HubSpot does not say how it escapes what is put into the address of a webhook.")
			return next()
		}
		url += text.Text
	}
	action := resource.Map{"type": resource.String("WEBHOOK"), "method": resource.String("POST"), "webhookUrl": resource.String(url), "queryParams": resource.List{}}
	return f.then("webhook", action, next)
}

// set writes a constant into a property, unless that says since when somebody
// agrees.
func (f *flow) set(s ir.Do, a ir.Action, next further) resource.Value {
	fixed, constant := a.Value.(expr.Literal)
	name := f.l.Names.Field(a.Attribute)
	for _, consent := range f.l.Program.Consents {
		of := f.l.Proofs[consent.Address]
		if slices.Contains([]string{of.Granted.Theirs, of.Confirmed.Theirs, optedOut, bounced}, name.Theirs) {
			f.refuse(s.At, "leave it to where people say yes", "The property %s is part of %s, and only people themselves say yes.", name.Theirs, consent.Address)
			return next()
		}
	}
	if !constant || types.IsNull(fixed.Value) {
		f.refuse(s.At, "set a constant", "A workflow writes constants into contacts, and nothing that has to be worked out.")
		return next()
	}
	if f.leavesBy(a.Attribute) {
		f.refuse(s.At, "end the run by its steps, or write another attribute", "The run ends with what %s says, and HubSpot ends it in the midst of what follows here.", a.Attribute)
		return next()
	}
	value := resource.String(f.l.Names.Word(a.Attribute, types.Spell(fixed.Value)).Theirs)
	return f.single(setValue, resource.Map{
		"property_name": f.l.Look(lookProperty, name), "value": resource.Map{"type": resource.String("STATIC_VALUE"), "staticValue": value},
	}, next)
}

// leavesBy tells whether an attribute decides when a run ends.
func (f *flow) leavesBy(attribute string) bool {
	person := f.leaving().person
	if person == nil {
		return false
	}
	found := false
	walked(narrow.Condition(f.l.Program, person), func(e expr.Expr) {
		expr.Walk(e, func(e expr.Expr) bool {
			of, ok := e.(expr.Attribute)
			found = found || ok && len(of.Path) == 1 && of.Path[0] == attribute
			return true
		})
	})
	return found
}

// worded is a title with tokens, in the project's first language.
func (f *flow) worded(s ir.Do, title content.Template) resource.Value {
	texts := &merge.Texts{Program: f.l.Program, Platform: f.l.Platform.Address, Dialect: tokens{}, Variable: f.l.token}
	out := texts.Lower(title, f.l.Program.Project.Languages[0])
	for _, d := range texts.Findings() {
		if d.At.IsZero() {
			d.At = place(s.At, f.journey.At)
		}
		f.found = append(f.found, d)
	}
	return resource.String(out)
}

// token is the name of a stored value in what a workflow writes to the team.
func (l *lowering) token(e expr.Expr) (string, error) {
	name, err := l.variable(e)
	if err != nil {
		return "", err
	}
	return "enrolled_object" + name[len("contact"):], nil
}

// tokens is what a workflow fills into what it writes to the team: values, and
// nothing where there are none.
type tokens struct{}

// Words refuses what looks like a token.
func (tokens) Words(text string) (string, error) {
	if strings.Contains(text, "{{") {
		return "", errors.New("a workflow reads two braces as the beginning of a token")
	}
	return text, nil
}

// Value is one value as it is.
func (tokens) Value(v merge.Value) (string, error) {
	if v.Falls || len(v.Variables) != 1 || v.Variables[0].Lower {
		return "", errors.New("a workflow's token is one value, with nothing in its place where there is none")
	}
	return fmt.Sprintf("{{ %s }}", v.Variables[0].Name), nil
}
