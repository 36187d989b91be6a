package history

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// nest is the member of an event that may hold its fields.
const nest = "fields"

// widest is the most members that one object may have.
const widest = 1000

// ndjsonReader reads one JSON object a line.
type ndjsonReader struct {
	in     *bufio.Reader
	nested bool // the member "fields" is taken apart too
	line   int
	buffer []byte
	row    row
	names  map[string]string // of members, so that each is kept once
}

func newNDJSON(file string, in *bufio.Reader, nested bool) *ndjsonReader {
	return &ndjsonReader{in: in, nested: nested, row: rowAt(file, 0), names: map[string]string{}}
}

// next is the next row that is not blank.
func (r *ndjsonReader) next() (row *row, bad *fault, lost int, err error) {
	for {
		line, whole, err := r.read()
		if err != nil {
			return nil, nil, 0, err
		}
		r.row.line, r.row.cells = r.line, r.row.cells[:0]
		switch {
		case !whole:
			return &r.row, &fault{cell{column: 1}, NotReadable, "The line is longer than 16 MiB."}, 1, nil
		case len(bytes.TrimSpace(line)) == 0:
			continue
		case !utf8.Valid(line):
			return &r.row, &fault{cell{column: 1}, NotReadable, "The line is not UTF-8 text."}, 1, nil
		}
		if r.plain(line) {
			return &r.row, nil, 0, nil
		}
		r.row.cells = r.row.cells[:0]
		if f := r.members(line, 0, true); f != nil {
			return &r.row, f, 1, nil
		}
		return &r.row, nil, 0, nil
	}
}

// read is the next line without its end; whole is false when it was too long
// to keep.
func (r *ndjsonReader) read() (line []byte, whole bool, err error) {
	r.buffer, whole = r.buffer[:0], true
	for {
		part, err := r.in.ReadSlice('\n')
		if whole && len(r.buffer)+len(part) <= longest {
			r.buffer = append(r.buffer, part...)
		} else {
			whole = false
		}
		switch {
		case err == nil:
			r.line++
			return r.buffer, whole, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(r.buffer) > 0 || !whole):
			r.line++
			return r.buffer, whole, nil
		default:
			return nil, false, err
		}
	}
}

// members takes an object apart; from is where it begins in the line.
func (r *ndjsonReader) members(text []byte, from int, outer bool) *fault {
	d := json.NewDecoder(bytes.NewReader(text))
	where := func() int { return from + utf8.RuneCount(text[:d.InputOffset()]) + 1 }
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return &fault{cell{column: where()}, NotReadable, "The line is not one JSON object."}
	}
	for d.More() {
		token, err := d.Token()
		name, isName := token.(string)
		var raw json.RawMessage
		if err == nil && isName {
			err = d.Decode(&raw)
		}
		if err != nil || !isName {
			return &fault{cell{column: where()}, NotReadable, "The line is not JSON from here on."}
		}
		column := where() - utf8.RuneCount(raw)
		if f := r.member(name, raw, column, outer); f != nil {
			return f
		}
	}
	if _, err := d.Token(); err != nil {
		return &fault{cell{column: where()}, NotReadable, "The object is not closed."}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &fault{cell{column: where()}, NotReadable, "There is more on the line than one object."}
	}
	return nil
}

func (r *ndjsonReader) member(name string, raw json.RawMessage, column int, outer bool) *fault {
	c := jsonCell(name, raw, column)
	if outer && r.nested && name == nest && c.form == object {
		return r.members(raw, column-1, false)
	}
	if r.has(name) {
		return &fault{c, TwiceSaid, "`" + name + "` is said twice."}
	}
	if len(r.row.cells) == widest {
		return &fault{c, NotReadable, "The object has too many members."}
	}
	r.row.cells = append(r.row.cells, c)
	return nil
}

func (r *ndjsonReader) has(name string) bool {
	for _, c := range r.row.cells {
		if c.name == name {
			return true
		}
	}
	return false
}

// jsonCell is a JSON value, already known to be one, as a cell.
func jsonCell(name string, raw json.RawMessage, column int) cell {
	c := cell{name: name, column: column, text: string(raw)}
	if c.form = formOf(raw[0]); c.form == quoted && json.Unmarshal(raw, &c.text) != nil {
		c.form = object // cannot be: the decoder accepted it
	}
	return c
}

// formOf is the form of a JSON value by its first byte.
func formOf(first byte) form {
	switch first {
	case 'n':
		return none
	case '"':
		return quoted
	case 't', 'f':
		return truth
	case '[':
		return list
	case '{':
		return object
	}
	return number
}
