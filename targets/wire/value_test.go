package wire_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
	ctymsgpack "github.com/zclconf/go-cty/cty/msgpack"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/wire"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// value draws values of every case.
func value(t *rapid.T, depth int) resource.Value {
	switch kind := rapid.IntRange(0, 7).Draw(t, "case"); {
	case kind == 0:
		return resource.Null{}
	case kind == 1:
		return resource.Bool(rapid.Bool().Draw(t, "truth"))
	case kind == 2:
		return resource.Number(rapid.SampledFrom([]string{"0", "-1", "0.05", "1e3", "12345678901234567890", long}).Draw(t, "number"))
	case kind == 3:
		return resource.Ref{Address: address(t), Output: words(t)}
	case kind == 4:
		return resource.Lookup{Kind: words(t), Key: words(t)}
	case kind == 5 && depth > 0:
		list := resource.List{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, value(t, depth-1))
		}
		return list
	case kind >= 6 && depth > 0:
		m := resource.Map{}
		for range rapid.IntRange(0, 3).Draw(t, "names") {
			m[words(t)] = value(t, depth-1)
		}
		return m
	}
	return resource.String(words(t))
}

// long is a number of more digits than 512 bits can tell apart.
var long = "1" + strings.Repeat("0", 180) + "1"

// A value and its hash are the same on the other side, to the last digit.
func TestValuesCross(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		v := value(r, 3)
		raw, err := wire.EncodeValue(v)
		if err != nil {
			r.Fatal(err)
		}
		got, err := wire.DecodeValue(raw)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(v, got); diff != "" || resource.Hash(v) != resource.Hash(got) {
			r.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// Why attributes are not values of cty: its numbers are not exact.
func TestNumbersOfCtyAreNotExact(t *testing.T) {
	for _, digits := range []string{long, "1e3"} {
		raw, err := ctymsgpack.Marshal(cty.MustParseNumberVal(digits), cty.Number)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ctymsgpack.Unmarshal(raw, cty.Number)
		if err != nil {
			t.Fatal(err)
		}
		if back := got.AsBigFloat().Text('f', -1); back == digits {
			t.Errorf("%s came through: the choice of encoding can be looked at again", digits)
		}
	}
}

// Whatever bytes come, they are a value or an error, and a value is written as
// it was read.
func FuzzDecodeValue(f *testing.F) {
	for _, v := range []resource.Value{resource.Null{}, resource.Map{"a": resource.List{resource.Number("1.50"), resource.Bool(true)}},
		resource.Ref{Output: "id"}, resource.Lookup{Kind: "list", Key: "news"}} {
		raw, err := wire.EncodeValue(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte{0xdd, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{0xc9, 0x7f, 0xff, 0xff, 0xff, 1})
	f.Add([]byte(strings.Repeat("\x91", 100000)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := wire.DecodeValue(raw)
		if err != nil {
			return
		}
		again, err := wire.EncodeValue(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := wire.DecodeValue(again); err != nil || !cmp.Equal(v, got) {
			t.Errorf("%v became %v, %v", v, got, err)
		}
	})
}

// A later side may say more than this one knows, and is understood so far.
func TestUnknownFieldsArePassedOver(t *testing.T) {
	known, err := proto.Marshal(&pb.Object{Kind: "segment", Id: "7"})
	if err != nil {
		t.Fatal(err)
	}
	later := protowire.AppendTag(known, 4000, protowire.BytesType)
	later = protowire.AppendString(later, "news")
	var got pb.Object
	if err := proto.Unmarshal(later, &got); err != nil {
		t.Fatal(err)
	}
	if got.Kind != "segment" || got.Id != "7" {
		t.Errorf("got %v", &got)
	}
}
