package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/targets/mautic/fake"
)

// spaniards is what Lumen has no need of and Mautic can hold: a segment of what
// contacts hold, and a journey that begins with it.
const spaniards = `segment "spaniards" {
  where = one_of(person.country, "ES") && is_set(person.first_name)
}

moment "spanish" {
  kind  = "second"
  phase = phase.use
  detect {
    enters   = segment.spaniards
    existing = true
  }
}

journey "hola" {
  enter { on = moment.spanish }
  leave_if  = !segment.spaniards
  on_change = "migrate"

  wait "rest" { for = "3d" }
  send "first" { touchpoint = touchpoint.welcome_mail }
}
`

// The example goes to an installation; what somebody does there by hand is seen
// and put right, an edit keeps who is inside, and nothing is made twice.
func TestStoryOnMautic(t *testing.T) {
	t.Parallel()
	i := fake.Serve(t, "robot", "made_up_password")
	dir := filepath.Join(t.TempDir(), "lumen")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "env", "mautic.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), "https://mautic.example.test", i.URL, 1)
	text = strings.Replace(text, "[segment, journey,", "[segment.lapsed_vip, segment.whales, segment.browsers, segment.reachable_spaniards, journey.welcome, journey.fix_address, journey.late_parcel, journey.win_back,", 1)
	write("env/mautic.hcl", text)
	write("journeys/hola.hcl", spaniards)
	run := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		w := &world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: time.Now, env: func(name string) (string, bool) {
			v, ok := map[string]string{"MAUTIC_USER": "robot", "MAUTIC_PASSWORD": "made_up_password"}[name]
			return v, ok
		}}
		if code := execute(w, append(args, "-C", dir, "--env", "mautic")); code != want {
			t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
		}
		if strings.Contains(out.String(), "made_up_password") {
			t.Errorf("the password stands in what %v says", args)
		}
		return out.String()
	}
	holds := func(when string) {
		t.Helper()
		i.Do(func() {
			if s, c, e := len(i.Objects["segment"]), len(i.Objects["campaign"]), len(i.Objects["email"]); s != 2 || c != 1 || e != 6 {
				t.Fatalf("%s: %d segments, %d campaigns, %d e-mails", when, s, c, e)
			}
			if i.Objects["campaign"][0].Attributes["isPublished"] != true {
				t.Errorf("%s: the campaign is not published", when)
			}
		})
	}
	i.Do(func() {
		i.Fields = slices.DeleteFunc(i.Fields, func(f fake.Field) bool { return f.Alias == "firstname" })
	})
	says(t, run(exitFiles, "plan"), "firstname", "contact field")
	i.Do(func() { i.Fields = append(i.Fields, fake.Field{Alias: "firstname", Type: "text"}) })
	says(t, run(exitFine, "plan"), "journey.hola", "switch on", "CAP462")
	run(exitFine, "apply", "--auto-approve")
	says(t, run(exitFine, "plan"), "No changes.")
	holds("after the apply")
	i.Do(func() {
		i.Objects["segment"][0].Attributes["name"] = "Mine now"
		i.Objects["campaign"][0].Attributes["isPublished"] = false
	})
	says(t, run(exitFine, "plan"), "natural_key", "switch on")
	run(exitFine, "apply", "--auto-approve")
	says(t, run(exitFine, "plan"), "No changes.")
	holds("after putting it right")
	before := events(i)
	write("journeys/hola.hcl", strings.Replace(spaniards, `"3d"`, `"4d"`, 1))
	run(exitFine, "apply", "--auto-approve")
	says(t, run(exitFine, "plan"), "No changes.")
	holds("after the edit")
	if diff := cmp.Diff(before, events(i)); diff != "" {
		t.Errorf("whoever waits lost their place (-want +got):\n%s", diff)
	}
	moved := strings.NewReplacer(`wait "rest"`, `wait "pause"`, `send "first"`, `send "second"`, `"3d"`, `"4d"`).Replace(spaniards)
	write("journeys/hola.hcl", moved+"moved {\n  from = step.hola.rest\n  to   = step.hola.pause\n}\nmoved {\n  from = step.hola.first\n  to   = step.hola.second\n}\n")
	run(exitFine, "apply", "--auto-approve")
	write("journeys/hola.hcl", moved)
	says(t, run(exitFine, "plan"), "No changes.")
	write("journeys/hola.hcl", strings.Replace(moved, `"4d"`, `"5d"`, 1))
	run(exitFine, "apply", "--auto-approve")
	holds("after steps are called otherwise")
	if diff := cmp.Diff(before, events(i)); diff != "" {
		t.Errorf("whoever waits lost their place with its name (-want +got):\n%s", diff)
	}
	gone := strings.Replace(moved, `send "second"`, `send "another"`, 1)
	write("journeys/hola.hcl", gone+"moved {\n  from = step.hola.second\n  to   = step.hola.pause\n}\n")
	says(t, run(exitFiles, "plan"), "CHK205", "who waits at step.hola.second is lost", "leave step.hola.second in until nobody waits there any more")
	i.Do(func() { i.Password = "another" })
	says(t, run(exitWorld, "plan"), "platform.sandbox", "does not accept the user", "nothing was done", "run trayecto platform check sandbox")
}

// events are the ids of the events of the one campaign.
func events(i *fake.Installation) []any {
	var out []any
	i.Do(func() {
		for _, e := range i.Objects["campaign"][0].Attributes["events"].([]any) {
			out = append(out, e.(map[string]any)["id"])
		}
	})
	return out
}
