package ir_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

// What was packed and unpacked is the same value, lists that are empty and
// none at all kept apart, and the same JSON.
func TestLawUnpackUndoesPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawn(t)
		for i := range want.Segments {
			line := rapid.IntRange(-3, 1<<40).Draw(t, "line")
			want.Segments[i].At = diag.Range{File: "a.hcl", Start: diag.Pos{Line: line, Column: 2, Byte: 3}, End: diag.Pos{Line: 4, Byte: line}}
		}
		raw, err := ir.Pack(want)
		if err != nil {
			t.Fatal(err)
		}
		var got ir.Program
		if err := ir.Unpack(raw, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		json, err := ir.Marshal(want)
		again, err2 := ir.Marshal(&got)
		if err != nil || err2 != nil || !bytes.Equal(json, again) {
			t.Fatalf("marshalled, the bytes differ (%v, %v)", err, err2)
		}
	})
}

// A program in parts, each packed by itself, is the program again.
func TestLawJoinUndoesSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawn(t)
		var parts []*ir.Program
		for _, part := range ir.SplitParts(want, rapid.IntRange(1, 4).Draw(t, "n")) {
			raw, err := ir.Pack(part)
			if err != nil {
				t.Fatal(err)
			}
			got := &ir.Program{}
			if err := ir.Unpack(string(raw), got); err != nil {
				t.Fatal(err)
			}
			parts = append(parts, got)
		}
		if diff := cmp.Diff(want, ir.JoinParts(parts)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// Bytes that Pack did not write do no harm.
func TestLawUnpackSurvivesDamage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw, err := ir.Pack(drawn(t))
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "damage") {
		case 0:
			if err := ir.Unpack(raw[:at], &ir.Program{}); err == nil {
				t.Fatalf("%d of %d bytes are a whole program", at, len(raw))
			}
		case 1:
			if err := ir.Unpack(append(raw, 0), &ir.Program{}); err == nil {
				t.Fatal("a byte too many is passed over")
			}
		case 2:
			raw[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
			_ = ir.Unpack(raw, &ir.Program{}) // an error or another program
		}
	})
}

func FuzzUnpack(f *testing.F) {
	raw, err := ir.Pack(&ir.Program{Segments: []ir.Segment{{Head: ir.Head{Address: "segment.a"}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(_ *testing.T, raw []byte) { _ = ir.Unpack(raw, &ir.Program{}) })
}

func TestPackRefusesWhatNoProgramHas(t *testing.T) {
	if _, err := ir.Pack(struct{ F func() }{}); err == nil {
		t.Fatal("a function was packed")
	}
}

// The layout is the same each time, and names a form of some length.
func TestLayoutIsOneName(t *testing.T) {
	if a, b := ir.Layout(), ir.Layout(); a != b || len(a) != 32 {
		t.Errorf("%q and %q", a, b)
	}
}
