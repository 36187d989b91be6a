package template

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

// The same name and instant make the same files, and another instant moves the
// past along and changes nobody.
func TestFilesFollowFromNameAndInstant(t *testing.T) {
	for _, template := range All {
		one, again, later := files(t, template, now), files(t, template, now), files(t, template, now.AddDate(0, 3, 0))
		if diff := cmp.Diff(one, again); diff != "" {
			t.Errorf("%s differs from itself:\n%s", template.Name, diff)
		}
		if one["data/people.csv"] != later["data/people.csv"] || one["data/events.ndjson"] == later["data/events.ndjson"] {
			t.Errorf("%s: later there are others, or they did the same at the same time", template.Name)
		}
	}
}

// Nobody in a template exists, and nothing happened after the present.
func TestPeopleAreMadeUp(t *testing.T) {
	for _, template := range All {
		made := files(t, template, now)
		people := strings.Split(strings.TrimSpace(made["data/people.csv"]), "\n")[1:]
		if len(people) != howMany {
			t.Errorf("%d people", len(people))
		}
		for _, row := range people {
			if columns := strings.Split(row, ","); !strings.HasSuffix(columns[1], "@example.test") {
				t.Fatalf("an address that may be somebody's: %s", row)
			}
		}
		for _, name := range []string{"data/events.ndjson", "data/consents.ndjson", "data/outcomes.ndjson"} {
			newest := time.Time{}
			for lines := bufio.NewScanner(bytes.NewReader([]byte(made[name]))); lines.Scan(); {
				var row struct{ Time time.Time }
				if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
					t.Fatal(err)
				}
				if row.Time.Before(newest) {
					t.Fatalf("%s: %s comes after what is later", name, lines.Text())
				}
				newest = row.Time
			}
			if want := now.Add(-3 * time.Minute); !newest.Equal(want) {
				t.Errorf("%s ends at %s, not at %s", name, newest, want)
			}
		}
	}
}

// What a folder's name may have and a project's may not becomes _.
func TestNamesOfProjects(t *testing.T) {
	got := map[string]string{}
	for _, folder := range []string{"lumen", "my-shop", "2 shops", "año.nuevo", "---", "."} {
		got[folder] = Project(folder)
	}
	want := map[string]string{"lumen": "lumen", "my-shop": "my_shop", "2 shops": "p_2_shops", "año.nuevo": "año_nuevo", "---": "", ".": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func files(t *testing.T, template Template, now time.Time) map[string]string {
	t.Helper()
	list, err := template.Files("shop", now)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range list {
		out[f.Path] = string(f.Bytes)
	}
	if len(list) != 12 || !strings.Contains(out["project.hcl"], `project "shop"`) || out["shop.test.hcl"] == "" {
		t.Errorf("%d files", len(list))
	}
	return out
}
