package fake

import (
	"crypto/sha256"
	"strings"
	"sync"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/schemas"
)

// form is a JSON Schema under schemas, and which bodies it was seen to take. A law
// sends the same body many times, and holding it against a schema with many
// alternatives costs more than all the rest of a call.
type form struct {
	name    string
	compile func() (*gojsonschema.Schema, error)
	fits    sync.Map // digests of bodies
}

// forms are the schemas in use. What a schema is, and what it takes, never
// changes, so nothing depends on who asked first.
var forms sync.Map

// formOf is the form of a name.
func formOf(t testing.TB, name string) *form {
	t.Helper()
	raw, err := schemas.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	made, _ := forms.LoadOrStore(name, &form{name: name, compile: sync.OnceValues(func() (*gojsonschema.Schema, error) {
		return gojsonschema.NewSchema(gojsonschema.NewBytesLoader(raw))
	})})
	return made.(*form)
}

// wrong is what is wrong with a body, and where; "" for nothing.
func (f *form) wrong(raw []byte) (message, path string) {
	digest := sha256.Sum256(raw)
	if _, seen := f.fits.Load(digest); seen {
		return "", ""
	}
	schema, err := f.compile()
	if err != nil {
		return f.name + ": " + err.Error(), ""
	}
	result, err := schema.Validate(gojsonschema.NewBytesLoader(raw))
	if err != nil {
		return "the body cannot be checked: " + err.Error(), ""
	}
	if !result.Valid() {
		first := result.Errors()[0]
		return f.name + ": " + first.String(), strings.TrimPrefix(first.Context().String(), "(root).")
	}
	f.fits.Store(digest, true)
	return "", ""
}
