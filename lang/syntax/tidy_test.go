package syntax

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Ways to write the same come out as one.
func TestFormatIsOneWay(t *testing.T) {
	want := `# Who buys.
segment "vip" {
  owner = "crm" # the team
  where = (
    person.tier == "gold"
    # and still does
    && did(event.bought, "90d")
  )

  description = "a  b // c"
}

locals {
  list = [
    1,
    2,
  ]
  text = <<E
  # kept  
	

as it is
E
}
`
	for name, text := range map[string]string{
		"as it comes out": want,
		"blank lines":     "\n\n# Who buys.\nsegment \"vip\" {\n\n\n  owner = \"crm\" # the team\n  where = (\n\n    person.tier == \"gold\"\n    # and still does\n    && did(event.bought, \"90d\")\n\n  )\n\n\n\n  description = \"a  b // c\"\n\n}\n   \n\t\nlocals {\n  list = [\n\n    1,\n    2,\n\n  ]\n  text = <<E\n  # kept  \n\t\n\nas it is\nE\n\n}\n\n\n",
		"slashes, spaces and tabs": "// Who buys.   \nsegment   \"vip\"   {\n\towner=\"crm\"   // the team\t\n\twhere=(\n\t\tperson.tier==\"gold\"\n\t\t//" +
			" and still does\n\t\t&&did( event.bought ,\"90d\" )\n\t)\n\n\tdescription   =   \"a  b // c\"\n}\n\nlocals{\nlist=[\n1,\n2,\n]\ntext=<<E\n  # kept  \n\t\n\nas it is\nE\n}",
	} {
		got, list := Format("a.hcl", []byte(text))
		if list.HasErrors() {
			t.Fatalf("%s: %v", name, list[0])
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// Lines that end in two ways end in one; what a text holds stays.
func TestFormatEndsLinesOneWay(t *testing.T) {
	got, list := Format("a.hcl", []byte("a = 1 # one\r\n\r\n\r\n/* two\r\nlines */\r\nb = <<E\r\nx\r\nE\r\n"))
	if list.HasErrors() {
		t.Fatal(list[0])
	}
	if want := "a = 1 # one\n\n/* two\r\nlines */\nb = <<E\r\nx\r\nE\n"; string(got) != want {
		t.Errorf("want %q, got %q", want, got)
	}
}

// Names have quotes, values in braces an equals sign; a colon elsewhere stays.
func TestFormatSpellsOneWay(t *testing.T) {
	got, list := Format("a.hcl", []byte(`segment  vip {
  a = { es : "x: y", (b) /* : */ :  c ? 1 : 2, "k":{ d:1 } }
  f = [for k, v in w : k]
}
platform local sand-box {}
`))
	if list.HasErrors() {
		t.Fatal(list[0])
	}
	want := `segment "vip" {
  a = { es = "x: y", (b) /* : */ = c ? 1 : 2, "k" = { d = 1 } }
  f = [for k, v in w : k]
}
platform "local" "sand-box" {}
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
