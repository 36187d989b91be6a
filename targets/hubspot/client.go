package hubspot

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// dialect reads errors as HubSpot has them.
type dialect struct{}

// failure is the body of an answer that is not a success.
type failure struct {
	Category string `json:"category"`
	Message  string `json:"message"`
	Errors   []struct {
		Message string `json:"message"`
		In      string `json:"in"`
	} `json:"errors"`
	Correlation string `json:"correlationId"`
}

// Problem is what HubSpot says, the id under which its support finds the call,
// and the place where it names one.
func (dialect) Problem(status int, body []byte) rest.Problem {
	var f failure
	if json.Unmarshal(body, &f) != nil || f.Message == "" {
		return rest.Problem{}
	}
	said := rest.Problem{Message: f.Message}
	if len(f.Errors) > 0 {
		said.Message, said.Path = f.Errors[0].Message, f.Errors[0].In
	}
	number := ""
	if f.Correlation != "" {
		number = "HubSpot's number for it: " + f.Correlation
		said.Message += " (" + number + ")"
		number = "; " + number
	}
	switch status {
	case http.StatusUnauthorized:
		return rest.Unaccepted("the token, which is wrong, expired or was withdrawn", strings.TrimSuffix(f.Message, ".")+number)
	case http.StatusForbidden:
		return rest.Unallowed("the token lacks a right that this needs", strings.TrimSuffix(f.Message, ".")+number)
	}
	return said
}

// contacts is HubSpot's id of the type of objects that people are.
const contacts = "0-1"

// listing is a list as HubSpot has it.
type listing struct {
	ID         string       `json:"listId"`
	Name       string       `json:"name"`
	Object     string       `json:"objectTypeId"`
	Processing string       `json:"processingType"`
	Version    int          `json:"listVersion"`
	Filters    resource.Map `json:"filterBranch"`
	Status     string       `json:"processingStatus"`
}

// call makes one call.
func (t *Target) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	return t.client.Do(ctx, rest.Call{Method: method, Path: path, Query: query, Body: body, Into: into})
}

// fetch is a list with its filters.
func (t *Target) fetch(ctx context.Context, id string) (listing, error) {
	var got struct {
		List listing `json:"list"`
	}
	err := t.call(ctx, http.MethodGet, listPath(id), url.Values{"includeFilters": {"true"}}, nil, &got)
	return got.List, err
}

func listPath(id string) string { return "/crm/v3/lists/" + url.PathEscape(id) }

// perPage is how many lists a page has.
const perPage = 100

// each finds the lists of contacts whose names hold some words, page by page.
// What a page shows a second time is passed over. Searching shows no filters.
func (t *Target) each(ctx context.Context, words string, visit func([]listing) error) error {
	var once rest.Once
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		offset, err := strconv.Atoi("0" + place)
		if err != nil {
			return "", &targets.Error{Kind: targets.Permanent, Message: "the place of its next page is no number: " + place}
		}
		var page struct {
			Lists  []listing `json:"lists"`
			More   bool      `json:"hasMore"`
			Offset int       `json:"offset"`
		}
		body := map[string]any{"query": words, "offset": offset, "count": perPage, "objectTypeId": contacts}
		err = t.client.Do(ctx, rest.Call{Method: http.MethodPost, Path: "/crm/v3/lists/search", Body: body, Into: &page, Reads: true})
		if err != nil {
			return "", err
		}
		var kept []listing
		for _, l := range page.Lists {
			if l.Object == contacts && once.New(l.ID) {
				kept = append(kept, l)
			}
		}
		next := ""
		if page.More {
			next = strconv.Itoa(page.Offset)
		}
		return next, visit(kept)
	})
}

// Identity is the number of the account.
func (t *Target) Identity(ctx context.Context) (string, error) {
	var account struct {
		ID int64 `json:"portalId"`
	}
	if err := t.call(ctx, http.MethodGet, "/account-info/v3/details", nil, nil, &account); err != nil {
		return "", err
	}
	if account.ID == 0 {
		return "", &targets.Error{Kind: targets.Permanent, Message: "it does not say which account the token belongs to"}
	}
	return strconv.FormatInt(account.ID, 10), nil
}

// Count cannot answer: HubSpot counts the members of lists that it has, and not
// of those that are planned.
func (t *Target) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, targets.ErrNoCount
}
