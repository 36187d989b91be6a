package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// Client is one session of a plugin. Its calls are those of targets.Target,
// each with a context and an error, since each may fail to arrive: a *Lost is a
// call of which nobody knows whether it was carried out.
type Client struct {
	calls   pb.TargetClient
	session string
	rules   *rules
	packs   bool // the plugin reads programs as this build packs them
}

// NewClient is a session, which begins with its first call.
func NewClient(calls pb.TargetClient, session string) *Client {
	return &Client{calls: calls, session: session, rules: &rules{}}
}

func (c *Client) in(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, sessionKey, c.session)
}

// In is another session of the same plugin, of which it knows what Describe
// learned.
func (c *Client) In(session string) *Client {
	return &Client{calls: c.calls, session: session, rules: &rules{}, packs: c.packs}
}

// Describe asks what the target is, and from then on sends programs in the
// shortest way that the plugin reads.
func (c *Client) Describe(ctx context.Context) (targets.Description, error) {
	d, err := c.calls.Describe(c.in(ctx), &pb.DescribeRequest{})
	c.packs = err == nil && d.GetLayout() == ir.Layout()
	return readDescription(d), failed(ctx, err)
}

// Configure passes the platform's arguments and the variables that it names.
func (c *Client) Configure(ctx context.Context, config targets.Config) error {
	r, err := configuration(config)
	if err != nil {
		return err
	}
	_, err = c.calls.Configure(c.in(ctx), r)
	return failed(ctx, err)
}

// Identity asks which account it is.
func (c *Client) Identity(ctx context.Context) (string, error) {
	r, err := c.calls.Identity(c.in(ctx), &pb.IdentityRequest{})
	return r.GetIdentity(), failed(ctx, err)
}

// Close ends the session.
func (c *Client) Close(ctx context.Context) error {
	_, err := c.calls.Close(c.in(ctx), &pb.CloseRequest{})
	return failed(ctx, err)
}

// Upgrade brings attributes to the present schema.
func (c *Client) Upgrade(ctx context.Context, kind string, attributes resource.Map, from int) (resource.Map, error) {
	raw, err := encodeMap(attributes)
	if err != nil {
		return nil, err
	}
	r, err := c.calls.Upgrade(c.in(ctx), &pb.UpgradeRequest{Kind: kind, AttributesValue: raw, From: int32(from)})
	if err != nil {
		return nil, failed(ctx, err)
	}
	return decodeMap(r.GetAttributesValue())
}

// Lower turns declarations into resources.
func (c *Client) Lower(ctx context.Context, r targets.LowerRequest) (targets.Lowered, error) {
	var out targets.Lowered
	w, err := c.written(r.Program, r.Platform)
	if err != nil {
		return out, err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	stream, err := c.calls.Lower(c.in(ctx), &pb.LowerRequest{ProgramJson: w.json, ProgramPacked: w.packed, PlatformJson: w.platform, Placed: r.Placed})
	if err != nil {
		return out, failed(ctx, err)
	}
	out.Lookups = map[resource.Lookup]diag.Range{}
	for {
		some, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return targets.Lowered{}, failed(ctx, err)
		}
		resources, err := try(some.GetResources(), decodeResource)
		if err != nil {
			return targets.Lowered{}, err
		}
		out.Resources = append(out.Resources, resources...)
		out.Diagnostics = append(out.Diagnostics, each(some.GetDiagnostics(), c.rules.finding)...)
		for _, l := range some.GetLookups() {
			out.Lookups[resource.Lookup{Kind: l.GetKind(), Key: l.GetKey()}] = readPlace(l.GetAt())
		}
	}
}

// written is a program, as JSON or packed, and a platform.
type written struct{ json, packed, platform []byte }

func (c *Client) written(p *ir.Program, at ir.Platform) (w written, err error) {
	if c.packs {
		w.packed, err = ir.Pack(p)
	} else {
		w.json, err = ir.Marshal(p)
	}
	if err != nil {
		return written{}, fmt.Errorf("writing the program: %w", err)
	}
	if w.platform, err = ir.Marshal(at); err != nil {
		return written{}, fmt.Errorf("writing %s: %w", at.Address, err)
	}
	return w, nil
}

// List passes on pages as they come. It stops at the first error of page.
func (c *Client) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	stream, err := c.calls.List(c.in(ctx), &pb.ListRequest{Kinds: r.Kinds, All: r.All})
	if err != nil {
		return failed(ctx, err)
	}
	for {
		some, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return failed(ctx, err)
		}
		objects, err := try(some.GetObjects(), decodeObject)
		if err != nil {
			return err
		}
		if err := page(objects); err != nil {
			return err
		}
	}
}

// Plan asks how changes would be made.
func (c *Client) Plan(ctx context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	answers, err := c.ask(ctx, requests, c.calls.Plan)
	return each(answers, readPlanAnswer), err
}

// Foresee asks how they would be made, as far as that is known without the platform.
func (c *Client) Foresee(ctx context.Context, requests []targets.PlanRequest) ([]targets.Foreseen, error) {
	answers, err := c.ask(ctx, requests, c.calls.Foresee)
	return each(answers, readForeseen), err
}

type planning = grpc.BidiStreamingClient[pb.PlanRequests, pb.PlanAnswers]

// ask asks in batches, the next of which is on its way while one is answered.
func (c *Client) ask(ctx context.Context, requests []targets.PlanRequest, call func(context.Context, ...grpc.CallOption) (planning, error)) ([]*pb.PlanAnswer, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	stream, err := call(c.in(ctx))
	if err != nil {
		return nil, failed(ctx, err)
	}
	var sending sync.WaitGroup
	defer sending.Wait()
	defer end(nil)
	sending.Go(func() {
		for rest := requests; len(rest) > 0; {
			n := min(batch, len(rest))
			some, err := try(rest[:n], encodePlan)
			if err != nil {
				end(err)
				return
			}
			if stream.Send(&pb.PlanRequests{Requests: some}) != nil {
				return // the receiver learns why
			}
			rest = rest[n:]
		}
		_ = stream.CloseSend() // never fails on a stream that is open; the receiver learns the rest
	})
	answers := make([]*pb.PlanAnswer, 0, len(requests))
	for {
		some, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, failed(ctx, err)
		}
		answers = append(answers, some.GetAnswers()...)
	}
	if len(answers) != len(requests) {
		return nil, fmt.Errorf("the plugin gave %d answers to %d questions", len(answers), len(requests))
	}
	return answers, nil
}

// Apply sends changes and reports results as they come. Changes and result are
// never run at the same time, as in a process of one's own.
func (c *Client) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	stream, err := c.calls.Apply(c.in(ctx))
	if err != nil {
		return failed(ctx, err)
	}
	var mu sync.Mutex
	over := make(chan error, 1)
	go func() { over <- receive(stream, &mu, result) }()
	mu.Lock()
	for change := range changes {
		mu.Unlock()
		message, err := encodeChange(change)
		if err != nil {
			end(err)
		} else {
			err = stream.Send(message)
		}
		mu.Lock()
		if err != nil {
			break // the receiver learns why
		}
	}
	mu.Unlock()
	_ = stream.CloseSend() // what is wrong with the stream the receiver learns
	return failed(ctx, <-over)
}

type results interface {
	Recv() (*pb.Result, error)
}

func receive(from results, mu *sync.Mutex, result func(targets.Result)) error {
	for {
		message, err := from.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		r, err := decodeResult(message)
		if err != nil {
			r = targets.Result{Key: message.GetKey(), Err: &targets.Error{Kind: targets.UnknownOutcome, Message: "the plugin's answer cannot be read", Err: err}}
		}
		mu.Lock()
		result(r)
		mu.Unlock()
	}
}

// Get reads objects by id.
func (c *Client) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	r, err := c.calls.Get(c.in(ctx), &pb.GetRequest{Kind: kind, Ids: ids})
	if err != nil {
		return nil, failed(ctx, err)
	}
	return try(r.GetObjects(), decodeObject)
}

// Find looks for what a lost answer may have made.
func (c *Client) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	found, err := c.calls.Find(c.in(ctx), findRequest(r))
	if err != nil {
		return nil, failed(ctx, err)
	}
	return try(found.GetObjects(), decodeObject)
}

// FindEach looks for what many lost answers may have made: together, unless the
// plugin is older than that call.
func (c *Client) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	out := make([][]resource.Object, len(r))
	answer, err := c.calls.FindEach(c.in(ctx), &pb.FindEachRequest{Requests: each(r, findRequest)})
	if status.Code(err) == codes.Unimplemented {
		for i, request := range r {
			if out[i], err = c.Find(ctx, request); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	if err != nil {
		return nil, failed(ctx, err)
	}
	if len(answer.GetFound()) != len(r) {
		return nil, fmt.Errorf("the plugin gave %d answers to %d questions", len(answer.GetFound()), len(r))
	}
	for i, found := range answer.GetFound() {
		if out[i], err = try(found.GetObjects(), decodeObject); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Lookup finds what already exists.
func (c *Client) Lookup(ctx context.Context, l []resource.Lookup) ([]targets.LookupAnswer, error) {
	r, err := c.calls.Lookup(c.in(ctx), &pb.LookupRequest{Lookups: each(l, func(l resource.Lookup) *pb.LookupKey {
		return &pb.LookupKey{Kind: text(l.Kind), Key: text(l.Key)}
	})})
	if err != nil {
		return nil, failed(ctx, err)
	}
	if len(r.GetAnswers()) != len(l) {
		return nil, fmt.Errorf("the plugin gave %d answers to %d look-ups", len(r.GetAnswers()), len(l))
	}
	return each(r.GetAnswers(), readLookupAnswer), nil
}

// Raise asks for the words of objects.
func (c *Client) Raise(ctx context.Context, r targets.RaiseRequest) ([]targets.Raised, error) {
	objects, err := try(r.Objects, encodeObject)
	if err != nil {
		return nil, err
	}
	answers, err := c.calls.Raise(c.in(ctx), &pb.RaiseRequest{Objects: objects})
	if err != nil {
		return nil, failed(ctx, err)
	}
	if len(answers.GetRaised()) != len(r.Objects) {
		return nil, fmt.Errorf("the plugin gave %d answers about %d objects", len(answers.GetRaised()), len(r.Objects))
	}
	return each(answers.GetRaised(), readRaised), nil
}

// Inside asks who is inside journeys.
func (c *Client) Inside(ctx context.Context, r targets.InsideRequest) ([]targets.InsideAnswer, error) {
	journeys, err := try(r.Journeys, encodeRunning)
	if err != nil {
		return nil, err
	}
	answers, err := c.calls.Inside(c.in(ctx), &pb.InsideRequest{Journeys: journeys})
	if err != nil {
		return nil, failed(ctx, err)
	}
	if len(answers.GetAnswers()) != len(r.Journeys) {
		return nil, fmt.Errorf("the plugin gave %d answers about %d journeys", len(answers.GetAnswers()), len(r.Journeys))
	}
	return each(answers.GetAnswers(), readInsideAnswer), nil
}

// Count asks for the members of segments.
func (c *Client) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	w, err := c.written(r.Program, r.Platform)
	if err != nil {
		return nil, err
	}
	answers, err := c.calls.Count(c.in(ctx), &pb.CountRequest{ProgramJson: w.json, ProgramPacked: w.packed, PlatformJson: w.platform, Segments: r.Segments, NowUnixMicro: int64(r.Now)})
	if err != nil {
		return nil, failed(ctx, err)
	}
	return each(answers.GetAnswers(), readCountAnswer), nil
}

// Explain asks what the platform enforces.
func (c *Client) Explain(ctx context.Context, p *ir.Program, at ir.Platform) (ir.Enforcement, error) {
	var out ir.Enforcement
	w, err := c.written(p, at)
	if err != nil {
		return out, err
	}
	r, err := c.calls.Explain(c.in(ctx), &pb.ExplainRequest{ProgramJson: w.json, ProgramPacked: w.packed, PlatformJson: w.platform})
	if err != nil {
		return out, failed(ctx, err)
	}
	return out, ir.Unmarshal(r.GetEnforcementJson(), &out)
}
