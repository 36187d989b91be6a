// Package schemas is JSON Schemas of every machine format and vendor payload,
// embedded.
package schemas

import (
	"embed"
	"fmt"
)

// A vendor's payloads are in a folder of its name.
//
//go:embed *.json */*.json
var files embed.FS

// Read is one schema by its path, such as "plan.schema.json" or
// "klaviyo/segment.json".
func Read(path string) ([]byte, error) {
	raw, err := files.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("there is no schema %q", path)
	}
	return raw, nil
}
