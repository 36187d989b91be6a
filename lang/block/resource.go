package block

var resource = &Type{
	Name: "resource", Labels: []string{"type", "name"}, Open: true,
	Doc:     "An object of a platform, in the platform's own words.",
	Missing: "The resource block",
}
