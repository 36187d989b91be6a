package history_test

import (
	"bytes"
	"testing"

	"github.com/trayecto/trayecto/compiler/history"
)

func FuzzNDJSON(f *testing.F) {
	f.Add([]byte(past()["events/1.ndjson"]))
	f.Add([]byte(`{"person":"c-1","type":"bought","time":"2026-11-30","fields":{"amount":1e9,"tags":[[]],"took":"1y"}}` + "\n{}\n[\n"))
	f.Add([]byte("\ufeff{\"fields\":{\"fields\":{}}}\r\n\r\n{\"\":\"\\ud800\"}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		files := past()
		delete(files, "events/2.ndjson")
		files["events/1.ndjson"] = string(text)
		h := read(t, files)
		rows := 0
		for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\ufeff"))) {
			if len(bytes.TrimSpace(line)) > 0 {
				rows++
			}
		}
		if got := h.Counts.Events + h.Counts.Bad; got != rows {
			t.Errorf("want %d rows accounted for, got %+v", rows, h.Counts)
		}
		placed(t, h)
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(past()["people.csv"]))
	f.Add([]byte("customer_id,email\r\n\"a\n\"\"b\",x\n,\n\"\xff\n"))
	f.Add([]byte("\ufeffcustomer_id\n\n\"a\"b\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		files := past()
		files["people.csv"] = string(text)
		h, err := history.Read(history.Options{Dir: write(t, files), Program: shop()})
		if err != nil {
			return // the header
		}
		if h.Counts.People+h.Counts.Duplicates > bytes.Count(text, []byte("\n"))+1 {
			t.Errorf("want at most one person a line, got %+v", h.Counts)
		}
		placed(t, h)
	})
}

// placed checks that every bad row has a place in its file.
func placed(t *testing.T, h *history.History) {
	t.Helper()
	for _, b := range h.Bad {
		if b.Line < 1 || b.Column < 1 || b.File == "" || b.Detail == "" {
			t.Errorf("want a place and a reason, got %+v", b)
		}
	}
}
