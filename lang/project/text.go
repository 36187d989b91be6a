package project

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/source"
)

// functions is those of constants, and file in a folder.
func (l *loader) functions(folder string) map[string]function.Function {
	out := expr.Functions()
	out["file"] = fileFunction(l.p.Sources.Read, folder)
	return out
}

// fileFunction is file(path): the bytes of a text file as they are, nothing in
// it being special. The path begins in a folder, that of the project or of a
// module, and stays in it.
func fileFunction(read func(string) ([]byte, error), folder string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := fileText(read, folder, args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(text), nil
		},
	})
}

func fileText(read func(string) ([]byte, error), folder, name string) (string, error) {
	clean := path.Clean(name)
	if !fs.ValidPath(clean) || clean == "." || strings.ContainsAny(name, `\:`) {
		return "", outside(name)
	}
	text, err := read(path.Join(folder, clean))
	switch {
	case errors.Is(err, source.ErrOutside):
		return "", outside(name)
	case errors.Is(err, fs.ErrNotExist):
		return "", expr.Refusal{Mark: "there is no such file", Detail: fmt.Sprintf("%s is not there.", path.Join(folder, clean))}
	case err != nil:
		return "", expr.Refusal{Mark: "cannot be read", Detail: fmt.Sprintf("%s: %v.", path.Join(folder, clean), err)}
	case !utf8.Valid(text):
		return "", expr.Refusal{Mark: "not a text", Detail: fmt.Sprintf("%s is not a text in UTF-8.", path.Join(folder, clean))}
	}
	return string(text), nil
}

func outside(name string) error {
	return expr.Refusal{
		Mark: name, Detail: "The path of a file begins in the folder of the project, or of the module, and stays in it.", Help: `write it as in "content/footer.txt"`,
	}
}
