package wire

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// try converts a list and stops at what cannot be converted.
func try[A, B any](list []A, convert func(A) (B, error)) ([]B, error) {
	if list == nil {
		return nil, nil
	}
	out := make([]B, len(list))
	for i, item := range list {
		var err error
		if out[i], err = convert(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func encodeResource(r resource.Resource) (*pb.Resource, error) {
	attributes, err := encodeMap(r.Attributes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Address, err)
	}
	out := &pb.Resource{
		Address: &pb.Address{Object: text(r.Address.Object), Platform: text(r.Address.Platform), Role: text(r.Address.Role)},
		Kind:    text(r.Kind), Key: text(r.Key), AttributesValue: attributes, Switch: string(r.Switch), At: place(r.At),
	}
	if r.Places != nil {
		out.Places = make(map[string]*pb.Range, len(r.Places))
		for name, at := range r.Places {
			out.Places[text(name)] = place(at)
		}
	}
	return out, nil
}

func decodeResource(r *pb.Resource) (resource.Resource, error) {
	a := r.GetAddress()
	address := resource.Address{Object: a.GetObject(), Platform: a.GetPlatform(), Role: a.GetRole()}
	attributes, err := decodeMap(r.GetAttributesValue())
	if err != nil {
		return resource.Resource{}, fmt.Errorf("%s: %w", address, err)
	}
	out := resource.Resource{
		Address: address, Kind: r.GetKind(), Key: r.GetKey(), Attributes: attributes,
		Switch: resource.Switch(r.GetSwitch()), At: readPlace(r.GetAt()),
	}
	if len(r.GetPlaces()) > 0 {
		out.Places = make(map[string]diag.Range, len(r.Places))
		for name, at := range r.Places {
			out.Places[name] = readPlace(at)
		}
	}
	return out, nil
}

func encodeObject(o resource.Object) (*pb.Object, error) {
	attributes, err := encodeMap(o.Attributes)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", o.Kind, o.ID, err)
	}
	return &pb.Object{
		Kind: text(o.Kind), Id: text(o.ID), Key: text(o.Key), AttributesValue: attributes,
		Switch: string(o.Switch), Mark: text(o.Mark), Version: text(o.Version),
	}, nil
}

func decodeObject(o *pb.Object) (resource.Object, error) {
	attributes, err := decodeMap(o.GetAttributesValue())
	if err != nil {
		return resource.Object{}, fmt.Errorf("%s %s: %w", o.GetKind(), o.GetId(), err)
	}
	return resource.Object{
		Kind: o.GetKind(), ID: o.GetId(), Key: o.GetKey(), Attributes: attributes,
		Switch: resource.Switch(o.GetSwitch()), Mark: o.GetMark(), Version: o.GetVersion(),
	}, nil
}

// optional converts what may be absent.
func optional[A, B any](a *A, convert func(A) (*B, error)) (*B, error) {
	if a == nil {
		return nil, nil
	}
	return convert(*a)
}

// present reads what may be absent.
func present[A, B any](a *A, convert func(*A) (B, error)) (*B, error) {
	if a == nil {
		return nil, nil
	}
	b, err := convert(a)
	if err != nil {
		return nil, err
	}
	return &b, nil
}

func encodePlan(r targets.PlanRequest) (*pb.PlanRequest, error) {
	prior, err := optional(r.Prior, encodeObject)
	if err != nil {
		return nil, err
	}
	desired, err := optional(r.Desired, encodeResource)
	return &pb.PlanRequest{Prior: prior, Desired: desired}, err
}

func decodePlan(r *pb.PlanRequest) (targets.PlanRequest, error) {
	prior, err := present(r.GetPrior(), decodeObject)
	if err != nil {
		return targets.PlanRequest{}, err
	}
	desired, err := present(r.GetDesired(), decodeResource)
	return targets.PlanRequest{Prior: prior, Desired: desired}, err
}

func planAnswer(a targets.PlanAnswer) *pb.PlanAnswer {
	return &pb.PlanAnswer{Replace: a.Replace, Over: text(a.Over), Cost: each(a.Cost, func(c targets.Cost) *pb.Cost {
		return &pb.Cost{Class: c.Class, Calls: int64(c.Calls)}
	})}
}

func readPlanAnswer(a *pb.PlanAnswer) targets.PlanAnswer {
	return targets.PlanAnswer{Replace: a.GetReplace(), Over: a.GetOver(), Cost: each(a.GetCost(), func(c *pb.Cost) targets.Cost {
		return targets.Cost{Class: c.GetClass(), Calls: int(c.GetCalls())}
	})}
}

func findRequest(r targets.FindRequest) *pb.FindRequest {
	return &pb.FindRequest{Kind: text(r.Kind), Key: text(r.Key), Mark: text(r.Mark), Once: text(r.Once)}
}

func readFindRequest(r *pb.FindRequest) targets.FindRequest {
	return targets.FindRequest{Kind: r.GetKind(), Key: r.GetKey(), Mark: r.GetMark(), Once: r.GetOnce()}
}

func foreseen(f targets.Foreseen) *pb.PlanAnswer {
	out := planAnswer(f.PlanAnswer)
	out.Sure = f.Sure
	return out
}

func readForeseen(a *pb.PlanAnswer) targets.Foreseen {
	return targets.Foreseen{PlanAnswer: readPlanAnswer(a), Sure: a.GetSure()}
}

func encodeChange(c targets.Change) (*pb.Change, error) {
	r, err := encodeResource(c.Resource)
	if err != nil {
		return nil, err
	}
	prior, err := optional(c.Prior, encodeObject)
	return &pb.Change{Action: string(c.Action), Resource: r, Prior: prior, Mark: text(c.Mark), Key: text(c.Key)}, err
}

func decodeChange(c *pb.Change) (targets.Change, error) {
	r, err := decodeResource(c.GetResource())
	if err != nil {
		return targets.Change{}, err
	}
	prior, err := present(c.GetPrior(), decodeObject)
	return targets.Change{Action: targets.Action(c.GetAction()), Resource: r, Prior: prior, Mark: c.GetMark(), Key: c.GetKey()}, err
}

func encodeResult(r targets.Result) (*pb.Result, error) {
	object, err := optional(r.Object, encodeObject)
	return &pb.Result{Key: text(r.Key), Object: object, Error: answered(r.Err)}, err
}

func decodeResult(r *pb.Result) (targets.Result, error) {
	object, err := present(r.GetObject(), decodeObject)
	return targets.Result{Key: r.GetKey(), Object: object, Err: readAnswered(r.GetError())}, err
}

func raised(r targets.Raised) *pb.Raised {
	return &pb.Raised{Type: text(r.Type), Name: text(r.Name), Body: text(r.Body), Why: text(r.Why), Loses: text(r.Loses)}
}

func readRaised(r *pb.Raised) targets.Raised {
	return targets.Raised{Type: r.GetType(), Name: r.GetName(), Body: r.GetBody(), Why: r.GetWhy(), Loses: r.GetLoses()}
}

func encodeRunning(r targets.Running) (*pb.Running, error) {
	objects, err := try(r.Objects, encodeObject)
	return &pb.Running{Journey: text(r.Journey), Objects: objects}, err
}

func decodeRunning(r *pb.Running) (targets.Running, error) {
	objects, err := try(r.GetObjects(), decodeObject)
	return targets.Running{Journey: r.GetJourney(), Objects: objects}, err
}

func insideAnswer(a targets.InsideAnswer) *pb.InsideAnswer {
	return &pb.InsideAnswer{Journey: text(a.Journey), People: int64(a.People), AtMost: a.AtMost, Unknown: text(a.Unknown)}
}

func readInsideAnswer(a *pb.InsideAnswer) targets.InsideAnswer {
	return targets.InsideAnswer{Journey: a.GetJourney(), People: int(a.GetPeople()), AtMost: a.GetAtMost(), Unknown: a.GetUnknown()}
}
