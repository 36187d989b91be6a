package wire

import (
	"bytes"
	"fmt"
	"sort"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/trayecto/trayecto/compiler/resource"
)

// The extensions of msgpack that carry what JSON has no word for.
const (
	numberExt = 1
	refExt    = 2
	lookupExt = 3
)

// deepest is how deep a value may be nested before it is taken for an attack.
const deepest = 200

// encodeMap writes attributes; no attributes are no bytes.
func encodeMap(m resource.Map) ([]byte, error) {
	if m == nil {
		return nil, nil
	}
	return EncodeValue(m)
}

// decodeMap reads what encodeMap wrote.
func decodeMap(raw []byte) (resource.Map, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	v, err := DecodeValue(raw)
	if err != nil {
		return nil, fmt.Errorf("reading attributes: %w", err)
	}
	m, is := v.(resource.Map)
	if !is {
		return nil, fmt.Errorf("reading attributes: they are not a map")
	}
	return m, nil
}

// EncodeValue is the bytes of a value: equal values have equal bytes.
func EncodeValue(v resource.Value) ([]byte, error) {
	var b bytes.Buffer
	e := msgpack.GetEncoder()
	defer msgpack.PutEncoder(e)
	e.Reset(&b)
	if err := writeValue(e, &b, v); err != nil {
		return nil, fmt.Errorf("writing a value: %w", err)
	}
	return b.Bytes(), nil
}

func writeValue(e *msgpack.Encoder, b *bytes.Buffer, v resource.Value) error {
	switch v := v.(type) {
	case resource.Null, nil:
		return e.EncodeNil()
	case resource.Bool:
		return e.EncodeBool(bool(v))
	case resource.Number:
		return writeExt(e, b, numberExt, []byte(v))
	case resource.String:
		return e.EncodeString(string(v))
	case resource.List:
		return writeList(e, b, v)
	case resource.Map:
		return writeMap(e, b, v)
	case resource.Ref:
		return writeTexts(e, b, refExt, v.Address.Object, v.Address.Platform, v.Address.Role, v.Output)
	case resource.Lookup:
		return writeTexts(e, b, lookupExt, v.Kind, v.Key)
	}
	return fmt.Errorf("unknown value %T", v)
}

func writeList(e *msgpack.Encoder, b *bytes.Buffer, list resource.List) error {
	if err := e.EncodeArrayLen(len(list)); err != nil {
		return err
	}
	for _, item := range list {
		if err := writeValue(e, b, item); err != nil {
			return err
		}
	}
	return nil
}

func writeMap(e *msgpack.Encoder, b *bytes.Buffer, m resource.Map) error {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	if err := e.EncodeMapLen(len(m)); err != nil {
		return err
	}
	for _, name := range names {
		if err := e.EncodeString(name); err != nil {
			return err
		}
		if err := writeValue(e, b, m[name]); err != nil {
			return err
		}
	}
	return nil
}

func writeExt(e *msgpack.Encoder, b *bytes.Buffer, id int8, body []byte) error {
	if err := e.EncodeExtHeader(id, len(body)); err != nil {
		return err
	}
	_, err := b.Write(body)
	return err
}

func writeTexts(e *msgpack.Encoder, b *bytes.Buffer, id int8, texts ...string) error {
	body, err := msgpack.Marshal(texts)
	if err != nil {
		return err
	}
	return writeExt(e, b, id, body)
}

// DecodeValue reads what EncodeValue wrote.
func DecodeValue(raw []byte) (resource.Value, error) {
	r := bytes.NewReader(raw)
	d := msgpack.GetDecoder()
	defer msgpack.PutDecoder(d)
	d.Reset(r)
	v, err := readValue(d, r, 0)
	if err != nil {
		return nil, err
	}
	if r.Len() > 0 {
		return nil, fmt.Errorf("%d bytes follow the value", r.Len())
	}
	return v, nil
}

func readValue(d *msgpack.Decoder, r *bytes.Reader, depth int) (resource.Value, error) {
	if depth > deepest {
		return nil, fmt.Errorf("the value is nested more than %d deep", deepest)
	}
	code, err := d.PeekCode()
	if err != nil {
		return nil, err
	}
	switch {
	case code == msgpcode.Nil:
		return resource.Null{}, d.DecodeNil()
	case code == msgpcode.True, code == msgpcode.False:
		is, err := d.DecodeBool()
		return resource.Bool(is), err
	case msgpcode.IsString(code):
		s, err := d.DecodeString()
		return resource.String(s), err
	case msgpcode.IsFixedArray(code), code == msgpcode.Array16, code == msgpcode.Array32:
		return readList(d, r, depth)
	case msgpcode.IsFixedMap(code), code == msgpcode.Map16, code == msgpcode.Map32:
		return readMap(d, r, depth)
	case msgpcode.IsExt(code):
		return readExt(d, r)
	}
	return nil, fmt.Errorf("the byte 0x%02x begins no value", code)
}

// room is what to allocate for n promised items: no more than there are bytes.
func room(n int, r *bytes.Reader) int { return min(n, r.Len()) }

func readList(d *msgpack.Decoder, r *bytes.Reader, depth int) (resource.Value, error) {
	n, err := d.DecodeArrayLen()
	if err != nil {
		return nil, err
	}
	list := make(resource.List, 0, room(n, r))
	for range n {
		item, err := readValue(d, r, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

func readMap(d *msgpack.Decoder, r *bytes.Reader, depth int) (resource.Value, error) {
	n, err := d.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	m := make(resource.Map, room(n, r))
	for range n {
		name, err := d.DecodeString()
		if err != nil {
			return nil, err
		}
		if m[name], err = readValue(d, r, depth+1); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func readExt(d *msgpack.Decoder, r *bytes.Reader) (resource.Value, error) {
	id, n, err := d.DecodeExtHeader()
	if err != nil {
		return nil, err
	}
	if n > r.Len() {
		return nil, fmt.Errorf("%d bytes of %d are there", r.Len(), n)
	}
	body := make([]byte, n)
	if err := d.ReadFull(body); err != nil {
		return nil, err
	}
	switch id {
	case numberExt:
		return resource.Number(body), nil
	case refExt:
		t, err := readTexts(body, 4)
		if err != nil {
			return nil, err
		}
		return resource.Ref{Address: resource.Address{Object: t[0], Platform: t[1], Role: t[2]}, Output: t[3]}, nil
	case lookupExt:
		t, err := readTexts(body, 2)
		if err != nil {
			return nil, err
		}
		return resource.Lookup{Kind: t[0], Key: t[1]}, nil
	}
	return nil, fmt.Errorf("extension %d is not known", id)
}

func readTexts(body []byte, n int) ([]string, error) {
	var texts []string
	if err := msgpack.Unmarshal(body, &texts); err != nil {
		return nil, err
	}
	if len(texts) != n {
		return nil, fmt.Errorf("expected %d texts, got %d", n, len(texts))
	}
	return texts, nil
}
