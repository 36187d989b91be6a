package history

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

// Contract is what a project asks of recorded events: a JSON Schema for each.
type Contract struct {
	reader  *reader
	schemas map[string]*Schema
	checks  map[string]*gojsonschema.Schema
}

// EventsChecked is what a file of events was found to hold.
type EventsChecked struct {
	Events  int      // rows that fit
	Bad     int      // rows that do not
	Faults  []BadRow // in the order of reading; a row may have several
	Notices []Notice // members that nothing declares, once each
}

// NewContract makes the schemas of a program's events.
func NewContract(p *ir.Program) (*Contract, error) {
	r, err := newReader(Options{Program: p})
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	c := &Contract{reader: r, schemas: map[string]*Schema{}, checks: map[string]*gojsonschema.Schema{}}
	for _, e := range p.Events {
		s, recorded := EventSchema(p, e.Address)
		if !recorded {
			continue
		}
		text, err := s.JSON()
		if err != nil {
			return nil, err
		}
		check, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(text))
		if err != nil {
			return nil, fmt.Errorf("the schema of %s: %w", e.Address, err)
		}
		c.schemas[e.Address], c.checks[e.Address] = s, check
	}
	return c, nil
}

// Check reads events as NDJSON, one object a line, and holds each to its
// schema and to the reader of histories, which counts the days of February
// too. File is how places in it are told. No value of a row is ever repeated:
// it may be a person's. Whether the person is known is not asked.
func (c *Contract) Check(file string, in io.Reader) (EventsChecked, error) {
	rows, err := rowsOf(".ndjson", file, true, in)
	if err != nil {
		return EventsChecked{}, err
	}
	c.reader.tally = newTally()
	var out EventsChecked
	for {
		row, bad, _, err := rows.next()
		if errors.Is(err, io.EOF) {
			out.Notices = c.reader.tally.notices
			return out, nil
		}
		if err != nil {
			return out, fmt.Errorf("%s: %w", file, err)
		}
		faults := []*fault{bad}
		if bad == nil {
			faults = c.row(row)
		}
		for _, f := range faults {
			out.Faults = append(out.Faults, badRowOf(row, f))
		}
		if len(faults) > 0 {
			out.Bad++
		} else {
			out.Events++
		}
	}
}

// row is what is wrong with one row.
func (c *Contract) row(row *row) []*fault {
	d, bad := c.reader.eventOf(row)
	if bad != nil {
		return []*fault{c.near(bad)}
	}
	faults := c.shape(row, d.event.Address)
	if len(faults) > 0 {
		return faults
	}
	for _, read := range []func() *fault{
		func() *fault { _, f := c.reader.scale.instant(row, "time"); return f },
		func() *fault { _, f := c.reader.fields(row, d); return f },
		func() *fault { _, _, f := row.word("person"); return f },
	} {
		if f := read(); f != nil {
			faults = append(faults, f)
		}
	}
	return faults
}

// near lists the events that a row with an unknown one may have meant. The
// word itself may be anything, so it is not repeated.
func (c *Contract) near(f *fault) *fault {
	if f.reason != UnknownName {
		return f
	}
	names := make([]string, 0, len(c.schemas))
	for address := range c.schemas {
		names = append(names, address)
	}
	sort.Strings(names)
	if near := diag.Nearest(address("event", f.at.text), names); near != "" {
		f.detail += " There is " + near + "."
	}
	return f
}

// shape holds a row to its schema. Members that are null are missing, and the
// members of "fields" stand beside the others here, as the reader puts them.
func (c *Contract) shape(row *row, event string) []*fault {
	object := map[string]any{}
	for _, cell := range row.cells {
		if cell.form != none {
			object[cell.name] = cell.json()
		}
	}
	result, err := c.checks[event].Validate(gojsonschema.NewGoLoader(object))
	if err != nil {
		return []*fault{{cell{column: 1}, NotReadable, "The row cannot be held to the schema of " + event + "."}}
	}
	var faults []*fault
	for _, wrong := range result.Errors() {
		faults = append(faults, c.complaint(row, event, wrong)...)
	}
	slices.SortStableFunc(faults, func(a, b *fault) int {
		return cmp.Or(cmp.Compare(a.at.column, b.at.column), strings.Compare(a.at.name, b.at.name))
	})
	return slices.CompactFunc(faults, func(a, b *fault) bool { return a.at.name == b.at.name })
}

// complaint is what a schema's refusal means for the row, in our words: the
// validator's own repeat values.
func (c *Contract) complaint(row *row, event string, wrong gojsonschema.ResultError) []*fault {
	schema := c.schemas[event]
	switch wrong.Type() {
	case "required":
		name, _ := wrong.Details()["property"].(string)
		return []*fault{missing(row, name)}
	case "number_any_of", "number_all_of":
		return c.lacking(row, schema)
	}
	name, _, _ := strings.Cut(wrong.Field(), ".")
	at := row.find(name)
	field := schema.Properties[name]
	if field == nil {
		return c.lacking(row, schema)
	}
	if name == "person" && at.form == quoted {
		return []*fault{missing(row, name)}
	}
	return []*fault{{at, WrongType, "`" + name + "` is not " + field.spelled() + "."}}
}

// lacking lists the required fields that a row does not have.
func (c *Contract) lacking(row *row, s *Schema) []*fault {
	var faults []*fault
	for _, rule := range s.AllOf {
		name := rule.AnyOf[0].Required[0]
		at := row.find(name)
		empty := at.form == quoted && at.text == "" && len(rule.AnyOf[0].Properties[name].Not.Enum) > 1
		if at.form == none || empty {
			faults = append(faults, missing(row, name))
		}
	}
	return faults
}

// json is a cell as the validator wants it. The schemas ask of a number only
// that it is one, so every number is 0: some take gigabytes to work out.
func (c cell) json() any {
	switch c.form {
	case loose, quoted:
		return c.text
	case number:
		return 0
	case truth:
		return c.text == "true"
	case list:
		var items []json.RawMessage
		if json.Unmarshal([]byte(c.text), &items) != nil {
			return c.text // cannot be: the decoder accepted it
		}
		out := make([]any, len(items))
		for i, item := range items {
			out[i] = jsonCell(c.name, item, c.column).json()
		}
		return out
	case object:
		return map[string]any{}
	case none:
	}
	return nil
}
