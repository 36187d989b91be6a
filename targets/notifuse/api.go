package notifuse

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// The platform's API is verbs on nouns: POST /api/segments.create.

// workspace is the account.
type workspace struct {
	ID       string `json:"id"`
	Settings struct {
		DefaultLanguage   string `json:"default_language"`
		MarketingProvider string `json:"marketing_email_provider_id"`
		Tracking          bool   `json:"email_tracking_enabled"`
	} `json:"settings"`
	Integrations []integration `json:"integrations"`
	CreatedAt    time.Time     `json:"created_at"`
}

// integration is another service that the workspace uses.
type integration struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Provider struct {
		Kind    string `json:"kind"`
		Senders []any  `json:"senders"`
	} `json:"email_provider"`
}

// dialect reads the platform's errors: {"error": "..."}.
type dialect struct{}

// Problem adds what the platform leaves out.
func (dialect) Problem(status int, body []byte) rest.Problem {
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil || said.Error == "" {
		return rest.Problem{}
	}
	switch status {
	case http.StatusUnauthorized:
		return rest.Unaccepted("the key, which is wrong or has expired", said.Error)
	case http.StatusForbidden:
		return rest.Unallowed("the key lacks a right that this needs", said.Error)
	}
	return rest.Problem{Message: "it says: " + said.Error}
}

// open is the workspace, asked for once.
func (t *Target) open(ctx context.Context) (*workspace, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.workspace != nil:
		return t.workspace, nil
	case t.client == nil:
		return nil, &targets.Error{Kind: targets.Permanent, Message: "the platform is not configured"}
	}
	var me struct {
		Workspaces []workspace `json:"workspaces"`
	}
	err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/api/user.me", Into: &me})
	if rest.Gone(err) {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "there is no Notifuse at " + t.client.Base.String() + "; look at the endpoint", Err: asError(err).Err}
	}
	if err != nil {
		return nil, err
	}
	found, err := t.mine(me.Workspaces)
	if err != nil {
		return nil, err
	}
	t.workspace = found
	return found, nil
}

// mine is the workspace that the block names, or the key's only one.
func (t *Target) mine(all []workspace) (*workspace, error) {
	var ids []string
	for i, w := range all {
		if w.ID == t.asked || t.asked == "" && len(all) == 1 {
			return &all[i], nil
		}
		ids = append(ids, w.ID)
	}
	message := "the key is of no workspace; make one in the workspace that is meant"
	switch {
	case t.asked == "" && len(ids) > 0:
		message = fmt.Sprintf("the key is of several workspaces (%s); say in the platform block which is meant: workspace = %q", strings.Join(ids, ", "), ids[0])
	case len(ids) > 0:
		message = fmt.Sprintf("the key is of the workspace %s and not of %s; take a key of that one, or name the other in the platform block", strings.Join(ids, ", "), t.asked)
	}
	return nil, &targets.Error{Kind: targets.Permanent, Message: message}
}

// get asks for something of the workspace.
func (t *Target) get(ctx context.Context, verb string, query url.Values, into any) error {
	w, err := t.open(ctx)
	if err != nil {
		return err
	}
	if query == nil {
		query = url.Values{}
	}
	query.Set("workspace_id", w.ID)
	return t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/api/" + verb, Query: query, Into: into})
}

// post sends a body with the workspace in it.
func (t *Target) post(ctx context.Context, verb string, body map[string]any, into any) error {
	return t.send(ctx, rest.Call{Method: http.MethodPost, Path: "/api/" + verb, Into: into}, body)
}

// try is a post that changes nothing.
func (t *Target) try(ctx context.Context, verb string, body map[string]any, into any) error {
	return t.send(ctx, rest.Call{Method: http.MethodPost, Path: "/api/" + verb, Into: into, Reads: true}, body)
}

func (t *Target) send(ctx context.Context, call rest.Call, body map[string]any) error {
	w, err := t.open(ctx)
	if err != nil {
		return err
	}
	body["workspace_id"] = w.ID
	call.Body = body
	return t.client.Do(ctx, call)
}

// pageSize is how many automations or broadcasts are asked for at once.
const pageSize = 100

// paged passes on everything of a noun. Lists, segments and templates come all
// at once; automations and broadcasts come in pages that shift while somebody
// adds one.
func (t *Target) paged(ctx context.Context, noun string, each func(map[string]any)) error {
	var once rest.Once
	seen := 0
	return rest.Pages(ctx, func(ctx context.Context, place string) (string, error) {
		var page struct {
			Automations []map[string]any `json:"automations"`
			Total       int              `json:"total"`
			Broadcasts  []map[string]any `json:"broadcasts"`
			Count       int              `json:"total_count"`
		}
		offset, _ := strconv.Atoi(place) // of our own making
		query := url.Values{"limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(offset)}}
		if err := t.get(ctx, noun+".list", query, &page); err != nil {
			return "", err
		}
		came, fresh := append(page.Automations, page.Broadcasts...), 0
		for _, o := range came {
			if once.New(fmt.Sprint(o["id"])) {
				fresh++
				each(o)
			}
		}
		if len(came) > 0 && fresh == 0 {
			return "", rest.Repeated(offset)
		}
		if seen += len(came); len(came) < pageSize || seen >= page.Total+page.Count {
			return "", nil
		}
		return strconv.Itoa(offset + pageSize), nil
	})
}

// pause waits between two looks at something that is not ready.
func (t *Target) pause(ctx context.Context, d time.Duration) error {
	if t.wait != nil {
		return t.wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
