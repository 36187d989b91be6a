package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// batch is how many resources or requests cross together.
const batch = 256

// Serve offers the targets of a factory, one for each session.
func Serve(s *grpc.Server, factory targets.Factory) {
	pb.RegisterTargetServer(s, &server{factory: factory, sessions: map[string]targets.Target{}})
}

type server struct {
	pb.UnimplementedTargetServer
	factory targets.Factory

	mu       sync.Mutex
	sessions map[string]targets.Target
}

// session is the name that a call gives.
func session(ctx context.Context) string {
	md, _ := metadata.FromIncomingContext(ctx)
	if named := md.Get(sessionKey); len(named) > 0 {
		return named[0]
	}
	return ""
}

// target is the target of a call's session, made by the first call.
func (s *server) target(ctx context.Context) targets.Target {
	name := session(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	t, there := s.sessions[name]
	if !there {
		t = s.factory()
		s.sessions[name] = t
	}
	return t
}

// Describe answers what the target is.
func (s *server) Describe(ctx context.Context, _ *pb.DescribeRequest) (*pb.Description, error) {
	d := describe(s.target(ctx).Describe())
	d.Layout = ir.Layout()
	return d, nil
}

// Configure passes the platform's arguments on.
func (s *server) Configure(ctx context.Context, r *pb.ConfigureRequest) (*pb.ConfigureResponse, error) {
	c, err := readConfiguration(r)
	if err == nil {
		err = s.target(ctx).Configure(ctx, c)
	}
	return &pb.ConfigureResponse{}, failure(err)
}

// Identity asks which account it is.
func (s *server) Identity(ctx context.Context, _ *pb.IdentityRequest) (*pb.IdentityResponse, error) {
	identity, err := s.target(ctx).Identity(ctx)
	return &pb.IdentityResponse{Identity: text(identity)}, failure(err)
}

// Close ends the session. One that never began is ended as well.
func (s *server) Close(ctx context.Context, _ *pb.CloseRequest) (*pb.CloseResponse, error) {
	name := session(ctx)
	s.mu.Lock()
	t, there := s.sessions[name]
	delete(s.sessions, name)
	s.mu.Unlock()
	if !there {
		return &pb.CloseResponse{}, nil
	}
	return &pb.CloseResponse{}, failure(t.Close())
}

// Upgrade brings attributes to the present schema.
func (s *server) Upgrade(ctx context.Context, r *pb.UpgradeRequest) (*pb.UpgradeResponse, error) {
	attributes, err := decodeMap(r.GetAttributesValue())
	if err != nil {
		return nil, failure(err)
	}
	attributes, err = s.target(ctx).Upgrade(r.GetKind(), attributes, int(r.GetFrom()))
	if err != nil {
		return nil, failure(err)
	}
	raw, err := encodeMap(attributes)
	return &pb.UpgradeResponse{AttributesValue: raw}, failure(err)
}

// Lower sends resources in batches, then findings and look-ups.
func (s *server) Lower(r *pb.LowerRequest, out grpc.ServerStreamingServer[pb.LowerResponse]) error {
	request := targets.LowerRequest{Program: &ir.Program{}, Placed: r.GetPlaced()}
	if err := readProgram(r, request.Program, &request.Platform); err != nil {
		return failure(err)
	}
	lowered := s.target(out.Context()).Lower(request)
	for rest := lowered.Resources; len(rest) > 0; {
		n := min(batch, len(rest))
		some, err := try(rest[:n], encodeResource)
		if err != nil {
			return failure(err)
		}
		if err := out.Send(&pb.LowerResponse{Resources: some}); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return out.Send(&pb.LowerResponse{Diagnostics: each(lowered.Diagnostics, finding), Lookups: lookups(lowered.Lookups)})
}

// programmed is a request that brings a program.
type programmed interface {
	GetProgramJson() []byte
	GetProgramPacked() []byte
	GetPlatformJson() []byte
}

func readProgram(r programmed, p *ir.Program, at *ir.Platform) error {
	if err := unpackOrRead(r, p); err != nil {
		return fmt.Errorf("reading the program: %w", err)
	}
	if err := ir.Unmarshal(r.GetPlatformJson(), at); err != nil {
		return fmt.Errorf("reading the platform: %w", err)
	}
	return nil
}

func unpackOrRead(r programmed, p *ir.Program) error {
	if packed := r.GetProgramPacked(); len(packed) > 0 {
		return ir.Unpack(packed, p)
	}
	return ir.Unmarshal(r.GetProgramJson(), p)
}

// List sends a message for each page.
func (s *server) List(r *pb.ListRequest, out grpc.ServerStreamingServer[pb.Objects]) error {
	request := targets.ListRequest{Kinds: r.GetKinds(), All: r.GetAll()}
	return failure(s.target(out.Context()).List(out.Context(), request, func(page []resource.Object) error {
		objects, err := try(page, encodeObject)
		if err != nil {
			return err
		}
		return out.Send(&pb.Objects{Objects: objects})
	}))
}

// Plan says how changes would be made.
func (s *server) Plan(stream grpc.BidiStreamingServer[pb.PlanRequests, pb.PlanAnswers]) error {
	t := s.target(stream.Context())
	return answer(stream, func(ctx context.Context, r []targets.PlanRequest) ([]*pb.PlanAnswer, error) {
		answers, err := t.Plan(ctx, r)
		return each(answers, planAnswer), err
	})
}

// Foresee says it as far as it is known without the platform.
func (s *server) Foresee(stream grpc.BidiStreamingServer[pb.PlanRequests, pb.PlanAnswers]) error {
	foreseer, can := s.target(stream.Context()).(targets.Foreseer)
	if !can {
		return failure(errors.New("this target does not say without its platform how changes are made"))
	}
	return answer(stream, func(ctx context.Context, r []targets.PlanRequest) ([]*pb.PlanAnswer, error) {
		answers, err := foreseer.Foresee(ctx, r)
		return each(answers, foreseen), err
	})
}

// answer answers batch by batch.
func answer(stream grpc.BidiStreamingServer[pb.PlanRequests, pb.PlanAnswers], plan func(context.Context, []targets.PlanRequest) ([]*pb.PlanAnswer, error)) error {
	for {
		some, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		requests, err := try(some.GetRequests(), decodePlan)
		if err != nil {
			return failure(err)
		}
		answers, err := plan(stream.Context(), requests)
		if err != nil {
			return failure(err)
		}
		if len(answers) != len(requests) {
			return failure(fmt.Errorf("the target gave %d answers to %d questions", len(answers), len(requests)))
		}
		if err := stream.Send(&pb.PlanAnswers{Answers: answers}); err != nil {
			return err
		}
	}
}

// Apply hands changes to the target as they come and sends results as they
// are made.
func (s *server) Apply(stream grpc.BidiStreamingServer[pb.Change, pb.Result]) error {
	var mu sync.Mutex
	var broken, sending error
	changes := func(yield func(targets.Change) bool) {
		for {
			next, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				return
			}
			var c targets.Change
			if err == nil {
				c, err = decodeChange(next)
			}
			if err != nil {
				broken = err
				return
			}
			if !yield(c) {
				return
			}
		}
	}
	err := s.target(stream.Context()).Apply(stream.Context(), changes, func(r targets.Result) {
		mu.Lock()
		defer mu.Unlock()
		result, err := encodeResult(r)
		if err == nil {
			err = stream.Send(result)
		}
		if sending == nil {
			sending = err
		}
	})
	return failure(errors.Join(err, broken, sending))
}

// Get reads objects by id.
func (s *server) Get(ctx context.Context, r *pb.GetRequest) (*pb.Objects, error) {
	return objects(s.target(ctx).Get(ctx, r.GetKind(), r.GetIds()))
}

// Find looks for what a lost answer may have made.
func (s *server) Find(ctx context.Context, r *pb.FindRequest) (*pb.Objects, error) {
	return objects(s.target(ctx).Find(ctx, readFindRequest(r)))
}

// FindEach looks for many.
func (s *server) FindEach(ctx context.Context, r *pb.FindEachRequest) (*pb.FindEachResponse, error) {
	found, err := targets.FindEach(ctx, s.target(ctx), each(r.GetRequests(), readFindRequest))
	if err != nil {
		return nil, failure(err)
	}
	out, err := try(found, func(some []resource.Object) (*pb.Objects, error) { return objects(some, nil) })
	return &pb.FindEachResponse{Found: out}, err
}

func objects(found []resource.Object, err error) (*pb.Objects, error) {
	if err != nil {
		return nil, failure(err)
	}
	list, err := try(found, encodeObject)
	return &pb.Objects{Objects: list}, failure(err)
}

// Lookup finds what already exists.
func (s *server) Lookup(ctx context.Context, r *pb.LookupRequest) (*pb.LookupResponse, error) {
	answers, err := s.target(ctx).Lookup(ctx, each(r.GetLookups(), func(l *pb.LookupKey) resource.Lookup {
		return resource.Lookup{Kind: l.GetKind(), Key: l.GetKey()}
	}))
	return &pb.LookupResponse{Answers: each(answers, lookupAnswer)}, failure(err)
}

// Raise puts objects into the language of projects.
func (s *server) Raise(ctx context.Context, r *pb.RaiseRequest) (*pb.RaiseResponse, error) {
	raiser, can := s.target(ctx).(targets.Raiser)
	if !can {
		return nil, failure(errors.New("this target does not say what it holds in the language of projects"))
	}
	held, err := try(r.GetObjects(), decodeObject)
	if err != nil {
		return nil, failure(err)
	}
	return &pb.RaiseResponse{Raised: each(raiser.Raise(targets.RaiseRequest{Objects: held}), raised)}, nil
}

// Inside says who is inside journeys.
func (s *server) Inside(ctx context.Context, r *pb.InsideRequest) (*pb.InsideResponse, error) {
	insider, can := s.target(ctx).(targets.Insider)
	if !can {
		return nil, failure(errors.New("this target does not say who is inside its journeys"))
	}
	journeys, err := try(r.GetJourneys(), decodeRunning)
	if err != nil {
		return nil, failure(err)
	}
	answers, err := insider.Inside(ctx, targets.InsideRequest{Journeys: journeys})
	return &pb.InsideResponse{Answers: each(answers, insideAnswer)}, failure(err)
}

// Count asks for the members of segments.
func (s *server) Count(ctx context.Context, r *pb.CountRequest) (*pb.CountResponse, error) {
	request := targets.CountRequest{Program: &ir.Program{}, Segments: r.GetSegments(), Now: types.Instant(r.GetNowUnixMicro())}
	if err := readProgram(r, request.Program, &request.Platform); err != nil {
		return nil, failure(err)
	}
	answers, err := s.target(ctx).Count(ctx, request)
	return &pb.CountResponse{Answers: each(answers, countAnswer)}, failure(err)
}

// Explain says what the platform enforces.
func (s *server) Explain(ctx context.Context, r *pb.ExplainRequest) (*pb.ExplainResponse, error) {
	var program ir.Program
	var platform ir.Platform
	if err := readProgram(r, &program, &platform); err != nil {
		return nil, failure(err)
	}
	raw, err := ir.Marshal(s.target(ctx).Explain(&program, platform))
	return &pb.ExplainResponse{EnforcementJson: raw}, failure(err)
}
