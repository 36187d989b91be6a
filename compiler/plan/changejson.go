package plan

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/jsontext"
)

// append adds the JSON of the change to b, as package json would write it: a
// plan is named by that of all its changes.
func (c *Change) append(b []byte) (_ []byte, err error) {
	b = jsontext.Append(append(b, `{"action":`...), string(c.Action))
	b = appendAddress(append(b, `,"address":`...), c.Address)
	b = appendMember(b, "kind", c.Kind)
	b = appendUnlessEmpty(b, "summary", c.Summary)
	b = appendUnlessEmpty(b, "id", c.ID)
	b = appendUnlessEmpty(b, "natural_key", c.NaturalKey)
	if b, err = appendAttributes(b, "before", c.Before); err != nil {
		return nil, err
	}
	if b, err = appendAttributes(b, "after", c.After); err != nil {
		return nil, err
	}
	if b, err = appendIfAny(b, "diff", c.Diff); err != nil {
		return nil, err
	}
	b = appendIfTrue(b, "live", c.Live)
	b = appendUnlessEmpty(b, "switch", string(c.Switch))
	if b, err = appendIfAny(b, "replace_because", c.ReplaceBecause); err != nil {
		return nil, err
	}
	b = appendIfTrue(b, "restores", c.Restores)
	b = appendIfTrue(b, "deposed", c.Deposed)
	b = appendIfTrue(b, "remarks", c.Remarks)
	b = appendIfTrue(b, "imported", c.Imported)
	if b, err = appendIfAny(b, "calls", c.Calls); err != nil {
		return nil, err
	}
	return append(c.appendOrigin(b), '}'), nil
}

// appendOrigin adds what the change was computed from.
func (c *Change) appendOrigin(b []byte) []byte {
	for i, n := range c.Needs {
		b = strconv.AppendInt(append(b, separator(i, `,"needs":[`)...), int64(n), 10)
	}
	if len(c.Needs) > 0 {
		b = append(b, ']')
	}
	b = c.From.append(append(b, `,"from":`...))
	b = appendUnlessEmpty(b, "hash", c.Hash)
	b = appendMember(b, "mark", c.Mark)
	b = appendMember(b, "key", c.Key)
	b = appendRange(append(b, `,"at":`...), c.At)
	if c.SchemaVersion != 0 {
		b = strconv.AppendInt(append(b, `,"schema_version":`...), int64(c.SchemaVersion), 10)
	}
	b = appendAddresses(b, "refers", c.Refers)
	return appendMeaning(b, c.Meaning)
}

func (f From) append(b []byte) []byte {
	begin := len(b)
	b = appendUnlessEmpty(b, "id", f.ID)
	b = appendUnlessEmpty(b, "written", f.Written)
	b = appendUnlessEmpty(b, "resolved", f.Resolved)
	b = appendUnlessEmpty(b, "observed", f.Observed)
	b = appendUnlessEmpty(b, "switch", string(f.Switch))
	if len(b) == begin {
		return append(b, "{}"...)
	}
	b[begin] = '{' // where the comma before the first member stands
	return append(b, '}')
}

func appendRange(b []byte, r diag.Range) []byte {
	b = jsontext.Append(append(b, `{"file":`...), r.File)
	b = appendPos(append(b, `,"start":`...), r.Start)
	return append(appendPos(append(b, `,"end":`...), r.End), '}')
}

func appendPos(b []byte, p diag.Pos) []byte {
	b = strconv.AppendInt(append(b, `{"line":`...), int64(p.Line), 10)
	b = strconv.AppendInt(append(b, `,"column":`...), int64(p.Column), 10)
	return append(strconv.AppendInt(append(b, `,"byte":`...), int64(p.Byte), 10), '}')
}

func appendAttributes(b []byte, name string, attributes resource.Map) ([]byte, error) {
	if len(attributes) == 0 {
		return b, nil
	}
	return attributes.Append(append(append(append(b, `,"`...), name...), `":`...))
}

func appendIfTrue(b []byte, name string, is bool) []byte {
	if !is {
		return b
	}
	return append(append(append(b, `,"`...), name...), `":true`...)
}

// appendIfAny adds what few changes have, by package json.
func appendIfAny[T any](b []byte, name string, list []T) ([]byte, error) {
	if len(list) == 0 {
		return b, nil
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", name, err)
	}
	return append(append(append(append(b, `,"`...), name...), `":`...), raw...), nil
}
