package klaviyo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// dialect reads errors as JSON:API has them.
type dialect struct{}

// failures is the body of an answer that is not a success.
type failures struct {
	Errors []struct {
		Code   string `json:"code"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Source struct {
			Pointer string `json:"pointer"`
		} `json:"source"`
	} `json:"errors"`
}

// Problem is the first error, and the place that it points to.
func (dialect) Problem(status int, body []byte) rest.Problem {
	var f failures
	if json.Unmarshal(body, &f) != nil || len(f.Errors) == 0 {
		return rest.Problem{}
	}
	first := f.Errors[0]
	message := first.Detail
	if message == "" {
		message = first.Title
	}
	switch status {
	case http.StatusUnauthorized:
		return rest.Unaccepted("the key, which is wrong or was withdrawn", message)
	case http.StatusForbidden:
		return rest.Unallowed("the key lacks a right that this needs", message)
	}
	return rest.Problem{Message: message, Path: pathOf(first.Source.Pointer)}
}

var index = regexp.MustCompile(`\.([0-9]+)`)

// pathOf is a JSON pointer into a request as a path into the attributes of the
// object that was written.
func pathOf(pointer string) string {
	rest, ok := strings.CutPrefix(pointer, "/data/attributes/")
	if !ok {
		return ""
	}
	path := strings.ReplaceAll(rest, "/", ".")
	return index.ReplaceAllString(path, "[$1]")
}

// item is one object as JSON:API has it.
type item struct {
	Type          string         `json:"type"`
	ID            string         `json:"id"`
	Attributes    resource.Map   `json:"attributes"`
	Relationships map[string]rel `json:"relationships,omitempty"`
}

// rel is what an object has to do with.
type rel struct {
	Data []struct {
		ID string `json:"id"`
	} `json:"data"`
}

func (i item) text(name string) string {
	text, _ := i.Attributes[name].(resource.String)
	return string(text)
}

// document is one object in an envelope, page several.
type (
	document struct {
		Data item `json:"data"`
	}
	page struct {
		Data     []item `json:"data"`
		Included []item `json:"included"`
		Links    struct {
			Next string `json:"next"`
		} `json:"links"`
	}
)

// collections are where the objects of a kind are.
var collections = map[string]string{
	kindCampaign: campaignsPath, kindFlow: "/api/flows", kindList: "/api/lists", kindSegment: "/api/segments", kindTemplate: "/api/templates",
}

// one reads one object.
func (t *Target) one(ctx context.Context, path string, query url.Values) (item, error) {
	var d document
	err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: path, Query: query, Into: &d})
	return d.Data, err
}

// each reads a whole collection, page by page; what a page shows a second time
// is passed over.
func (t *Target) each(ctx context.Context, path string, query url.Values, visit func(page) error) error {
	var once rest.Once
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		asked := url.Values{}
		for name, values := range query {
			asked[name] = values
		}
		if place != "" {
			asked.Set("page[cursor]", place)
		}
		var p page
		if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: path, Query: asked, Into: &p}); err != nil {
			return "", err
		}
		next := cursor(p.Links.Next)
		kept := p.Data[:0]
		for _, i := range p.Data {
			if once.New(i.ID) {
				kept = append(kept, i)
			}
		}
		p.Data = kept
		return next, visit(p)
	})
}

// cursor is the place that the link to the next page names.
func cursor(next string) string {
	u, err := url.Parse(next)
	if err != nil {
		return ""
	}
	return u.Query().Get("page[cursor]")
}

// send writes, and reads the object that comes back.
func (t *Target) send(ctx context.Context, method, path string, body any) (item, error) {
	var d document
	err := t.client.Do(ctx, rest.Call{Method: method, Path: path, Body: body, Into: &d})
	return d.Data, err
}

// Identity is the account that the key belongs to.
func (t *Target) Identity(ctx context.Context) (string, error) {
	account := ""
	err := t.each(ctx, "/api/accounts", url.Values{"fields[account]": {"public_api_key"}}, func(p page) error {
		if account == "" && len(p.Data) > 0 {
			account = p.Data[0].ID
		}
		return nil
	})
	if err == nil && account == "" {
		return "", &targets.Error{Kind: targets.Permanent, Message: "it does not say which account the key belongs to"}
	}
	return account, err
}

// Count cannot answer: Klaviyo counts the members of segments that it has, and
// not of those that are planned.
func (t *Target) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}
