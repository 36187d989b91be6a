package schemas_test

import (
	"os"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/schemas"
)

// Every schema of this folder is one that the validator understands.
func TestSchemasCompile(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		n++
		raw, err := schemas.Read(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(raw)); err != nil {
			t.Errorf("%s: %v", f.Name(), err)
		}
	}
	if n == 0 {
		t.Fatal("there are no schemas")
	}
}

func TestUnknownSchema(t *testing.T) {
	if _, err := schemas.Read("nothing.json"); err == nil {
		t.Fatal("a schema that is not there was read")
	}
}
