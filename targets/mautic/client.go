package mautic

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// dialect reads Mautic's errors.
type dialect struct{}

// failures is the body of an answer that is not a success.
type failures struct {
	Errors []struct {
		Message string          `json:"message"`
		Details json.RawMessage `json:"details"` // texts by field, or none as a list
	} `json:"errors"`
	Error       string `json:"error"` // of OAuth
	Description string `json:"error_description"`
}

// Problem is the first error, and the field that it is about.
func (dialect) Problem(status int, body []byte) rest.Problem {
	var f failures
	if json.Unmarshal(body, &f) != nil || len(f.Errors) == 0 && f.Error == "" {
		return rest.Problem{}
	}
	message, path := strings.TrimSpace(f.Error+" "+f.Description), ""
	if len(f.Errors) > 0 {
		message, path = f.Errors[0].Message, pathOf(f.Errors[0].Details)
	}
	switch {
	case status == http.StatusUnauthorized:
		return rest.Unaccepted("the user or the token, which is wrong, has expired or was withdrawn", message)
	case status == http.StatusForbidden && strings.Contains(message, "API"):
		return rest.Unready("its API is switched off there, or basic authentication is, under Configuration, API Settings", message)
	case status == http.StatusForbidden:
		return rest.Unallowed("the user's role lacks a permission that this needs", message)
	}
	return rest.Problem{Message: message, Path: path}
}

// pathOf is the first of the fields that are not accepted.
func pathOf(details json.RawMessage) string {
	var fields map[string]any
	if json.Unmarshal(details, &fields) != nil || len(fields) == 0 {
		return ""
	}
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	return slices.Min(names)
}

// collection is where the objects of a kind are, and what Mautic calls one and
// many of them.
type collection struct{ path, one, many string }

var collections = map[string]collection{
	kindCampaign: {"/api/campaigns", "campaign", "campaigns"},
	kindEmail:    {"/api/emails", "email", "emails"},
	kindSegment:  {"/api/segments", "list", "lists"},
	kindSMS:      {"/api/smses", "sms", "smses"},
}

// perPage is how many objects are asked for at a time.
const perPage = 100

// each reads a whole collection in the order of ids.
func (t *Target) each(ctx context.Context, c collection, visit func([]resource.Map) error) error {
	var once rest.Once
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		start, _ := strconv.Atoi(place) // none is 0
		asked := url.Values{"start": {strconv.Itoa(start)}, "limit": {strconv.Itoa(perPage)}, "orderBy": {"id"}, "orderByDir": {"ASC"}}
		var answer resource.Map
		if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: c.path, Query: asked, Into: &answer}); err != nil {
			return "", err
		}
		shown := listed(answer[c.many])
		kept := slices.DeleteFunc(slices.Clone(shown), func(m resource.Map) bool { return !once.New(idOf(m)) })
		total, _ := strconv.Atoi(plain(answer["total"]))
		switch {
		case len(shown) > 0 && len(kept) == 0:
			return "", rest.Repeated(start)
		case start+len(shown) >= total || len(shown) == 0:
			return "", visit(kept)
		}
		return strconv.Itoa(start + len(shown)), visit(kept)
	})
}

// listed is the objects of an answer, which PHP has by id, or, when there are
// none, as a list.
func listed(v resource.Value) []resource.Map {
	var out []resource.Map
	switch v := v.(type) {
	case resource.Map:
		for _, item := range v {
			if m, ok := item.(resource.Map); ok {
				out = append(out, m)
			}
		}
	case resource.List:
		for _, item := range v {
			if m, ok := item.(resource.Map); ok {
				out = append(out, m)
			}
		}
	case resource.Null, resource.Bool, resource.Number, resource.String, resource.Ref, resource.Lookup, nil:
	}
	slices.SortStableFunc(out, func(a, b resource.Map) int { // new_1 and the like stay in their order
		x, _ := strconv.Atoi(idOf(a))
		y, _ := strconv.Atoi(idOf(b))
		return x - y
	})
	return out
}

func idOf(m resource.Map) string { return plain(m["id"]) }

// plain is a number or a text as a text; "" for anything else.
func plain(v resource.Value) string {
	if n, ok := v.(resource.Number); ok {
		return string(n)
	}
	text, _ := v.(resource.String)
	return string(text)
}

// one reads or writes one object.
func (t *Target) one(ctx context.Context, c collection, call rest.Call) (resource.Map, error) {
	var answer resource.Map
	call.Path, call.Into = c.path+call.Path, &answer
	if err := t.client.Do(ctx, call); err != nil {
		return nil, err
	}
	object, ok := answer[c.one].(resource.Map)
	if !ok {
		kind := targets.UnknownOutcome
		if call.Method == http.MethodGet {
			kind = targets.Permanent
		}
		return nil, &targets.Error{Kind: kind, Message: fmt.Sprintf("the answer has no %q", c.one)}
	}
	return object, nil
}

// Identity is the host of the installation: Mautic gives itself no name. The
// call sees that the credentials are accepted.
func (t *Target) Identity(ctx context.Context) (string, error) {
	var self resource.Map
	if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/api/users/self", Into: &self}); err != nil {
		return "", err
	}
	if idOf(self) == "" {
		return "", &targets.Error{Kind: targets.Permanent, Message: "it does not say who the credentials belong to"}
	}
	return t.client.Base.Host + strings.TrimSuffix(t.client.Base.Path, "/"), nil
}

// Count cannot answer: Mautic counts the members of segments that it has, and
// not of those that are planned.
func (t *Target) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}
