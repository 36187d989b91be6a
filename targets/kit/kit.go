// Package kit is the tests every target must pass, the reference evaluator
// being the judge.
//
// A target's own test hands a Harness to Test and gets one subtest for each
// law. What a target needs to offer:
//
//   - Target, a factory of unconfigured targets;
//
//   - Fresh, which makes a new and empty platform and says how it is
//     configured. It is called often, at least once for each law, so it should
//     be cheap: a schema of its own in one server, not a server. Whatever the
//     programs mention (tables, columns, lists) must exist on it;
//
//   - Damage, which changes one managed object on the platform behind the
//     target's back, so that List answers other attributes than before;
//
//   - Holds, which says which declarations the target takes; the rest is not
//     placed, as if the environment left it out. Nil is all;
//
//   - Programs, the two versions of a program that are deployed one after the
//     other. Nil is Before and After, which speak of the keys customer_id, email
//     and phone, the attributes first_name, tier and country, and the events
//     signed_up (news_box) and order_placed (amount);
//
//   - Random, which makes the programs that go through the real engine, so far
//     as the target can express them. Nil is sample.Program with everything.
//
//   - Own, resource blocks for every kind that says it takes them (Kind.Schema).
//
// One more hook is optional: Foreign makes an object of somebody else's.
// Closing a target twice must be harmless.
//
// The laws are about the interface as package targets documents it, and nothing
// in here knows a vendor. What a target cannot do it declares (Kind.Marks,
// Kind.Unique, Capabilities.Idempotent, an empty Object.Version), and then the
// law that needs it is not asked for; a kind whose lost answers could not be
// resolved in any way fails.
//
// Break wraps a target so that chosen calls fail in a chosen way. It is of use
// to everybody who calls targets: see Fault.
package kit

import (
	"context"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/targets"
)

// Harness is what the laws need to know of a target.
type Harness struct {
	Target   targets.Factory
	Fresh    func(t testing.TB) Platform
	Damage   func(t testing.TB, p Platform, o resource.Object)
	Foreign  func(t testing.TB, p Platform)
	Holds    func(address string) bool
	Programs func(platform ir.Platform) (before, after *ir.Program)
	Random   func(src sample.Source, platform ir.Platform) *ir.Program
	Own      func(platform ir.Platform) []ir.Resource
}

// Platform is one account.
type Platform struct {
	// Config opens it; Config.Platform is the platform block as compiled.
	Config targets.Config
	// Secrets are values that must never be seen outside Configure, and that
	// Config.Env knows.
	Secrets []string
}

// Test asks every law of the target.
func Test(t *testing.T, h Harness) {
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) { law.holds(t, h) })
	}
}

// law is one thing that is true of every target.
type law struct {
	name  string
	holds func(t testing.TB, h Harness)
}

var laws = []law{
	{"it describes itself completely", describesItself},
	{"an argument that is missing is named", namesWhatIsMissing},
	{"lowering needs no platform and is the same each time", lowersAlike},
	{"lowering does not depend on the order of declarations", lowersInAnyOrder},
	{"lowering emits what can be deployed", lowersSoundly},
	{"a step that is called otherwise keeps who waits there", keepsWhoWaits},
	{"a platform that was never written to is empty", startsEmpty},
	{"what was applied is what is listed", appliesWhatIsDesired},
	{"an edit changes what it must and nothing else", edits},
	{"what is taken back is gone", removes},
	{"what can reach people is made switched off", switches},
	{"a change by hand is seen and put right", seesDrift},
	{"an object is found by mark, natural key and idempotency key", finds},
	{"the same change twice is done once", doesOnce},
	{"a change made for another version is a conflict", noticesConflicts},
	{"a refused change leaves the others alone", refusesAlone},
	{"every call may fail in every way", survivesFaults},
	{"a cancelled call can be tried again", survivesCancelling},
	{"secrets are not repeated", keepsSecrets},
	{"the account has one identity", isOneAccount},
	{"two platforms do not see each other's objects", isolates},
	{"closing and opening again keeps everything", keepsEverything},
	{"reads may run together", readsTogether},
	{"the enforcement is consistent", explainsItself},
	{"attributes of the present schema need no upgrade", upgrades},
	{"counting is offered or refused", counts},
	{"who is inside a journey is said, or why not", saysInside},
	{"what is foreseen without the platform is what it answers", foresees},
	{"apply, then plan, is empty, for random programs", enginePlansNothing},
	{"an interrupted apply is completed by the next", engineRecovers},
	{"a part of its writes may be lost on the way", engineWeathers},
	{"what moves keeps its objects", engineMoves},
	{"what somebody else made can be taken over", engineTakesOver},
	{"resource blocks are lowered or refused at their lines", lowersBlocks},
	{"what it holds is said as blocks", raises},
}

// open is a configured target, closed at the end of the test.
func open(t testing.TB, h Harness, p Platform) targets.Target {
	t.Helper()
	target := h.Target()
	if err := target.Configure(context.Background(), p.Config); err != nil {
		t.Fatalf("configuring: %v", err)
	}
	t.Cleanup(func() {
		if err := target.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return target
}

// programs is the two programs for a platform, sorted.
func (h Harness) programs(p Platform) (before, after *ir.Program) {
	make := h.Programs
	if make == nil {
		make = func(platform ir.Platform) (*ir.Program, *ir.Program) { return Before(platform), After(platform) }
	}
	before, after = make(p.Config.Platform)
	before.Sort()
	after.Sort()
	return before, after
}

// lower lowers a program for a platform and fails on errors.
func (h Harness) lower(t testing.TB, p *ir.Program, platform ir.Platform) []resource.Resource {
	t.Helper()
	lowered := h.Target().Lower(h.request(p, platform))
	if lowered.Diagnostics.HasErrors() {
		t.Fatalf("lowering found errors: %+v", lowered.Diagnostics)
	}
	return lowered.Resources
}

func (h Harness) request(p *ir.Program, platform ir.Platform) targets.LowerRequest {
	var placed []string
	for _, address := range p.Placed(platform.Address) {
		if h.Holds == nil || h.Holds(address) {
			placed = append(placed, address)
		}
	}
	return targets.LowerRequest{Program: p, Platform: platform, Placed: placed}
}
