package compiler_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// shop is a small project for modules to be used in.
const shop = `project "shop" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["es"]
}
person {
  key "id" { type = string }
  attribute "email" { type = email }
  attribute "phone" { type = phone }
  attribute "country" { type = enum("ES", "DE", "GB", "CA", "US", "other") }
  attribute "tier" { type = enum("gold", "none") }
}
event "joined" {}
event "bought" {
  field "amount" { type = money }
}
event "asked" {}
purpose "offers" { class = "marketing" }
purpose "care" {
  class   = "service"
  because = "Tells people where their order is."
}
channel "email" { address = person.email }
channel "sms" { address = person.phone }
consent "news" {
  purpose  = purpose.offers
  channels = [channel.email]
  grant "box" { on = event.joined }
}
`

// compiledFiles compiles files in memory, written as path, text, path, text.
func compiledFiles(t *testing.T, files ...string) (*ir.Program, string) {
	t.Helper()
	var all []source.File
	for i := 0; i+1 < len(files); i += 2 {
		all = append(all, source.File{Path: files[i], Text: files[i+1]})
	}
	set := source.Of(all...)
	p, found := project.From(set, project.Options{})
	program, problems := compiler.Compile(p)
	return program, diag.Format(append(found, problems...), set.Line)
}

func addresses[D ir.Declaration](list []D) string {
	var out []string
	for _, d := range list {
		out = append(out, d.Header().Address)
	}
	return strings.Join(out, " ")
}

const loyal = `variable "buy" { type = event }
variable "vip" {
  type    = segment
  default = null
}
variable "way" {
  type    = channel
  default = null
}
variable "often" {
  type    = number
  default = 3
}
locals { window = "365d" }
segment "fans" { where = count(var.buy, local.window) >= var.often && person.tier == "gold" }
segment "fans_of_fans" { where = segment.fans && var.vip }
moment "big" {
  detect { on = event.big }
}
moment "gone" {
  detect { leaves = segment.fans_of_fans }
}
event "big" {
  from  = var.buy
  where = it.amount > 100
}
touchpoint "hello" {
  purpose  = purpose.care
  channels = [channel.email, var.way]
  about    = event.big
  content {
    subject = "Hola"
    text    = template("content/hello.${language}.txt")
  }
}
journey "care" {
  enter { on = moment.big }
  send "hi" { touchpoint = touchpoint.hello }
  wait "a" {
    for   = "1d"
    until = did(step.hi.opened, run)
  }
}
`

// A module is used with declarations of the project; what it names has the
// module in front, and what needs an input that is not given is not there.
func TestModule(t *testing.T) {
	use := `
module "club" {
  source = "./modules/loyal"
  buy    = event.bought
}
segment "both" { where = module.club.segment.fans && person.country == "ES" }
moment "again" {
  detect { on = module.club.event.big }
}
`
	program, wrong := compiledFiles(t, "a.hcl", shop+use, "modules/loyal/m.hcl", loyal, "modules/loyal/content/hello.es.txt", "Hola ${coalesce(person.email, \"\")}")
	if wrong != "" {
		t.Fatal(wrong)
	}
	if diff := cmp.Diff("module.club.segment.fans segment.both", addresses(program.Segments)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("module.club.moment.big moment.again", addresses(program.Moments)); diff != "" {
		t.Error(diff)
	}
	hello := program.Touchpoints[0]
	if diff := cmp.Diff([]string{"channel.email"}, hello.Channels); diff != "" || len(hello.Content.Text["es"].Pieces) != 2 {
		t.Errorf("%s %v", diff, hello.Content)
	}
	if got := program.Journeys[0].Enter.Moment; got != "module.club.moment.big" {
		t.Errorf("enters on %s", got)
	}
	if got := strings.Join(ir.Mentions(program.Journeys[0]), " "); got != "module.club.moment.big module.club.touchpoint.hello" {
		t.Errorf("the journey mentions %s", got)
	}
}

// A module in a module, given what its own was given, and one of each of two
// items.
func TestModuleInModule(t *testing.T) {
	outer := `variable "deed" { type = event }
module "inner" {
  source   = "../loyal"
  for_each = { few = 1, many = 9 }
  buy      = var.deed
  vip      = segment.here
  often    = each.value
}
segment "here" { where = person.country == "ES" && module.inner["few"].segment.fans }
`
	use := `
module "out" {
  source = "./modules/outer"
  deed   = event.bought
}
segment "top" { where = module.out.module.inner["many"].segment.fans_of_fans }
`
	program, wrong := compiledFiles(t, "a.hcl", shop+use, "modules/outer/m.hcl", outer, "modules/loyal/m.hcl", loyal, "modules/loyal/content/hello.es.txt", "Hola")
	if strings.Contains(wrong, "error[") || strings.Count(wrong, "warning[") != 1 || !strings.Contains(wrong, "which is module.out.module.inner[\"many\"].moment.big then") {
		t.Fatal(wrong) // both care for whoever buys for more than a hundred, which is told
	}
	want := `module.out.module.inner["few"].segment.fans module.out.module.inner["few"].segment.fans_of_fans ` +
		`module.out.module.inner["many"].segment.fans module.out.module.inner["many"].segment.fans_of_fans module.out.segment.here segment.top`
	if diff := cmp.Diff(want, addresses(program.Segments)); diff != "" {
		t.Error(diff)
	}
	for _, s := range program.Segments {
		if mentions := strings.Join(ir.Mentions(s), " "); s.Address == `module.out.module.inner["few"].segment.fans_of_fans` &&
			mentions != `module.out.module.inner["few"].segment.fans module.out.segment.here` {
			t.Errorf("%s mentions %s", s.Address, mentions)
		}
	}
	if _, found := ir.Find(program.Journeys, `module.out.module.inner["few"].journey.care`); !found {
		t.Error(addresses(program.Journeys))
	}
}

// What is wrong in a module's file is told with the use that it is wrong in,
// and once for each use.
func TestWrongInModules(t *testing.T) {
	cases := []struct{ name, files, want string }{
		{"switched off", `
module "club" {
  source = "./m"
  buy    = null
}
segment "x" { where = module.club.segment.fans }
`, `error[REF006]: What has this name is switched off
 --> b.hcl:6:23
  |
6 | segment "x" { where = module.club.segment.fans }
  |                       ^^^^^^^^^^^^^^^^^^^^^^^^ switched off
  = module.club.segment.fans needs var.buy, which is null or not given.
  = help: give the module a value for buy
`},
		{"not visible", `
segment "mine" { where = true }
module "club" {
  source = "./m"
  buy    = event.bought
  word   = "segment"
}
segment "x" { where = segment.fans }
`, `error[REF001]: Nothing has this name
 --> b.hcl:8:23
  |
8 | segment "x" { where = segment.fans }
  |                       ^^^^^^^^^^^^
  = There are module.club.segment.fans, module.club.segment.odd, segment.mine, segment.x.

error[REF001]: Nothing has this name
 --> m/m.hcl:8:25
  |
8 | segment "odd" { where = segment.mine && var.word == "segment" }
  |                         ^^^^^^^^^^^^
 --> b.hcl:3:1
  |
3 | module "club" {
  | ------------- in this use of the module
  = There are segment.fans, segment.odd.
`},
	}
	m := `variable "buy" {
  type = event
}
variable "word" {
  default = null
}
segment "fans" { where = did(var.buy, "1y") }
segment "odd" { where = segment.mine && var.word == "segment" }
`
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, wrong := compiledFiles(t, "a.hcl", shop, "b.hcl", c.files, "m/m.hcl", m)
			if diff := cmp.Diff(c.want, wrong); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// The order of files and blocks never matters, in modules neither, and a
// module that is used is part of the digest.
func TestModulesInAnyOrder(t *testing.T) {
	use := "module \"club\" {\n  source = \"./m\"\n  buy    = event.bought\n}\nlocals {\n  gold = person.tier == \"gold\"\n}\n"
	blocks := []string{
		"variable \"buy\" {\n  type = event\n}\n", "segment \"a\" {\n  for_each = local.often\n  where    = count(var.buy, \"1y\") > each.value && !segment.b\n}\n",
		"segment \"b\" { where = local.rich }\n", "locals {\n  rich  = sum(var.buy.amount, \"1y\") > local.limit\n  limit = 500\n  often = { few = 1, many = 9 }\n}\n",
	}
	want, digests := "", map[string]bool{}
	for turn := range blocks {
		turned := append(append([]string(nil), blocks[turn:]...), blocks[:turn]...)
		one, other := strings.Join(turned[:2], ""), strings.Join(turned[2:], "")
		program, wrong := compiledFiles(t, "z.hcl", use, "a.hcl", shop, "m/z.hcl", one, "m/deep/a.hcl", other)
		if strings.Contains(wrong, "error") {
			t.Fatal(wrong)
		}
		got := string(canonical(t, program))
		if want == "" {
			want = got
		}
		if got != want || !strings.Contains(got, `module.club.segment.a[\"many\"]`) {
			t.Errorf("turn %d gives another program: %s", turn, firstDifference([]byte(want), []byte(got)))
		}
		set := source.Of(source.File{Path: "a.hcl", Text: shop + use}, source.File{Path: "m/z.hcl", Text: one})
		before := set.Digest()
		project.From(set, project.Options{})
		if set.Digest() == before {
			t.Error("the module does not count in the digest")
		}
		digests[set.Digest()] = true
	}
	if len(digests) != len(blocks) {
		t.Errorf("%d digests of %d different modules", len(digests), len(blocks))
	}
}
