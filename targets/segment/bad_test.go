package segment_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/rest"
	"github.com/trayecto/trayecto/targets/segment"
)

// says checks that an error has these words, and no secret.
func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, where %q was expected", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is missing in: %v", w, err)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("the token stands in: %v", err)
	}
}

func TestCredentials(t *testing.T) {
	s := space(t, "keys")
	wrong := configured(s)
	wrong.Env = func(string) (string, bool) { return "sgp_other", true }
	target := segment.New()
	if err := target.Configure(t.Context(), wrong); err != nil {
		t.Fatal(err)
	}
	_, err := target.Identity(t.Context())
	says(t, err, "does not accept the token", "expired")

	wrong.Env = func(string) (string, bool) { return "", false }
	says(t, segment.New().Configure(t.Context(), wrong), "SEGMENT_TOKEN is not set")

	s.Do(func() { s.Lacks = []string{"audiences"} })
	_, failed := carry(t, opened(t, s), creation(t, s, "segment.gold"))
	says(t, failed, "lacks a role", "trayecto platform scopes")
}

// Another workspace's token does not find the space.
func TestAnotherSpace(t *testing.T) {
	s := space(t, "ours")
	other := configured(s)
	other.Platform = block(s.URL, "theirs")
	target := segment.New()
	if err := target.Configure(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	_, err := target.Identity(t.Context())
	says(t, err, "no space theirs")
}

// A tracking plan that is misspelt is told by the nearest name.
func TestMisspeltTrackingPlan(t *testing.T) {
	s := space(t, "plans")
	answers, err := opened(t, s).Lookup(t.Context(), []resource.Lookup{{Kind: "tracking plan", Key: "Shopp"}, {Kind: "tracking plan", Key: "Shop"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []targets.LookupAnswer{{Nearest: "Shop"}, {ID: s.Plans[0].ID, Found: true}}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// An audience that somebody renames in the app is still ours and seen; one that
// somebody deletes is gone, and an edit of it is a conflict that says so.
func TestBehindOurBack(t *testing.T) {
	s := space(t, "hand")
	target := opened(t, s)
	c := creation(t, s, "segment.gold")
	made, failed := carry(t, target, c)
	if failed != nil {
		t.Fatal(failed)
	}
	s.Do(func() { s.Find(made.ID).Name = "VIPs"; s.Find(made.ID).Updated = "2026-12-01T10:00:00Z" })
	found, err := target.Find(t.Context(), targets.FindRequest{Kind: "audience", Key: "segment.gold", Mark: c.Mark})
	if err != nil || len(found) != 1 || found[0].Key != "VIPs" {
		t.Errorf("renamed: %+v, %v", found, err)
	}
	c.Action, c.Prior = targets.Update, made
	_, failed = carry(t, target, c)
	if failed == nil || failed.Kind != targets.Conflict {
		t.Errorf("an edit for what it was before: %+v", failed)
	}
	s.Do(func() { s.Audiences = nil })
	_, failed = carry(t, target, c)
	says(t, failed, "deleted at Segment", "plan again")
	c.Action = targets.Delete
	if _, failed = carry(t, target, c); failed != nil {
		t.Errorf("deleting what is gone: %v", failed)
	}
}

// A list that never ends, and one that shows a thing twice.
func TestPages(t *testing.T) {
	s := space(t, "pages")
	for range 12 {
		s.Add("theirs", "trait('a').exists()")
	}
	target := opened(t, s)
	n := 0
	count := func(page []resource.Object) error { n += len(page); return nil }
	if err := target.List(t.Context(), targets.ListRequest{Kinds: []string{"audience"}, All: true}, count); err != nil || n != 12 {
		t.Errorf("%d of 12 audiences on three pages: %v", n, err)
	}
	s.Do(func() { s.Audiences = append(s.Audiences, s.Audiences[0]) })
	n = 0
	if err := target.List(t.Context(), targets.ListRequest{Kinds: []string{"audience"}, All: true}, count); err != nil || n != 12 {
		t.Errorf("%d of 12 audiences, one of them shown twice: %v", n, err)
	}
	s.Do(func() { s.Stuck = true })
	says(t, target.List(t.Context(), targets.ListRequest{All: true}, count), "never ends")
}

// A web page instead of data is said to be one, and so is a redirection.
func TestWebPage(t *testing.T) {
	s := space(t, "page")
	s.Break(func(*http.Request) fake.Fault { return fake.Page })
	_, failed := carry(t, opened(t, s), creation(t, s, "segment.gold"))
	says(t, failed, "web page", "/spaces/page/audiences")
	if failed.Kind != targets.UnknownOutcome || rest.Status(failed) != http.StatusBadGateway {
		t.Errorf("a page in answer to a write: %+v", failed)
	}
}

// A success that changed nothing comes back as what is really there, so that the
// engine's read-back sees it.
func TestSuccessThatDidNothing(t *testing.T) {
	s := space(t, "deaf")
	target := opened(t, s)
	c := creation(t, s, "segment.gold")
	made, failed := carry(t, target, c)
	if failed != nil {
		t.Fatal(failed)
	}
	s.Do(func() { s.Deaf = true })
	c.Action, c.Prior = targets.Update, made
	c.Resource.Attributes = resource.Map{"definition": resource.Map{"query": resource.String("trait('b').exists()")}, "enabled": resource.Bool(true)}
	after, failed := carry(t, target, c)
	if failed != nil || resource.Equal(after.Attributes, c.Resource.Attributes) || !resource.Equal(after.Attributes, made.Attributes) {
		t.Errorf("after a success that did nothing: %+v, %v", after, failed)
	}
}

// A definition that the platform does not accept is told at the attribute.
func TestRejectedDefinition(t *testing.T) {
	s := space(t, "rejects")
	c := creation(t, s, "segment.gold")
	c.Resource.Attributes = resource.Map{"definition": resource.Map{"query": resource.String("trait('a') LIKE 'b'")}, "enabled": resource.Bool(true)}
	_, failed := carry(t, opened(t, s), c)
	if failed == nil || failed.Kind != targets.Rejected || failed.Path != "definition.query" {
		t.Errorf("%+v", failed)
	}
}
