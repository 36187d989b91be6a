// Package std is the modules that ship: moments, regimes.
//
// They are ordinary HCL, used as source = "std/moments". What they say about
// the law is a starting point and not legal advice.
package std

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/trayecto/trayecto/lang/source"
)

//go:embed moments/*.hcl regimes/*.hcl
var files embed.FS

// Prefix begins the source of every module that ships.
const Prefix = "std/"

// Sources lists the sources of the modules that ship.
var Sources = []string{"std/moments", "std/regimes"}

// Module is the files of a module that ships, by path; none when no module has
// this source. The paths are those that diagnostics show: std://moments/buy.hcl.
func Module(from string) []source.File {
	name, ships := strings.CutPrefix(from, Prefix)
	entries, err := fs.ReadDir(files, name)
	if !ships || err != nil || !fs.ValidPath(name) {
		return nil
	}
	var out []source.File
	for _, entry := range entries {
		text, err := files.ReadFile(name + "/" + entry.Name())
		if err != nil {
			panic("std: a file that was embedded cannot be read: " + err.Error())
		}
		out = append(out, source.File{Path: "std://" + name + "/" + entry.Name(), Text: string(text)})
	}
	return out
}
