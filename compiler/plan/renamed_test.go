package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// called is a desired object of a declaration.
func called(object, text string) resource.Resource {
	return resource.Resource{Address: resource.Address{Object: object, Platform: "sandbox"}, Kind: "thing", Key: object,
		Attributes: resource.Map{"text": resource.String(text), "name": resource.String(object), resource.Meaning: resource.String("hash of " + object)}}
}

// What comes with the content of what goes is said to be the same, perhaps: where
// it is one that comes and one that goes, of one kind, and nothing else is like it.
func TestARenameWithoutAWord(t *testing.T) {
	const hint = "is made with the content of segment.gold, which is removed: if it is the same under another name, write moved { from = segment.gold, to = segment.golden }, in two lines, and nothing is removed"
	for name, c := range map[string]struct {
		before, after []resource.Resource
		want          []plan.Finding
	}{
		"renamed": {[]resource.Resource{called("segment.gold", "gold people")}, []resource.Resource{called("segment.golden", "gold people")},
			[]plan.Finding{{Object: "segment.golden", Text: hint}}},
		"its name stands in what it says": {[]resource.Resource{called("segment.gold", "segment.gold")}, []resource.Resource{called("segment.golden", "segment.golden")},
			[]plan.Finding{{Object: "segment.golden", Text: hint}}},
		"edited too":      {[]resource.Resource{called("segment.gold", "a")}, []resource.Resource{called("segment.golden", "b")}, nil},
		"another kind":    {[]resource.Resource{called("segment.gold", "a")}, []resource.Resource{called("consent.golden", "a")}, nil},
		"two that come":   {[]resource.Resource{called("segment.gold", "a")}, []resource.Resource{called("segment.golden", "a"), called("segment.vip", "a")}, nil},
		"two that go":     {[]resource.Resource{called("segment.gold", "a"), called("segment.vip", "a")}, []resource.Resource{called("segment.golden", "a")}, nil},
		"one that stays":  {[]resource.Resource{called("segment.gold", "a")}, []resource.Resource{called("segment.gold", "a"), called("segment.golden", "a")}, nil},
		"nothing is said": {[]resource.Resource{called("segment.gold", "a")}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := applied(input(c.before...))
			in.Desired = c.after
			if diff := cmp.Diff(c.want, mustMake(t, in).Findings); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
