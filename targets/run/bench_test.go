package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/targets/run"
)

// bigProject is 10,000 segments of about 280 bytes in a folder, a hundred to a file.
func bigProject(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	files := map[string]string{"project.hcl": `project "big" {
  timezone  = "Europe/Madrid"
  languages = ["en"]
  currency  = "EUR"
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
segment "s0" { where = person.tier == "gold" }
`}
	for from := 1; from < 10_000; from += 100 {
		var text strings.Builder
		for i := from; i < min(from+100, 10_000); i++ {
			fmt.Fprintf(&text, `segment "s%d" {
  description = "Gold or silver customers of the shop who bought for more than %d"
  owner       = "team-%d"
  where = (
    person.tier == "gold"
    && count(where(event.bought, it.amount > %d && it.category == "c%d"), "%dd") >= 3
    && !segment.s%d
    && one_of(person.country, "ES", "PT")
  )
}

`, i, i, i%7, i, i%50, i%300+1, i-1)
		}
		files[fmt.Sprintf("segments/%05d.hcl", from)] = text.String()
	}
	if err := os.Mkdir(filepath.Join(dir, "segments"), 0o755); err != nil {
		b.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// Loading an unchanged project of 10,000 segments from the cache, the files read
// and compared: at most 150 ms.
func BenchmarkLoadCached(b *testing.B) {
	o := run.Options{Dir: bigProject(b), Tool: "1", CacheKey: key}
	for range 2 {
		l, err := run.Load(o)
		if err != nil || l.Diagnostics.HasErrors() {
			b.Fatal(err, l.Diagnostics)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		l, err := run.Load(o)
		if err != nil || len(l.Program.Segments) != 10_000 || len(l.Project.Blocks) > 0 {
			b.Fatal("not from the cache", err)
		}
	}
}
