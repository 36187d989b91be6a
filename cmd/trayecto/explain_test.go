package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/schemas"
)

// What explain and preview write as JSON is as their schemas say.
func TestExplainAndPreviewKeepTheirSchemas(t *testing.T) {
	cases := []struct{ schema, args string }{
		{"explanation", "explain segment.whales --person c-0036"},
		{"explanation", "explain touchpoint.discount_mail --person c-0131"},
		{"object", "explain segment.lapsed_vip"},
		{"object", "explain purpose.offers"},
		{"preview", "preview late_parcel --person c-0223"},
		{"preview", "preview late_parcel"},
		{"preview", "preview discount_mail"},
		{"test", "test --stories"},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			var out, complaints bytes.Buffer
			w := &world{
				stdin: strings.NewReader(""), stdout: &out, stderr: &complaints,
				env:   func(string) (string, bool) { return "", false },
				clock: func() time.Time { return time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC) },
			}
			args := append(strings.Fields(c.args), "--format", "json", "-C", "../../examples/lumen")
			if code := execute(w, args); code != exitFine {
				t.Fatalf("exit %d: %s", code, complaints.String())
			}
			schema, err := schemas.Read(c.schema + ".schema.json")
			if err != nil {
				t.Fatal(err)
			}
			found, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(out.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found.Errors() {
				t.Error(e)
			}
		})
	}
}
