package project

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const limited = `variable "share" {
  type    = number
  default = 0.1
  validation {
    condition = var.share > 0 && var.share < 0.5
    message   = "The share is more than nothing and less than a half."
  }
}
variable "zone" {
  default = "eu"
  validation {
    condition = one_of(var.zone, "eu", "us")
    message   = "The zones are eu and us."
  }
}
segment "x" { where = var.share > 0 && var.zone == "eu" }
`

// A validation is about every value, wherever it comes from.
func TestValidation(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		env  string
		want string
	}{
		{"default", Options{}, "", ""},
		{"command line", Options{Vars: map[string]string{"share": "0.7"}}, "", "error[BLK120]"},
		{"command line, fine", Options{Vars: map[string]string{"share": "0.4", "zone": "us"}}, "", ""},
		{"environment", Options{Env: "p"}, "zone = \"mars\"\n", "error[BLK120]"},
		{"environment, fine", Options{Env: "p"}, "zone = \"us\"\n", ""},
	} {
		_, got := from(c.o, "a.hcl", head+limited, "env/p.hcl", c.env)
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	_, got := from(Options{Env: "p"}, "a.hcl", head+limited, "env/p.hcl", "zone = \"mars\"\n")
	want := `error[BLK120]: A value is not one that its variable allows
  --> env/p.hcl:1:8
   |
 1 | zone = "mars"
   |        ^^^^^^ not allowed
  --> a.hcl:16:17
   |
16 |     condition = one_of(var.zone, "eu", "us")
   |                 ---------------------------- must be true
   = The zones are eu and us.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// A secret is used by platforms alone, and nothing that is said shows it.
func TestSensitive(t *testing.T) {
	secret := "variable \"key\" {\n  type      = email\n  sensitive = true\n  default   = \"ana@example.test\"\n}\n"
	for _, use := range []string{
		"locals {\n  twice = var.key\n}\n",
		"segment \"x\" {\n  for_each = [var.key]\n  where    = true\n}\n",
		"module \"m\" {\n  source = \"std/moments\"\n  cart_within = var.key\n}\n",
	} {
		if _, got := from(Options{}, "a.hcl", head+secret+use); !strings.HasPrefix(got, "error[TYP027]") {
			t.Errorf("%s: %s", use, got)
		}
	}
	_, got := from(Options{Vars: map[string]string{"key": "hush hush"}}, "a.hcl", head+secret)
	if !strings.Contains(got, "a secret of another form") || strings.Contains(got, "hush") {
		t.Errorf("shows the secret, or says nothing: %s", got)
	}
	if _, got := from(Options{}, "a.hcl", head+secret+"platform \"local\" \"x\" {\n  path = var.key\n}\n"); got != "" {
		t.Error(got)
	}
}
