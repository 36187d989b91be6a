// Package schemas is JSON Schemas of every machine format and vendor payload,
// embedded.
package schemas

import (
	"embed"
	"fmt"
)

//go:embed *.json
var files embed.FS

// Read is one schema by the name of its file, such as "plan.schema.json".
func Read(name string) ([]byte, error) {
	raw, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("there is no schema %q", name)
	}
	return raw, nil
}
