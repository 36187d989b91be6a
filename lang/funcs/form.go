package funcs

// Form is a function that is a case of the typed expression, or that has its
// meaning at one place only.
type Form struct {
	Name      string
	Signature string // did(source, window)
	Doc       string
	// Null says what it does with what is not known, in a sentence.
	Null    string
	Example string
	// Place says where it stands, when that is not every expression: "guards".
	Place string
}

// FormNamed finds a form.
func FormNamed(name string) (Form, bool) {
	for _, f := range Forms {
		if f.Name == name {
			return f, true
		}
	}
	return Form{}, false
}
