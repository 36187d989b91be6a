package history

import (
	"bufio"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// rows is a file being read.
type rows interface {
	// next is the next row, or what is wrong with it and how many lines that
	// took; io.EOF after the last.
	next() (row *row, bad *fault, lost int, err error)
}

// files lists what a path or pattern of the project means, sorted; none when
// nothing is there.
func files(dir, pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		_, err := os.Stat(place(dir, pattern))
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
		return []string{pattern}, err
	}
	found, err := filepath.Glob(place(dir, pattern))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pattern, err)
	}
	out := make([]string, 0, len(found))
	for _, f := range found {
		out = append(out, path.Join(path.Dir(filepath.ToSlash(pattern)), filepath.Base(f)))
	}
	sort.Strings(out)
	return out, nil
}

// place is where a project's path lies on this machine.
func place(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// open begins to read a file by its ending, its bytes going into digest too.
func open(dir, name string, nested bool, digest hash.Hash) (rows, io.Closer, error) {
	ending := strings.ToLower(path.Ext(name))
	switch ending {
	case ".csv", ".ndjson", ".jsonl":
	case ".parquet":
		return nil, nil, fmt.Errorf("%s: Parquet is not read yet; write it as CSV or NDJSON", name)
	default:
		return nil, nil, fmt.Errorf("%s: not a known kind of file; its name must end in .csv, .ndjson or .jsonl", name)
	}
	f, err := os.Open(place(dir, name))
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(digest, "\x00%s\x00", name)
	r, err := rowsOf(ending, name, nested, io.TeeReader(f, digest))
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	return r, f, nil
}

func rowsOf(ending, name string, nested bool, in io.Reader) (rows, error) {
	buffered := bufio.NewReaderSize(in, 1<<17)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	if mark, err := buffered.Peek(2); err == nil && (string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff") {
		return nil, errors.New("the file is text in UTF-16; save it as UTF-8, which a spreadsheet may call CSV UTF-8")
	}
	if ending == ".csv" {
		return newCSV(name, buffered)
	}
	return newNDJSON(name, buffered, nested), nil
}
