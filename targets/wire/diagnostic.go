package wire

import (
	"sort"
	"strings"
	"sync"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// text is what protobuf takes for a text: broken characters become U+FFFD.
func text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func place(r diag.Range) *pb.Range {
	if r == (diag.Range{}) {
		return nil
	}
	return &pb.Range{File: text(r.File), Start: pos(r.Start), End: pos(r.End)}
}

func readPlace(r *pb.Range) diag.Range {
	return diag.Range{File: r.GetFile(), Start: readPos(r.GetStart()), End: readPos(r.GetEnd())}
}

func pos(p diag.Pos) *pb.Pos {
	return &pb.Pos{Line: int64(p.Line), Column: int64(p.Column), Byte: int64(p.Byte)}
}

func readPos(p *pb.Pos) diag.Pos {
	return diag.Pos{Line: int(p.GetLine()), Column: int(p.GetColumn()), Byte: int(p.GetByte())}
}

func finding(d diag.Diagnostic) *pb.Diagnostic {
	return &pb.Diagnostic{
		Code: d.Rule.Code, Warning: d.Rule.Severity == diag.Warning, Summary: text(d.Rule.Summary),
		At: place(d.At), Mark: text(d.Mark), Detail: text(d.Detail), Help: text(d.Help), Fix: text(d.Fix),
		Related: each(d.Related, func(l diag.Label) *pb.Label { return &pb.Label{At: place(l.At), Text: text(l.Text)} }),
	}
}

// rules are the rules that plugins have named, each one value however often it
// is named: findings are compared by it.
type rules struct {
	mu   sync.Mutex
	seen map[diag.Rule]*diag.Rule
}

func (r *rules) of(named diag.Rule) *diag.Rule {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen == nil {
		r.seen = map[diag.Rule]*diag.Rule{}
	}
	if _, known := r.seen[named]; !known {
		r.seen[named] = &named
	}
	return r.seen[named]
}

func (r *rules) finding(d *pb.Diagnostic) diag.Diagnostic {
	named := diag.Rule{Code: d.GetCode(), Summary: d.GetSummary()}
	if d.GetWarning() {
		named.Severity = diag.Warning
	}
	return diag.Diagnostic{
		Rule: r.of(named), At: readPlace(d.GetAt()), Mark: d.GetMark(), Detail: d.GetDetail(), Help: d.GetHelp(), Fix: d.GetFix(),
		Related: each(d.GetRelated(), func(l *pb.Label) diag.Label { return diag.Label{At: readPlace(l.GetAt()), Text: l.GetText()} }),
	}
}

// lookups lists where look-ups come from, sorted.
func lookups(from map[resource.Lookup]diag.Range) []*pb.PlacedLookup {
	out := make([]*pb.PlacedLookup, 0, len(from))
	for l, at := range from {
		out = append(out, &pb.PlacedLookup{Kind: text(l.Kind), Key: text(l.Key), At: place(at)})
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Kind < out[j].Kind || out[i].Kind == out[j].Kind && out[i].Key < out[j].Key
	})
	return out
}

func lookupAnswer(a targets.LookupAnswer) *pb.LookupAnswer {
	return &pb.LookupAnswer{Id: text(a.ID), Found: a.Found, Nearest: text(a.Nearest), Remedy: text(a.Remedy)}
}

func readLookupAnswer(a *pb.LookupAnswer) targets.LookupAnswer {
	return targets.LookupAnswer{ID: a.GetId(), Found: a.GetFound(), Nearest: a.GetNearest(), Remedy: a.GetRemedy()}
}

func countAnswer(a targets.CountAnswer) *pb.CountAnswer {
	return &pb.CountAnswer{Segment: text(a.Segment), Members: int64(a.Members), Unknown: text(a.Unknown)}
}

func readCountAnswer(a *pb.CountAnswer) targets.CountAnswer {
	return targets.CountAnswer{Segment: a.GetSegment(), Members: int(a.GetMembers()), Unknown: a.GetUnknown()}
}
