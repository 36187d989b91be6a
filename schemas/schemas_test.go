package schemas_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/schemas"
)

// Every schema of this folder is one that the validator understands.
func TestSchemasCompile(t *testing.T) {
	n := 0
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".json") {
			return err
		}
		n++
		raw, err := schemas.Read(path)
		if err != nil {
			return err
		}
		if _, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(raw)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
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
