package run_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// writing is a shop that writes to people: a journey by e-mail.
func writing() map[string]string {
	files := shop(one, `person.tier == "gold"`)
	files["people.hcl"] = "person {\n  key \"id\" { type = string }\n  key \"email\" { type = email }\n  attribute \"tier\" { type = enum(\"gold\", \"none\") }\n}\n"
	files["more.hcl"] = `event "signed_up" {}
channel "email" { address = person.email }
purpose "care" {
  class   = "service"
  because = "Answers what the person asked."
}
touchpoint "hello" {
  purpose  = purpose.care
  channels = [channel.email]
  content {
    subject = { en = "Hello" }
    body    = { en = "<p>Hello</p>" }
  }
}
moment "hi" {
  kind = "first"
  detect { on = event.signed_up }
}
journey "welcome" {
  enter { on = moment.hi }
  send "hello" { touchpoint = touchpoint.hello }
}
`
	return files
}

func brake(t *testing.T, dir string, factories ...targets.Factory) *run.Brake {
	t.Helper()
	o := options(dir)
	o.Targets = factories
	b, err := run.OpenBrake(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// A hold is durable before anything is called: what cannot be reached now is
// switched off by the next apply, and a plan from before is not carried out.
func TestHoldOutlivesWhatFails(t *testing.T) {
	dir := folder(t, writing())
	if _, err := run.OpenBrake(options(dir)); !errors.Is(err, state.ErrNone) {
		t.Fatalf("of a folder without a state: %v", err)
	}
	line := open(t, dir)
	before := planned(t, line)
	summary, err := line.Apply(t.Context(), before, run.ApplyOptions{By: state.Holder{Who: "a test", PID: os.Getpid()}, NoActivate: true})
	if err != nil || !summary.Complete() {
		t.Fatalf("%+v %v", summary, err)
	}
	activation := planned(t, open(t, dir))
	applied(t, dir)
	by := run.PauseOptions{By: state.Holder{Who: "a test", PID: os.Getpid()}}
	out, err := brake(t, dir).Pause(t.Context(), "channel.email", by)
	if err != nil || len(out.Left) != 1 || !strings.Contains(out.Left[0], `needs the target "local"`) || len(out.Hold.Objects) != 1 {
		t.Fatalf("%v %+v", err, out)
	}
	p := planned(t, open(t, dir))
	if diff := cmp.Diff([]string{"switch_off journey.welcome (one)"}, objects(p)); diff != "" || len(p.Holds) != 1 {
		t.Errorf("%v (-want +got):\n%s", p.Holds, diff)
	}
	applied(t, dir)
	if p := planned(t, open(t, dir)); !p.Empty() {
		t.Errorf("the plan after it holds %v", objects(p))
	}
	_, err = open(t, dir).Apply(t.Context(), activation, run.ApplyOptions{By: by.By})
	if err == nil || !strings.Contains(err.Error(), "journey.welcome was put on hold after the plan was made") {
		t.Errorf("a plan from before the hold: %v", err)
	}
	reachable := local.Factory(entropy{rand.NewChaCha8([32]byte{1})})
	out, err = brake(t, dir, reachable).Resume(t.Context(), "channel.email", by)
	if err != nil || len(out.Objects) != 1 || len(out.Left) > 0 {
		t.Fatalf("%v %+v", err, out)
	}
	if p := planned(t, open(t, dir)); !p.Empty() || len(p.Holds) > 0 {
		t.Errorf("after the hold: %v %v", objects(p), p.Holds)
	}
}
