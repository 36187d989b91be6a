package segment

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/rest"
)

// dialect reads errors as the Public API has them.
type dialect struct{}

// failures is the body of an answer that is not a success.
type failures struct {
	Errors []struct {
		Type    string `json:"type"`
		Message string `json:"message"`
		Field   string `json:"field"`
	} `json:"errors"`
}

// Problem is the first error, and the field that it is about.
func (dialect) Problem(status int, body []byte) rest.Problem {
	var f failures
	if json.Unmarshal(body, &f) != nil || len(f.Errors) == 0 {
		return rest.Problem{}
	}
	first := f.Errors[0]
	switch {
	case status == http.StatusUnauthorized:
		return rest.Unaccepted("the token, which is wrong, expired or was revoked", first.Message)
	case status == http.StatusForbidden:
		return rest.Unallowed("the token lacks a role that this needs", first.Message)
	case locked(status, first.Message):
		return rest.Problem{Message: "the audience is still being worked out after its last edit, and takes no other until then; apply again later", Kind: targets.Retryable}
	}
	return rest.Problem{Message: first.Message, Path: first.Field}
}

// locked tells whether an audience does not take an edit yet because of the last one.
func locked(status int, message string) bool {
	return status == http.StatusLocked || status == http.StatusConflict && strings.Contains(strings.ToLower(message), "locked")
}

// audience is one audience, or one computed trait, as the Public API has it.
type audience struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Enabled     bool         `json:"enabled"`
	Definition  resource.Map `json:"definition"`
	Type        string       `json:"audienceType"`
	Updated     string       `json:"updatedAt"`
}

// object is an audience or a computed trait, normalised. Options say nothing
// that we wrote.
func (a audience) object(kind string) resource.Object {
	text, mark := account.Parted(a.Description)
	o := resource.Object{Kind: kind, ID: a.ID, Key: a.Name, Mark: mark, Version: a.Updated, Attributes: resource.Map{
		"enabled": resource.Bool(a.Enabled), "definition": resource.Map{"query": a.Definition["query"]},
	}}
	if kind == kindTrait {
		o.Attributes["definition"] = resource.Map{"query": a.Definition["query"], "type": resource.String(users)}
	}
	if a.Definition["query"] == nil {
		o.Attributes["definition"] = resource.Map{}
	}
	if text != "" {
		o.Attributes["description"] = resource.String(text)
	}
	of := a.Type
	if kind == kindTrait {
		of = textOf(a.Definition, "type")
	}
	if of != users {
		o.Attributes["of"] = resource.String(of)
	}
	return o
}

// users is the type of audiences and traits of people.
const users = "USERS"

func textOf(m resource.Map, name string) string {
	text, _ := m[name].(resource.String)
	return string(text)
}

// pagination is where a list goes on.
type pagination struct {
	Next string `json:"next"`
}

// answer is the envelope of everything.
type answer struct {
	Data struct {
		Audience   audience    `json:"audience"`
		Audiences  []audience  `json:"audiences"`
		Trait      audience    `json:"computedTrait"`
		Traits     []audience  `json:"computedTraits"`
		Preview    preview     `json:"audiencePreview"`
		Space      space       `json:"space"`
		Plans      []space     `json:"trackingPlans"`
		Rules      []rule      `json:"rules"`
		Pagination *pagination `json:"pagination"`
	} `json:"data"`
}

// space is something with an id and a name.
type space struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// audiences is where audiences are, and traits where computed traits are.
func (t *Target) audiences() string { return "/spaces/" + url.PathEscape(t.space) + "/audiences" }

func (t *Target) traits() string { return "/spaces/" + url.PathEscape(t.space) + "/computed-traits" }

// collection is where the objects of a kind are that a space has.
func (t *Target) collection(kind string) string {
	if kind == kindTrait {
		return t.traits()
	}
	return t.audiences()
}

// call makes one call.
func (t *Target) call(ctx context.Context, c rest.Call) (answer, error) {
	var a answer
	if c.Method != http.MethodDelete {
		c.Into = &a
	}
	client := t.client
	if strings.HasPrefix(c.Path, t.traits()) {
		client = t.alpha
	}
	err := client.Do(ctx, c)
	return a, err
}

// each reads a whole list, page by page.
func (t *Target) each(ctx context.Context, path string, visit func(answer) error) error {
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		query := url.Values{"pagination[count]": {"200"}}
		if place != "" {
			query.Set("pagination[cursor]", place)
		}
		a, err := t.call(ctx, rest.Call{Method: http.MethodGet, Path: path, Query: query})
		if err != nil {
			return "", err
		}
		next := ""
		if a.Data.Pagination != nil {
			next = a.Data.Pagination.Next
		}
		return next, visit(a)
	})
}

// Identity is the space, as the workspace of the token knows it.
func (t *Target) Identity(ctx context.Context) (string, error) {
	a, err := t.call(ctx, rest.Call{Method: http.MethodGet, Path: "/spaces/" + url.PathEscape(t.space)})
	switch {
	case rest.Gone(err):
		return "", &targets.Error{Kind: targets.Permanent, Message: "the token's workspace has no space " + t.space + ": it is of another one, or the id is wrong", Err: err}
	case err == nil && a.Data.Space.ID == "":
		return "", &targets.Error{Kind: targets.Permanent, Message: "it does not say which space this is"}
	}
	return a.Data.Space.ID, err
}
