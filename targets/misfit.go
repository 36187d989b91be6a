package targets

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

// misfit puts what the validator found into a reader's words.
func misfit(e gojsonschema.ResultError, document []byte) Misfit {
	path := strings.Split(strings.TrimPrefix(strings.TrimPrefix(e.Context().String(), gojsonschema.STRING_CONTEXT_ROOT), "."), ".")
	if path[0] == "" {
		path = nil
	}
	property, _ := e.Details()["property"].(string)
	switch e.Type() {
	case "required":
		return Misfit{Path: path, Message: "lacks " + property}
	case "additional_property_not_allowed":
		return Misfit{Path: append(slices.Clone(path), property), Message: "there is no " + property, Name: property, Known: properties(document, path)}
	case "invalid_type":
		return Misfit{Path: path, Message: "expected " + word(fmt.Sprint(e.Details()["expected"])) + ", found " + word(fmt.Sprint(e.Details()["given"]))}
	case "enum":
		return Misfit{Path: path, Message: "expected one of " + fmt.Sprint(e.Details()["allowed"])}
	case "pattern":
		return Misfit{Path: path, Message: fmt.Sprintf("does not have the form %v", e.Details()["pattern"])}
	case "string_gte":
		return Misfit{Path: path, Message: "is too short"}
	}
	return Misfit{Path: path, Message: lowerFirst(e.Description())}
}

// word is a type of JSON as authors call it.
func word(of string) string {
	words := map[string]string{"string": "a text", "boolean": "true or false", "integer": "a whole number", "number": "a number", "array": "a list", "object": "names and values"}
	if w, known := words[of]; known {
		return w
	}
	return of
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// properties is the names that a schema knows at a path, sorted; none where it
// is not said plainly.
func properties(document []byte, path []string) []string {
	type node struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	for at := 0; ; at++ {
		var n node
		if json.Unmarshal(document, &n) != nil {
			return nil
		}
		if at == len(path) {
			names := make([]string, 0, len(n.Properties))
			for name := range n.Properties {
				names = append(names, name)
			}
			slices.Sort(names)
			return names
		}
		inside, there := n.Properties[path[at]]
		if !there {
			return nil
		}
		document = inside
	}
}

// placeIn is where in a block an attribute is written: as deep as the files
// give names.
func placeIn(block ir.Resource, path []string) diag.Range {
	at, settings := block.At, block.Attributes
	for _, name := range path {
		i := slices.IndexFunc(settings, func(s ir.Setting) bool { return s.Name == name })
		if i < 0 {
			break
		}
		at, settings = settings[i].At, settings[i].Map
	}
	return at
}
