package history

// row is one line of a file taken apart.
type row struct {
	file  string
	line  int
	cells []cell
}

// cell is one value of a row as it was written.
type cell struct {
	name   string
	form   form
	text   string // the text, number or JSON as written
	column int    // in characters, from 1
	line   int    // of the cell when the row has several; 0: the row's
}

// form is how a cell was written.
type form int

// The forms. CSV knows only loose and none.
const (
	none   form = iota // an empty cell, null
	loose              // CSV: whatever the text says
	quoted             // a JSON string
	number             // a JSON number
	truth              // true or false
	list               // a JSON array, as text
	object             // a JSON object, as text
)

// find is the cell of a name; one that is not there is none.
func (r *row) find(name string) cell {
	for _, c := range r.cells {
		if c.name == name {
			return c
		}
	}
	return cell{name: name, column: 1}
}

// text is a required word of the row.
func (r *row) word(name string) (string, cell, *fault) {
	c := r.find(name)
	switch {
	case c.form == none || c.text == "" && c.form == quoted:
		return "", c, missing(r, name)
	case c.form != loose && c.form != quoted:
		return "", c, &fault{c, WrongType, "`" + name + "` is not a text."}
	}
	return c.text, c, nil
}

// optional is a word that may be missing.
func (r *row) optional(name string) string {
	c := r.find(name)
	if c.form == none {
		return ""
	}
	return c.text
}
