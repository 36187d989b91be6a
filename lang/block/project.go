package block

var project = &Type{
	Name: "project", Labels: []string{"project name"},
	Doc: "The project itself. A folder with this block is a project, and it has one.",
	Args: []Arg{
		{Name: "requires", Doc: `The versions of Trayecto that the files are written for, such as ">= 0.1".`, Form: Text{}},
		{Name: "timezone", Doc: "The time zone in which months, years and people without a zone of their own are counted.", Required: true, Form: Text{}},
		{Name: "currency", Doc: "The currency of every amount of money, by its three letters.", Form: Text{}},
		{Name: "languages", Doc: "The languages that texts exist in. The first is the default.", Required: true, Form: Texts{}},
		{Name: "platforms", Doc: "Where things go that do not say where.", Form: Refs{Kinds: []string{"platform"}}},
		{Name: "description", Doc: "What the project is for, for people who read the files.", Form: Text{}},
	},
}
