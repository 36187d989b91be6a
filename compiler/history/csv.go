package history

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// longest is the most bytes that one row may have. A quote that is never
// closed would otherwise take in the whole file.
const longest = 16 << 20

// csvReader reads rows of CSV with a header. It keeps the bytes of the row at
// hand, because columns are told in characters and encoding/csv counts bytes.
type csvReader struct {
	file   string
	csv    *csv.Reader
	tape   *tape
	header []string
	row    row
}

// newCSV reads the header. An empty file has no rows and no header.
func newCSV(file string, in io.Reader) (*csvReader, error) {
	t := &tape{in: in}
	r := &csvReader{file: file, tape: t, csv: csv.NewReader(t)}
	r.csv.FieldsPerRecord = -1
	header, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, name := range header {
		if seen[name] {
			return nil, fmt.Errorf("the header has the column %q twice", name)
		}
		seen[name] = true
	}
	r.header = header
	r.csv.ReuseRecord = true
	return r, nil
}

// next is the next row. A fault is about this row only; lost is how many lines
// it took.
func (r *csvReader) next() (row *row, bad *fault, lost int, err error) {
	r.tape.drop(r.csv.InputOffset())
	record, err := r.csv.Read()
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		r.row = rowAt(r.file, broken.StartLine)
		c := cell{column: r.tape.characters(broken.Line-broken.StartLine, broken.Column-1) + 1, line: broken.Line}
		return &r.row, &fault{c, NotReadable, "The row is not CSV: a quote stands where none may."}, broken.Line - broken.StartLine + 1, nil
	case err != nil:
		return nil, nil, 0, err
	}
	line, _ := r.csv.FieldPos(0)
	r.row.file, r.row.line, r.row.cells = r.file, line, r.row.cells[:0]
	if len(record) != len(r.header) {
		return &r.row, &fault{cell{column: 1}, WrongCells, fmt.Sprintf("The row has %d cells, the header %d.", len(record), len(r.header))}, 1, nil
	}
	for i, text := range record {
		cellLine, column := r.csv.FieldPos(i)
		c := cell{name: r.header[i], form: loose, text: text, column: column, line: cellLine}
		if text == "" {
			c.form = none
		}
		if !utf8.ValidString(text) {
			return &r.row, r.exact(&fault{c, NotReadable, "`" + c.name + "` is not UTF-8 text."}), 1, nil
		}
		r.row.cells = append(r.row.cells, c)
	}
	return &r.row, nil, 0, nil
}

// exact turns the place of a fault from bytes into characters.
func (r *csvReader) exact(f *fault) *fault {
	if f.at.line > 0 {
		f.at.column = r.tape.characters(f.at.line-r.row.line, f.at.column-1) + 1
	}
	return f
}

func rowAt(file string, line int) row { return row{file: file, line: line} }

// tape remembers what was read since the last drop.
type tape struct {
	in    io.Reader
	kept  []byte
	start int64 // offset of kept in the file
	from  int   // of the present row in kept
}

// Read reads on, and fails on a row without end.
func (t *tape) Read(p []byte) (int, error) {
	n, err := t.in.Read(p)
	t.kept = append(t.kept, p[:n]...)
	if len(t.kept)-t.from > longest {
		return n, fmt.Errorf("a row is longer than %d MiB; look for a quote that is not closed", longest>>20)
	}
	return n, err
}

// drop forgets what lies before offset.
func (t *tape) drop(offset int64) {
	t.from = int(offset - t.start)
	if t.from > 1<<16 {
		t.kept = append(t.kept[:0], t.kept[t.from:]...)
		t.start, t.from = offset, 0
	}
}

// characters counts those in the first bytes bytes of a line of the present row.
func (t *tape) characters(line, bytes int) int {
	rest := t.kept[t.from:]
	for i := 0; line > 0 && i < len(rest); i++ {
		if rest[i] == '\n' {
			rest, line, i = rest[i+1:], line-1, -1
		}
	}
	return utf8.RuneCount(rest[:min(max(bytes, 0), len(rest))])
}
