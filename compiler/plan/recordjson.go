package plan

import (
	"fmt"
	"strconv"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/jsontext"
)

// A state has one record for each object, and every plan reads them all: they
// are read and written without reflection. What package json makes of the same
// fields is the test's oracle.

// Append adds the JSON of the record to b.
func (r Record) Append(b []byte) ([]byte, error) {
	b = appendAddress(append(b, `{"address":`...), r.Address)
	b = appendMember(b, "kind", r.Kind)
	b = appendMember(b, "id", r.ID)
	b = appendUnlessEmpty(b, "key", r.Key)
	b = r.Attributes.Append(append(b, `,"attributes":`...))
	if !r.Filled.None() {
		b = r.Filled.Append(append(b, `,"filled":`...))
	}
	b = appendMember(b, "hash", r.Hash)
	b = appendMember(b, "resolved", r.Resolved)
	b = appendUnlessEmpty(b, "switch", string(r.Switch))
	b = appendMember(b, "mark", r.Mark)
	return r.appendOrigin(b)
}

// appendOrigin adds by whom and of what the object was made.
func (r Record) appendOrigin(b []byte) ([]byte, error) {
	if r.SchemaVersion != 0 {
		b = strconv.AppendInt(append(b, `,"schema_version":`...), int64(r.SchemaVersion), 10)
	}
	b = jsontext.Append(append(b, `,"plugin":{"name":`...), r.Plugin.Name)
	b = appendUnlessEmpty(b, "version", r.Plugin.Version)
	b = append(appendUnlessEmpty(b, "hash", r.Plugin.Hash), '}')
	b = appendAddresses(b, "needs", r.Needs)
	b = appendUnlessEmpty(b, "kept", r.Kept)
	b = appendUnlessEmpty(b, "by", r.By)
	applied, err := r.Applied.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("writing when %s was applied: %w", r.Address, err)
	}
	b = append(append(b, `,"applied":`...), applied...)
	return append(appendMeaning(b, r.Meaning), '}'), nil
}

func appendMeaning(b []byte, meaning map[string]string) []byte {
	if len(meaning) == 0 {
		return b
	}
	for i, name := range sortedKeys(meaning) {
		b = jsontext.Append(append(b, separator(i, `,"meaning":{`)...), name)
		b = jsontext.Append(append(b, ':'), meaning[name])
	}
	return append(b, '}')
}

func appendAddresses(b []byte, name string, list []resource.Address) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":[`...)
	for i, a := range list {
		b = appendAddress(append(b, separator(i, "")...), a)
	}
	return append(b, ']')
}

// separator is what stands before part i of what begins so.
func separator(i int, begin string) string {
	if i > 0 {
		return ","
	}
	return begin
}

func appendAddress(b []byte, a resource.Address) []byte {
	b = jsontext.Append(append(b, `{"object":`...), a.Object)
	b = appendMember(b, "platform", a.Platform)
	return append(appendUnlessEmpty(b, "role", a.Role), '}')
}

func appendMember(b []byte, name, value string) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	return jsontext.Append(b, value)
}

func appendUnlessEmpty(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendMember(b, name, value)
}

// MarshalJSON implements json.Marshaler.
func (r Record) MarshalJSON() ([]byte, error) { return r.Append(nil) }

// UnmarshalJSON implements json.Unmarshaler.
func (r *Record) UnmarshalJSON(raw []byte) error {
	read, err := ReadRecord(string(raw))
	if err == nil {
		*r = read
	}
	return err
}

// ReadRecord reads the JSON of one record, of which it keeps the text.
func ReadRecord(text string) (Record, error) {
	var out Record
	r := jsontext.NewReader(text)
	if err := r.Object(func(name string) error { return out.read(r, name) }); err != nil {
		return Record{}, err
	}
	return out, r.End()
}

func (r *Record) read(from *jsontext.Reader, name string) (err error) {
	switch name {
	case "address":
		r.Address, err = readAddress(from)
	case "attributes":
		r.Attributes, err = resource.ReadSpelled(from)
	case "filled":
		r.Filled, err = resource.ReadSpelled(from)
	case "schema_version":
		var n int64
		n, err = from.Int()
		r.SchemaVersion = int(n)
	case "plugin":
		err = from.Object(func(name string) error { return r.Plugin.read(from, name) })
	case "needs":
		err = from.List(func() error {
			a, err := readAddress(from)
			r.Needs = append(r.Needs, a)
			return err
		})
	case "applied":
		r.Applied, err = readTime(from)
	case "meaning":
		r.Meaning = map[string]string{}
		err = from.Object(func(name string) (err error) { r.Meaning[name], err = from.Text(); return err })
	default:
		return r.readText(from, name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readText reads one of the members that are texts. Others are passed over.
func (r *Record) readText(from *jsontext.Reader, name string) error {
	var to *string
	switch name {
	case "kind":
		to = &r.Kind
	case "id":
		to = &r.ID
	case "key":
		to = &r.Key
	case "hash":
		to = &r.Hash
	case "resolved":
		to = &r.Resolved
	case "switch":
		to = (*string)(&r.Switch)
	case "mark":
		to = &r.Mark
	case "kept":
		to = &r.Kept
	case "by":
		to = &r.By
	}
	return readInto(from, name, to)
}

func (p *Plugin) read(from *jsontext.Reader, name string) error {
	var to *string
	switch name {
	case "name":
		to = &p.Name
	case "version":
		to = &p.Version
	case "hash":
		to = &p.Hash
	}
	return readInto(from, name, to)
}

func readAddress(from *jsontext.Reader) (resource.Address, error) {
	var a resource.Address
	err := from.Object(func(name string) error {
		var to *string
		switch name {
		case "object":
			to = &a.Object
		case "platform":
			to = &a.Platform
		case "role":
			to = &a.Role
		}
		return readInto(from, name, to)
	})
	return a, err
}

// readInto reads a text to where it belongs; what belongs nowhere is passed over.
func readInto(from *jsontext.Reader, name string, to *string) (err error) {
	if to == nil {
		_, err = from.Skip()
	} else {
		*to, err = from.Text()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func readTime(from *jsontext.Reader) (time.Time, error) {
	s, err := from.Text()
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, s)
}
