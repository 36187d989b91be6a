package block

var module = &Type{
	Name: "module", Labels: []string{"name"}, Open: true,
	Doc:  "A folder of blocks that is used with values of its own.",
	Args: []Arg{{Name: "source", Doc: `The folder, from the file that says it, or a module that ships, such as "std/moments".`, Required: true, Form: Text{}}, each},
}
