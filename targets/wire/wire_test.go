package wire_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/wire"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

var equal = cmp.Options{cmpopts.EquateEmpty()}

// served is a session of a target that is served in this process.
func served(t testing.TB, factory targets.Factory) *wire.Client {
	t.Helper()
	return wire.NewClient(dialled(t, factory), "one")
}

func dialled(t testing.TB, factory targets.Factory) pb.TargetClient {
	t.Helper()
	pipe := bufconn.Listen(1 << 20)
	s := grpc.NewServer(grpc.MaxRecvMsgSize(wire.MessageBytes))
	wire.Serve(s, factory)
	go s.Serve(pipe)
	t.Cleanup(s.Stop)
	conn, err := grpc.NewClient("passthrough:pipe", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(wire.MessageBytes)),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return pipe.Dial() }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return pb.NewTargetClient(conn)
}

// echo is a target that answers what it is told to and keeps what it was asked.
type echo struct {
	targets.Target
	description targets.Description
	lowered     targets.Lowered
	enforcement ir.Enforcement
	results     []targets.Result
	objects     []resource.Object
	answers     []targets.PlanAnswer
	foreseen    []targets.Foreseen
	err         error

	planned []targets.PlanRequest
	sought  []targets.FindRequest
	changes []targets.Change
	config  targets.Config
	asked   targets.LowerRequest
}

func (e *echo) Describe() targets.Description { return e.description }

func (e *echo) Configure(_ context.Context, c targets.Config) error {
	e.config = c
	return e.err
}

func (e *echo) Lower(r targets.LowerRequest) targets.Lowered {
	e.asked = r
	return e.lowered
}

func (e *echo) Explain(*ir.Program, ir.Platform) ir.Enforcement { return e.enforcement }

func (e *echo) Identity(context.Context) (string, error) { return "", e.err }

func (e *echo) Count(context.Context, targets.CountRequest) ([]targets.CountAnswer, error) {
	return nil, e.err
}

func (e *echo) List(_ context.Context, _ targets.ListRequest, page func([]resource.Object) error) error {
	for _, o := range e.objects {
		if err := page([]resource.Object{o}); err != nil {
			return err
		}
	}
	return e.err
}

func (e *echo) Plan(_ context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	e.planned = append(e.planned, r...)
	return slices.Repeat(e.answers, len(r)), e.err
}

func (e *echo) Find(_ context.Context, r targets.FindRequest) ([]resource.Object, error) {
	e.sought = append(e.sought, r)
	return e.objects, e.err
}

func (e *echo) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	e.planned = append(e.planned, r...)
	return slices.Repeat(e.foreseen, len(r)), e.err
}

func (e *echo) Apply(_ context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		e.changes = append(e.changes, c)
	}
	for _, r := range e.results {
		result(r)
	}
	return e.err
}

func (e *echo) factory() targets.Target { return e }

// What a target says crosses whole, and so does what it is asked.
func TestEverythingCrosses(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		e := &echo{
			description: description(r), lowered: lowered(r), enforcement: enforcement(r),
			objects: rapid.SliceOfN(rapid.Custom(object), 0, 4).Draw(r, "objects"),
			results: rapid.SliceOfN(rapid.Custom(result), 0, 4).Draw(r, "results"),
			answers: []targets.PlanAnswer{{Replace: []string{"email"}, Over: words(r), Cost: []targets.Cost{{Class: "write", Calls: rapid.IntRange(0, 9).Draw(r, "calls")}}}},
		}
		c, ctx := served(t, e.factory), t.Context()
		said, err := c.Describe(ctx)
		same(r, err, e.description, said)
		program := sample.Program(source(r), sample.Options{Messages: true})
		request := targets.LowerRequest{Program: program, Platform: platform(r), Placed: []string{"segment.a", "segment.b"}}
		got, err := c.Lower(ctx, request)
		same(r, err, e.lowered, got)
		same(r, nil, bytes(r, request.Program), bytes(r, e.asked.Program))
		same(r, nil, request.Platform, e.asked.Platform)
		same(r, nil, request.Placed, e.asked.Placed)
		enforced, err := c.Explain(ctx, program, request.Platform)
		same(r, err, bytes(r, e.enforcement), bytes(r, enforced))
		var listed []resource.Object
		err = c.List(ctx, targets.ListRequest{}, func(page []resource.Object) error {
			listed = append(listed, page...)
			return nil
		})
		same(r, err, e.objects, listed)
		requests := rapid.SliceOfN(rapid.Custom(planRequest), 0, 4).Draw(r, "requests")
		answers, err := c.Plan(ctx, requests)
		same(r, err, slices.Repeat(e.answers, len(requests)), answers)
		same(r, nil, requests, e.planned)
		e.planned, e.foreseen = nil, []targets.Foreseen{{PlanAnswer: e.answers[0], Sure: rapid.Bool().Draw(r, "sure")}}
		foreseen, err := c.Foresee(ctx, requests)
		same(r, err, slices.Repeat(e.foreseen, len(requests)), foreseen)
		same(r, nil, requests, e.planned)
		changes := rapid.SliceOfN(rapid.Custom(change), 0, 4).Draw(r, "changes")
		var results []targets.Result
		err = c.Apply(ctx, slices.Values(changes), func(r targets.Result) { results = append(results, r) })
		same(r, err, changes, e.changes)
		same(r, nil, spelled(e.results), spelled(results))
	})
}

// spelled has the causes of errors as their words, which is how they cross.
func spelled(results []targets.Result) []targets.Result {
	out := slices.Clone(results)
	for i, r := range out {
		if r.Err != nil {
			e := *r.Err
			if e.Err != nil {
				e.Message, e.Err = e.Error(), nil
			}
			out[i].Err = &e
		}
	}
	return out
}

func same[A any](t rapid.TB, err error, want, got A) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, equal); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
}

func bytes(t rapid.TB, x any) string {
	t.Helper()
	raw, err := ir.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A real target lowers through the wire as it does in this process, whatever
// the program.
func TestLoweringIsTheSame(t *testing.T) {
	direct := local.New(strings.NewReader(""))
	c := served(t, local.Factory(strings.NewReader("")))
	at := ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: "local", Name: "sandbox"}
	rapid.Check(t, func(r *rapid.T) {
		p := sample.Program(source(r), sample.Options{Messages: true, Places: []ir.Platform{at}})
		p.Sort()
		request := targets.LowerRequest{Program: p, Platform: at, Placed: p.Placed(at.Address)}
		want := direct.Lower(request)
		got, err := c.Lower(t.Context(), request)
		same(r, err, want, got)
	})
}

// Errors cross with what callers ask them for.
func TestErrorsCross(t *testing.T) {
	rejected := &targets.Error{Kind: targets.Rejected, Message: "not a country", Path: "filters[2].value"}
	later := &targets.Error{Kind: targets.Retryable, Message: "too many requests", RetryAfter: 90 * time.Second, Err: errors.New("429")}
	for _, want := range []error{
		rejected, later, errors.Join(errors.New("two things"), rejected), errors.New("nothing special"), targets.ErrNoCount,
		context.Canceled, context.DeadlineExceeded, errors.Join(context.DeadlineExceeded, errors.New("and more")),
	} {
		c := served(t, (&echo{err: want}).factory)
		_, got := c.Count(t.Context(), targets.CountRequest{Program: &ir.Program{}})
		if got == nil || got.Error() != want.Error() {
			t.Errorf("%q became %v", want, got)
			continue
		}
		for _, known := range []error{targets.ErrNoCount, context.Canceled, context.DeadlineExceeded} {
			if errors.Is(want, known) != errors.Is(got, known) {
				t.Errorf("%q: is it %q? no longer the same answer", want, known)
			}
		}
		before, _ := errors.AsType[*targets.Error](want)
		after, _ := errors.AsType[*targets.Error](got)
		if diff := cmp.Diff(before, after, cmpopts.IgnoreFields(targets.Error{}, "Err")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", want, diff)
		}
	}
}

// Of the environment only what the platform block names crosses, and what is
// not set stays not set.
func TestOnlyNamedVariablesCross(t *testing.T) {
	e := &echo{}
	c := served(t, e.factory)
	config := targets.Config{
		Platform: ir.Platform{Name: "crm", Config: ir.Config{
			Settings: []ir.Setting{{Name: "token", Env: "TOKEN"}, {Name: "other", Env: "UNSET"}, {Name: "fields", Map: []ir.Setting{{Name: "a", Env: "DEEP"}}}},
			Blocks:   []ir.ConfigBlock{{Type: "event", Config: ir.Config{Settings: []ir.Setting{{Name: "key", Env: "KEY"}}}}},
		}},
		Dir: "somewhere", Now: time.Date(2026, 12, 1, 8, 0, 0, 5, time.UTC),
		Env: func(name string) (string, bool) { return name + "'s value", name != "UNSET" },
	}
	if err := c.Configure(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range []string{"TOKEN", "UNSET", "DEEP", "KEY", "PATH"} {
		if value, set := e.config.Env(name); set {
			got[name] = value
		}
	}
	same(t, nil, map[string]string{"TOKEN": "TOKEN's value", "DEEP": "DEEP's value", "KEY": "KEY's value"}, got)
	same(t, nil, config.Platform, e.config.Platform)
	if e.config.Dir != config.Dir || !e.config.Now.Equal(config.Now) {
		t.Errorf("got %s, %s", e.config.Dir, e.config.Now)
	}
}

// older is a plugin that was built before a call was.
type older struct{ pb.TargetClient }

func (older) FindEach(context.Context, *pb.FindEachRequest, ...grpc.CallOption) (*pb.FindEachResponse, error) {
	return nil, status.Error(codes.Unimplemented, "unknown method FindEach")
}

// A plugin that cannot look for many at once is asked for one after the other, and
// one that does not foresee anything says so when it is asked all the same.
func TestOlderPluginsAreAskedAsTheyUnderstand(t *testing.T) {
	requests := []targets.FindRequest{{Kind: "list", Mark: "m"}, {Kind: "flow", Key: "k"}}
	e := &echo{objects: []resource.Object{{Kind: "list", ID: "1"}}}
	calls := dialled(t, e.factory)
	for name, c := range map[string]*wire.Client{"this one": wire.NewClient(calls, "now"), "an older one": wire.NewClient(older{calls}, "before")} {
		e.sought = nil
		got, err := c.FindEach(t.Context(), requests)
		same(t, err, [][]resource.Object{e.objects, e.objects}, got)
		if diff := cmp.Diff(requests, e.sought); diff != "" {
			t.Errorf("%s is asked (-want +got):\n%s", name, diff)
		}
	}
	_, err := served(t, func() targets.Target { return struct{ targets.Target }{e} }).Foresee(t.Context(), []targets.PlanRequest{{}})
	if err == nil || !strings.Contains(err.Error(), "does not say without its platform how changes are made") {
		t.Errorf("it foresees: %v", err)
	}
}

// The caller of List stops it.
func TestListStops(t *testing.T) {
	c := served(t, (&echo{objects: make([]resource.Object, 1000)}).factory)
	enough := errors.New("enough")
	pages := 0
	err := c.List(t.Context(), targets.ListRequest{}, func([]resource.Object) error {
		pages++
		return enough
	})
	if !errors.Is(err, enough) || pages != 1 {
		t.Errorf("%d pages, %v", pages, err)
	}
}

func source(t *rapid.T) sample.Source {
	seed := rapid.Uint64().Draw(t, "seed")
	return rand.New(rand.NewPCG(seed, seed))
}

func platform(t *rapid.T) ir.Platform {
	return ir.Platform{Head: ir.Head{Address: "platform.crm"}, Target: "crm", Name: "crm", Config: ir.Config{
		Settings: []ir.Setting{{Name: "url", Value: types.Text(words(t))}, {Name: "token", Env: "TOKEN"}},
		Blocks:   []ir.ConfigBlock{{Type: "event", Labels: []string{"order_placed"}}},
	}}
}

func words(t *rapid.T) string { return rapid.String().Draw(t, "words") }

func span(t *rapid.T) types.Span {
	return rapid.SampledFrom([]types.Span{{}, {Amount: 90, Unit: types.Minute}, {Amount: 6, Unit: types.Month}}).Draw(t, "span")
}

func description(t *rapid.T) targets.Description {
	yes := rapid.Bool()
	setting := targets.Setting{Name: words(t), Doc: words(t), Required: yes.Draw(t, "required"), Secret: yes.Draw(t, "secret"), Map: yes.Draw(t, "map")}
	return targets.Description{
		Name: words(t), Version: words(t), Protocols: []int{1, 2}, Doc: words(t), Settings: []targets.Setting{setting},
		Blocks: []targets.BlockForm{{Type: words(t), Labels: 1, Doc: words(t), Settings: []targets.Setting{setting}}},
		Kinds:  []targets.Kind{{Name: words(t), Doc: words(t), Schema: words(t), Version: 3, Marks: targets.Tag, Unique: yes.Draw(t, "unique"), Visible: span(t), Manual: words(t)}},
		Can: targets.Capabilities{
			Segments: yes.Draw(t, "a"), Functions: []string{"count"}, Sequences: yes.Draw(t, "b"), Negation: yes.Draw(t, "c"), Journeys: yes.Draw(t, "d"),
			Consent: words(t), Content: words(t), Idempotent: yes.Draw(t, "e"), Counts: yes.Draw(t, "f"), EditsLive: words(t), Raises: yes.Draw(t, "raises"),
			Providers: []string{words(t)}, Inside: rapid.SampledFrom([]targets.Insides{targets.InsideUnknown, targets.InsideAsked, targets.InsideNobody}).Draw(t, "inside"), InsideHow: words(t), SendsLate: yes.Draw(t, "late"), Foresees: yes.Draw(t, "foresees"),
			Rates:   []targets.Rate{{Class: words(t), Calls: 100, Per: span(t)}},
			Nesting: words(t), Windows: words(t), Nulls: words(t), Grain: span(t), Delay: span(t), Gate: words(t), Locking: yes.Draw(t, "g"),
			Detects: []string{"event"}, Steps: []string{"send", words(t)},
		},
		Rights: []targets.Right{{Name: words(t), For: targets.ToApply, Doc: words(t)}},
	}
}

func place(t *rapid.T) diag.Range {
	at := rapid.IntRange(0, 1000)
	return diag.Range{File: words(t), Start: diag.Pos{Line: at.Draw(t, "line"), Column: at.Draw(t, "column"), Byte: at.Draw(t, "byte")}}
}

func address(t *rapid.T) resource.Address {
	return resource.Address{Object: words(t), Platform: words(t), Role: words(t)}
}

func attributes(t *rapid.T) resource.Map {
	m, _ := value(t, 3).(resource.Map)
	return m
}

func desired(t *rapid.T) resource.Resource {
	return resource.Resource{
		Address: address(t), Kind: words(t), Key: words(t), Attributes: attributes(t), Switch: resource.Off, At: place(t),
		Places: map[string]diag.Range{words(t): place(t)},
	}
}

func object(t *rapid.T) resource.Object {
	return resource.Object{Kind: words(t), ID: words(t), Key: words(t), Attributes: attributes(t), Switch: resource.On, Mark: words(t), Version: words(t)}
}

func maybe[A any](t *rapid.T, draw func(*rapid.T) A) *A {
	if !rapid.Bool().Draw(t, "there") {
		return nil
	}
	a := draw(t)
	return &a
}

func planRequest(t *rapid.T) targets.PlanRequest {
	return targets.PlanRequest{Prior: maybe(t, object), Desired: maybe(t, desired)}
}

func change(t *rapid.T) targets.Change {
	action := rapid.SampledFrom([]targets.Action{targets.Create, targets.Update, targets.Delete, targets.SwitchOn, targets.SwitchOff})
	return targets.Change{Action: action.Draw(t, "action"), Resource: desired(t), Prior: maybe(t, object), Mark: words(t), Key: words(t)}
}

func result(t *rapid.T) targets.Result {
	return targets.Result{Key: words(t), Object: maybe(t, object), Err: maybe(t, answered)}
}

func answered(t *rapid.T) targets.Error {
	kinds := rapid.SampledFrom([]targets.ErrorKind{targets.Retryable, targets.Permanent, targets.Conflict, targets.UnknownOutcome, targets.Rejected})
	e := targets.Error{Kind: kinds.Draw(t, "kind"), Message: words(t), Path: words(t), RetryAfter: time.Duration(rapid.Int64Min(0).Draw(t, "after"))}
	if cause := words(t); cause != "" {
		e.Err = errors.New(cause)
	}
	return e
}

func lowered(t *rapid.T) targets.Lowered {
	return targets.Lowered{
		Resources: rapid.SliceOfN(rapid.Custom(desired), 0, 3).Draw(t, "resources"),
		Diagnostics: diag.List{{Rule: &diag.Rule{Code: "MAP999", Severity: diag.Warning, Summary: words(t)}, At: place(t), Mark: words(t),
			Related: []diag.Label{{At: place(t), Text: words(t)}}, Detail: words(t), Help: words(t), Fix: words(t)}},
		Lookups: map[resource.Lookup]diag.Range{{Kind: words(t), Key: words(t)}: place(t)},
	}
}

func enforcement(t *rapid.T) ir.Enforcement {
	return ir.Enforcement{
		Sends: true, Caps: rapid.Bool().Draw(t, "caps"), Staleness: span(t), WindowGrain: span(t), DetectionDelay: span(t),
		Gates: []ir.Gate{{Send: words(t), Condition: expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}, Inserted: true}},
	}
}

// built is a plugin of another build or of the same, and what it was asked last.
type built struct {
	pb.TargetClient
	other bool
	asked *pb.LowerRequest
}

func (b *built) Describe(ctx context.Context, r *pb.DescribeRequest, o ...grpc.CallOption) (*pb.Description, error) {
	d, err := b.TargetClient.Describe(ctx, r, o...)
	if b.other {
		d.Layout = "of other types"
	}
	return d, err
}

func (b *built) Lower(ctx context.Context, r *pb.LowerRequest, o ...grpc.CallOption) (grpc.ServerStreamingClient[pb.LowerResponse], error) {
	b.asked = r
	return b.TargetClient.Lower(ctx, r, o...)
}

// A program goes packed to a plugin of the same types, and as JSON to any other
// and to one that has not been asked; each understands the same.
func TestProgramsGoTheShortestWay(t *testing.T) {
	program := sample.Program(rand.New(rand.NewPCG(3, 3)), sample.Options{})
	want, err := ir.Marshal(program)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ describe, other, packed bool }{
		"the same build": {describe: true, packed: true}, "another build": {describe: true, other: true}, "not asked": {},
	} {
		t.Run(name, func(t *testing.T) {
			target := &echo{}
			plugin := &built{TargetClient: dialled(t, func() targets.Target { return target }), other: c.other}
			client := wire.NewClient(plugin, "asks")
			if c.describe {
				if _, err := client.Describe(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := client.In("one").Lower(t.Context(), targets.LowerRequest{Program: program}); err != nil {
				t.Fatal(err)
			}
			if packed := len(plugin.asked.GetProgramPacked()) > 0; packed != c.packed || packed == (len(plugin.asked.GetProgramJson()) > 0) {
				t.Errorf("packed: %v, JSON: %d bytes", packed, len(plugin.asked.GetProgramJson()))
			}
			got, err := ir.Marshal(target.asked.Program)
			if err != nil || string(want) != string(got) {
				t.Errorf("another program arrived (%v)", err)
			}
		})
	}
}
