// Package many is projects of very many objects, in the shapes that plans are
// measured on.
//
// A shape is how the objects hang together. Whoever wants to measure another
// tool on the same one writes the files with the command examples/many and
// translates the blocks: what counts is how many there are, how large they are
// and which refers to which, and Uses says that. The files follow from shape,
// number and seed alone, byte by byte.
package many

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Shape is how the objects of a project hang together.
type Shape string

// The shapes. In Blocks each block refers to one earlier block, drawn by
// chance, so that the deepest of n stands on about 3 ln n others. In Chain each
// refers to the one before. List and Map are one block with for_each, whose
// objects refer to the only block beside it.
const (
	Blocks Shape = "blocks"
	Chain  Shape = "chain"
	List   Shape = "list"
	Map    Shape = "map"
)

// Shapes is all shapes.
var Shapes = []Shape{Blocks, Chain, List, Map}

// Options is which project is made.
type Options struct {
	Shape   Shape
	Objects int // segments in all, at least 1
	Seed    uint64
	// Path is the file of the platform, relative to the project's folder; ""
	// is ".trayecto/sandbox.db".
	Path string
	// Step makes other segments of the same names: another number that each is
	// about. Two projects that differ in it alone differ in every object.
	Step int
}

// File is one file of the project, its path with slashes.
type File struct {
	Path string
	Text []byte
}

// perFile is how many blocks are in one file.
const perFile = 100

// Files is the project, project.hcl first. Segments of Blocks and Chain are of
// about 280 bytes, a hundred to a file.
func Files(o Options) []File {
	files := []File{{"project.hcl", head(o)}}
	if o.Shape == List || o.Shape == Map {
		return append(files, File{"segments.hcl", oneBlock(o)})
	}
	uses := Uses(o)
	for from := 1; from < o.Objects; from += perFile {
		var text strings.Builder
		for i := from; i < min(from+perFile, o.Objects); i++ {
			segment(&text, i, uses[i], o.Step)
		}
		files = append(files, File{fmt.Sprintf("segments/%06d.hcl", from), []byte(text.String())})
	}
	return files
}

// Uses says by number which segment each one refers to; the first refers to
// none, which is -1.
func Uses(o Options) []int {
	out := make([]int, o.Objects)
	chance := rand.New(rand.NewPCG(o.Seed, 0))
	for i := range out {
		switch {
		case i == 0:
			out[i] = -1
		case o.Shape == Chain:
			out[i] = i - 1
		case o.Shape == Blocks:
			out[i] = chance.IntN(i)
		}
	}
	return out
}

func head(o Options) []byte {
	path := o.Path
	if path == "" {
		path = ".trayecto/sandbox.db"
	}
	return fmt.Appendf(nil, `project "many" {
  timezone  = "Europe/Madrid"
  languages = ["en"]
  currency  = "EUR"
  platforms = [platform.sandbox]
}

platform "local" "sandbox" {
  path = %q
}

person {
  key "id" { type = string }
  attribute "tier" { type = enum("gold", "silver") }
  attribute "country" { type = string }
}

event "bought" {
  field "amount" { type = money }
  field "category" { type = string }
}

segment "s0" {
  where = person.tier == "gold"
}
`, path)
}

func segment(text *strings.Builder, i, uses, step int) {
	fmt.Fprintf(text, `segment "s%d" {
  description = "Gold customers of the shop who bought for more than %d"
  owner       = "team-%d"
  where = (
    person.tier == "gold"
    && count(where(event.bought, it.amount > %d && it.category == "c%d"), "%dd") >= 3
    && !segment.s%d
    && one_of(person.country, "ES", "PT")
  )
}

`, i, i+step, i%7, i+step, i%50, i%300+1, uses)
}

// oneBlock is all segments but the first as items of one block.
func oneBlock(o Options) []byte {
	var text strings.Builder
	text.WriteString("segment \"s\" {\n")
	open, end := "[", "]"
	if o.Shape == Map {
		open, end = "{", "}"
	}
	text.WriteString("  for_each = " + open + "\n")
	for i := 1; i < o.Objects; i++ {
		if o.Shape == Map {
			fmt.Fprintf(&text, "    s%06d = \"c%d\"\n", i, i%50+o.Step)
		} else {
			fmt.Fprintf(&text, "    \"s%06d\",\n", i)
		}
	}
	fmt.Fprintf(&text, `  %s
  description = "Gold customers of the shop who bought ${each.value}"
  owner       = "team-%d"
  where = (
    person.tier == "gold"
    && count(where(event.bought, it.amount > 10 && it.category == each.value), "90d") >= 3
    && !segment.s0
    && one_of(person.country, "ES", "PT")
  )
}
`, end, o.Step)
	return []byte(text.String())
}
