package eval_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
)

// An environment that says only_to writes to nobody else, however their address
// is spelled; without a word it writes to everybody.
func TestOnlyTo(t *testing.T) {
	for _, c := range []struct {
		only []string
		want string
	}{
		{nil, "0h enters journey.j\n168h sent step.j.note\n168h left journey.j: finished\n"},
		{[]string{"qa@example.test", "ANA@example.test"}, "0h enters journey.j\n168h sent step.j.note\n168h left journey.j: finished\n"},
		{[]string{"qa@example.test"}, "0h enters journey.j\n168h dropped step.j.note: not among those whom only_to names\n168h left journey.j: finished\n"},
	} {
		program := *storyShop(t, journeyJ("finish", waitAndNote))
		program.Project.OnlyTo = c.only
		notes, err := shopMachine(t, &program, nil).Play(visitor(), monday, []eval.Happening{occurs(0, "joined", nil)}, hoursOn(1000))
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(c.want, said(notes)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.only, diff)
		}
	}
}
