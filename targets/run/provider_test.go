package run

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/targets"
)

// caller is a platform with journeys that hands messages to some others.
type caller struct {
	targets.Target
	name  string
	calls []string
}

func (c caller) Describe() targets.Description {
	return targets.Description{Name: c.name, Can: targets.Capabilities{Journeys: true, Providers: c.calls}}
}

func callers(calls ...string) []targets.Factory {
	return []targets.Factory{
		func() targets.Target { return caller{name: "mailer", calls: calls} },
		func() targets.Target { return caller{name: "texter"} },
	}
}

// The archive of providers that cannot be called, loaded for platforms that
// call nobody, the provider's kind, another kind, and anybody.
func TestArchiveOfProviders(t *testing.T) {
	wrong := []string{ruleProvider.Code}
	for _, c := range []struct {
		folder string
		calls  []string
		want   []string
	}{
		{"bad/", nil, wrong},
		{"bad/", []string{"pusher"}, wrong},
		{"bad/", []string{"pusher", "texter"}, nil},
		{"bad/", []string{targets.Webhook}, nil},
		{"good/", nil, nil},
	} {
		var got []string
		for _, d := range loadedOf(t, ruleProvider.Code, c.folder, callers(c.calls...)).Diagnostics {
			got = append(got, d.Rule.Code)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s for one that calls %v (-want +got):\n%s", c.folder, c.calls, diff)
		}
	}
}

// The finding stands at the line that names the provider and says what to write.
func TestProviderIsSaidAtItsLine(t *testing.T) {
	found := loadedOf(t, ruleProvider.Code, "bad/", callers("pusher")).Diagnostics
	if len(found) != 1 {
		t.Fatalf("%d findings", len(found))
	}
	d := found[0]
	got := []string{d.At.File, d.Mark, d.Related[0].At.File, d.Related[0].Text, d.Detail, d.Help}
	want := []string{
		"project.hcl", "platform.mail cannot call platform.texts",
		"journeys.hcl", "journey.care is on platform.mail and sends on channel.sms",
		"A platform of the kind mailer calls platforms of the kind pusher only.",
		"write platforms = [platform.texts] in journey.care, or take channel.sms out of touchpoint.late",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// loadedOf is a project of an archive, for platforms of these kinds.
func loadedOf(t *testing.T, code, folder string, kinds []targets.Factory) *Loaded {
	t.Helper()
	text, there := codes.Source(code)
	if !there {
		t.Fatalf("%s has no archive", code)
	}
	var files []source.File
	for _, f := range txtar.Parse([]byte(text)).Files {
		name := strings.TrimPrefix(f.Name, folder)
		if f.Name != "run" && !strings.Contains(name, "/") {
			files = append(files, source.File{Path: name, Text: string(f.Data)})
		}
	}
	slices.SortFunc(files, func(a, b source.File) int { return strings.Compare(a.Path, b.Path) })
	o := Options{Targets: kinds}
	loaded, err := checked(compileAll(o, source.Of(files...)), o)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}
