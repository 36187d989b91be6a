package project

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMistakes(t *testing.T) {
	cases := []struct {
		name  string
		o     Options
		files []string
		want  string
	}{
		{"no project", Options{}, []string{"a.hcl", "locals {\n}\n"}, `
error[BLK101]: The folder is not a project
 --> a.hcl:1:1
  |
1 | locals {
  | ^
  = No file in this folder has a project block.
  = help: add a block project "name" with timezone = "Europe/Madrid" and languages = ["es"] in it, or work in another folder with -C
`},
		{"empty folder", Options{}, nil, `
error[BLK101]: The folder is not a project
 --> project.hcl:1:1
  = There is no file that ends in .hcl in this folder.
  = help: add a block project "name" with timezone = "Europe/Madrid" and languages = ["es"] in it, or work in another folder with -C
`},
		{"two projects", Options{}, []string{"a.hcl", head, "b.hcl", strings.ReplaceAll(head, `"x"`, `"y"`)}, `
error[BLK102]: A project has one project block
 --> b.hcl:1:1
  |
1 | project "y" {
  | ^^^^^^^^^^^ the second
 --> a.hcl:1:1
  |
1 | project "x" {
  | ----------- the first
  = help: remove one of the two, or move it into a folder of its own
`},
		{"one name twice", Options{}, []string{"a.hcl", head, "c.hcl", "segment \"s\" { where = true }\n", "b.hcl", "segment \"s\" { where = false }\n"}, `
error[BLK103]: Two blocks have the same name
 --> c.hcl:1:1
  |
1 | segment "s" { where = true }
  | ^^^^^^^^^^^ the second
 --> b.hcl:1:1
  |
1 | segment "s" { where = false }
  | ----------- the first
  = help: give one of them another name, or remove it
`},
		{"person twice", Options{}, []string{"a.hcl", head + "person {\n}\n", "b.hcl", "person {\n}\n"}, `
error[BLK104]: A project has one block of this kind
 --> b.hcl:1:1
  |
1 | person {
  | ^^^^^^ the second
 --> a.hcl:5:1
  |
5 | person {
  | ------ the first
  = help: put everything into one person block
`},
		{"unknown environment", Options{Env: "stagin"}, []string{"a.hcl", head, "env/staging.hcl", "", "env/prod.hcl", ""}, `
error[BLK105]: There is no such environment
 --> env/stagin.hcl:1:1
  = The project has these environments: prod, staging.
  = help: use --env staging
`},
		{"an environment by its path", Options{Env: "env/staging.hcl"}, []string{"a.hcl", head, "env/staging.hcl", ""}, `
error[BLK105]: There is no such environment
 --> env/env/staging.hcl.hcl:1:1
  = The project has these environments: staging.
  = help: use --env staging
`},
		{"a variable of another variable", Options{Env: "p"}, []string{
			"a.hcl", head + "variable \"base\" { default = \"b\" }\nvariable \"path\" { default = \"${var.base}/x\" }\n", "env/p.hcl", "base = local.y\n",
		}, `
error[BLK109]: A value is not of the variable's type
 --> a.hcl:6:29
  |
6 | variable "path" { default = "${var.base}/x" }
  |                             ^^^^^^^^^^^^^^^ uses var.base
  = The value of var.path is written out: it uses no other variable and no local.
  = help: write the value, or put what is made of several into locals

error[BLK109]: A value is not of the variable's type
 --> env/p.hcl:1:8
  |
1 | base = local.y
  |        ^^^^^^^ uses local.y
  = The value of var.base is written out: it uses no other variable and no local.
  = help: write the value, or put what is made of several into locals
`},
		{"no environments", Options{Env: "prod"}, []string{"a.hcl", head}, `
error[BLK105]: There is no such environment
 --> env/prod.hcl:1:1
  = The project has no folder env, so it has no environments.
  = help: write env/prod.hcl, or leave --env out
`},
		{"an environment with a segment, a stray platform and a stray value", Options{Env: "p"}, []string{
			"a.hcl", head + "platform \"local\" \"sandbox\" {\n}\nvariable \"base\" { default = \"b\" }\n",
			"env/p.hcl", "segment \"s\" { where = true }\nplatform \"notifuse\" \"sandbx\" {\n}\nbse = \"c\"\n",
		}, `
error[BLK106]: An environment does not say this
 --> env/p.hcl:1:1
  |
1 | segment "s" { where = true }
  | ^^^^^^^^^^^ only platform blocks and values stand here
  = help: move the segment block into a file of the project

error[BLK107]: An environment replaces a platform that the project does not have
 --> env/p.hcl:2:1
  |
2 | platform "notifuse" "sandbx" {
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ there is platform.sandbox
  = help: write "sandbox"

error[BLK110]: There is no such variable
 --> env/p.hcl:4:1
  |
4 | bse = "c"
  | ^^^ there is base
  = An environment gives values to variables, leave_out and only_to.
  = help: write base
`},
		{"no value", Options{}, []string{"a.hcl", head + "variable \"v\" { type = string }\nlocals { x = \"${var.v}/a\" }\n"}, `
error[BLK108]: A variable has no value
 --> a.hcl:5:1
  |
5 | variable "v" { type = string }
  | ^^^^^^^^^^^^ has no default, and nobody gives it a value
  = help: add default = ..., or give it with --var v=...
`},
		{"wrong values", Options{Vars: map[string]string{"n": "many"}}, []string{"a.hcl", head +
			"variable \"n\" { type = number }\nvariable \"e\" {\n  type    = enum(\"a\", \"b\")\n  default = \"c\"\n}\nvariable \"t\" { type = strng }\nvariable \"w\" {\n  type    = enum(\"gold\", \"silver\")\n  default = \"golden\"\n}\n"}, `
error[BLK109]: A value is not of the variable's type
 --> a.hcl:5:1
  |
5 | variable "n" { type = number }
  | ^^^^^^^^^^^^ not a number
  = The command line gives var.n a value, and its type is number.

error[BLK109]: A value is not of the variable's type
 --> a.hcl:8:13
  |
8 |   default = "c"
  |             ^^^ not one of enum("a", "b")
  = var.e has the type enum("a", "b").

error[BLK108]: A variable has no value
  --> a.hcl:10:1
   |
10 | variable "t" { type = strng }
   | ^^^^^^^^^^^^ has no default, and nobody gives it a value
   = help: add default = ..., or give it with --var t=...

error[BLK115]: A variable cannot have this type
  --> a.hcl:10:23
   |
10 | variable "t" { type = strng }
   |                       ^^^^^ there is string
   = help: write string

error[BLK109]: A value is not of the variable's type
  --> a.hcl:13:13
   |
13 |   default = "golden"
   |             ^^^^^^^^ not one of enum("gold", "silver"): there is "gold"
   = var.w has the type enum("gold", "silver").
`},
		{"command line names nothing", Options{Vars: map[string]string{"bse": "x"}}, []string{"a.hcl", head + "variable \"base\" { default = \"b\" }\n"}, `
error[BLK110]: There is no such variable
 --> --var bse:1:1  there is base
  = The command line gives a value to var.bse.
  = help: write base
`},
		{"a circle of constants", Options{}, []string{"a.hcl", head + "locals {\n  z = local.a\n  b = local.c\n  c = \"${local.a}\"\n  a = local.b\n}\n"}, `
error[CYC101]: Constants go round in a circle
 --> a.hcl:9:3
  |
9 |   a = local.b
  |   ^ needs itself
  = local.a needs local.b needs local.c needs local.a.
  = help: give local.a a value that does not use the others
`},
		{"a head that cannot be", Options{Version: "0.1.0"}, []string{"a.hcl", "project \"x\" {\n  timezone  = \"Madrid\"\n  languages = [\"es\", \"es\", \"spanish!\"]\n  currency  = \"euro\"\n  requires  = \">= 0.2\"\n}\n"}, `
error[BLK113]: The project block says something that cannot be
 --> a.hcl:2:15
  |
2 |   timezone  = "Madrid"
  |               ^^^^^^^^ not a time zone
  = help: write the name of a time zone, such as "Europe/Madrid"

error[BLK113]: The project block says something that cannot be
 --> a.hcl:3:15
  |
3 |   languages = ["es", "es", "spanish!"]
  |               ^^^^^^^^^^^^^^^^^^^^^^^^ "es" is there twice
  = help: keep one of the two

error[BLK113]: The project block says something that cannot be
 --> a.hcl:3:15
  |
3 |   languages = ["es", "es", "spanish!"]
  |               ^^^^^^^^^^^^^^^^^^^^^^^^ "spanish!" is not a language
  = help: write its code, such as "es" or "pt-BR"

error[BLK113]: The project block says something that cannot be
 --> a.hcl:4:15
  |
4 |   currency  = "euro"
  |               ^^^^^^ not a currency
  = help: write its three capital letters, such as "EUR"

error[BLK114]: The files are written for another version
 --> a.hcl:5:15
  |
5 |   requires  = ">= 0.2"
  |               ^^^^^^^^ this is Trayecto 0.1.0
  = help: install a version that fits, or change requires
`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, got := from(c.o, c.files...)
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
