package wire

import (
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// each converts a list; none is none.
func each[A, B any](list []A, convert func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i, item := range list {
		out[i] = convert(item)
	}
	return out
}

func describe(d targets.Description) *pb.Description {
	return &pb.Description{
		Name: d.Name, Version: d.Version, Doc: d.Doc,
		Protocols: each(d.Protocols, func(v int) int32 { return int32(v) }),
		Settings:  each(d.Settings, setting),
		Blocks:    each(d.Blocks, blockForm),
		Kinds:     each(d.Kinds, kind),
		Can:       capabilities(d.Can),
		Rights:    each(d.Rights, right),
	}
}

func readDescription(d *pb.Description) targets.Description {
	return targets.Description{
		Name: d.GetName(), Version: d.GetVersion(), Doc: d.GetDoc(),
		Protocols: each(d.GetProtocols(), func(v int32) int { return int(v) }),
		Settings:  each(d.GetSettings(), readSetting),
		Blocks:    each(d.GetBlocks(), readBlockForm),
		Kinds:     each(d.GetKinds(), readKind),
		Can:       readCapabilities(d.GetCan()),
		Rights:    each(d.GetRights(), readRight),
	}
}

func capabilities(c targets.Capabilities) *pb.Capabilities {
	return &pb.Capabilities{
		Segments: c.Segments, Functions: c.Functions, Sequences: c.Sequences, Negation: c.Negation,
		Nesting: c.Nesting, Windows: c.Windows, Nulls: c.Nulls, Grain: span(c.Grain), Counts: c.Counts,
		Journeys: c.Journeys, Detects: c.Detects, Steps: c.Steps, EditsLive: c.EditsLive, Delay: span(c.Delay),
		Consent: c.Consent, Gate: c.Gate, Content: c.Content,
		Idempotent: c.Idempotent, Locking: c.Locking, Rates: each(c.Rates, rate), Raises: c.Raises, Providers: c.Providers,
		Inside: text(string(c.Inside)), InsideHow: text(c.InsideHow), SendsLate: c.SendsLate, Foresees: c.Foresees,
	}
}

func readCapabilities(c *pb.Capabilities) targets.Capabilities {
	return targets.Capabilities{
		Segments: c.GetSegments(), Functions: c.GetFunctions(), Sequences: c.GetSequences(), Negation: c.GetNegation(),
		Nesting: c.GetNesting(), Windows: c.GetWindows(), Nulls: c.GetNulls(), Grain: readSpan(c.GetGrain()), Counts: c.GetCounts(),
		Journeys: c.GetJourneys(), Detects: c.GetDetects(), Steps: c.GetSteps(), EditsLive: c.GetEditsLive(), Delay: readSpan(c.GetDelay()),
		Consent: c.GetConsent(), Gate: c.GetGate(), Content: c.GetContent(),
		Idempotent: c.GetIdempotent(), Locking: c.GetLocking(), Rates: each(c.GetRates(), readRate), Raises: c.GetRaises(), Providers: c.GetProviders(),
		Inside: targets.Insides(c.GetInside()), InsideHow: c.GetInsideHow(), SendsLate: c.GetSendsLate(), Foresees: c.GetForesees(),
	}
}

func right(r targets.Right) *pb.Right {
	return &pb.Right{Name: r.Name, Stage: string(r.For), Doc: r.Doc}
}

func readRight(r *pb.Right) targets.Right {
	return targets.Right{Name: r.GetName(), For: targets.Stage(r.GetStage()), Doc: r.GetDoc()}
}

func setting(s targets.Setting) *pb.Setting {
	return &pb.Setting{Name: s.Name, Doc: s.Doc, Required: s.Required, Secret: s.Secret, Map: s.Map, Example: s.Example}
}

func readSetting(s *pb.Setting) targets.Setting {
	return targets.Setting{Name: s.GetName(), Doc: s.GetDoc(), Required: s.GetRequired(), Secret: s.GetSecret(), Map: s.GetMap(), Example: s.GetExample()}
}

func blockForm(b targets.BlockForm) *pb.BlockForm {
	return &pb.BlockForm{Type: b.Type, Labels: int32(b.Labels), Doc: b.Doc, Settings: each(b.Settings, setting)}
}

func readBlockForm(b *pb.BlockForm) targets.BlockForm {
	return targets.BlockForm{Type: b.GetType(), Labels: int(b.GetLabels()), Doc: b.GetDoc(), Settings: each(b.GetSettings(), readSetting)}
}

func kind(k targets.Kind) *pb.Kind {
	return &pb.Kind{Name: k.Name, Doc: k.Doc, Schema: k.Schema, Version: int32(k.Version), Marks: string(k.Marks), Unique: k.Unique,
		Visible: span(k.Visible), Manual: k.Manual}
}

func readKind(k *pb.Kind) targets.Kind {
	return targets.Kind{Name: k.GetName(), Doc: k.GetDoc(), Schema: k.GetSchema(), Version: int(k.GetVersion()),
		Marks: targets.Marks(k.GetMarks()), Unique: k.GetUnique(), Visible: readSpan(k.GetVisible()), Manual: k.GetManual()}
}

func rate(r targets.Rate) *pb.Rate {
	return &pb.Rate{Class: r.Class, Calls: int64(r.Calls), Per: span(r.Per)}
}

func readRate(r *pb.Rate) targets.Rate {
	return targets.Rate{Class: r.GetClass(), Calls: int(r.GetCalls()), Per: readSpan(r.GetPer())}
}

func span(s types.Span) *pb.Span {
	if s == (types.Span{}) {
		return nil
	}
	return &pb.Span{Amount: s.Amount, Unit: string(s.Unit)}
}

func readSpan(s *pb.Span) types.Span {
	return types.Span{Amount: s.GetAmount(), Unit: types.Unit(s.GetUnit())}
}
