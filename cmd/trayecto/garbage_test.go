package main

import (
	"errors"
	"runtime/debug"
	"testing"
)

// Garbage is collected at the floor, or when a third as much was added to what was
// needed, whichever is more.
func TestCollectedAtTheFloorOrAtAThirdMore(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct{ left, floor, next uint64 }{
		{0, 128 * mb, 128 * mb}, {1 * mb, 128 * mb, 128 * mb}, {32 * mb, 128 * mb, 128 * mb}, {64 * mb, 128 * mb, 128 * mb},
		{84 * mb, 128 * mb, 128 * mb}, {100 * mb, 128 * mb, 133 * mb}, {128 * mb, 128 * mb, 170 * mb}, {1000 * mb, 128 * mb, 1330 * mb},
		{1 * mb, 1250 * mb, 1250 * mb}, {600 * mb, 1250 * mb, 1250 * mb}, {1000 * mb, 1250 * mb, 1330 * mb},
	} {
		grow := uint64(mayGrow(c.left, c.floor))
		got := max(c.left+c.left*grow/100, goStarts*grow/100) // Go's rule
		if off := int64(got) - int64(c.next); max(off, -off) > int64(c.next/50) {
			t.Errorf("after %d MiB were left, of a floor of %d, it is collected at %d, not at %d", c.left/mb, c.floor/mb, got/mb, c.next/mb)
		}
	}
}

// A project of 100,000 segments, whose files are 28 million bytes, is read whole
// before anything of it is looked at for garbage.
func TestTheFloorGrowsWithWhatThereIsToRead(t *testing.T) {
	for _, project := range []struct {
		text  int
		floor uint64
	}{{0, collectFrom}, {2_800_000, collectFrom}, {28_000_000, 1_120_000_000}} {
		if got := floorOf(project.text); got != project.floor {
			t.Errorf("of %d bytes of files the floor is %d, not %d", project.text, got, project.floor)
		}
	}
}

// A container's limit is kept to, and a limit that was said is left as it is.
func TestTheLimitOfAContainerIsKeptTo(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	unsaid := func(string) (string, bool) { return "", false }
	said := func(string) (string, bool) { return "2GiB", true }
	for _, c := range []struct {
		name string
		env  func(string) (string, bool)
		most uint64
		err  error
		want int64
	}{
		{"a container", unsaid, 1000 << 20, nil, 900 << 20},
		{"a limit that was said", said, 1000 << 20, nil, before},
		{"no container", unsaid, 0, errors.New("no limit"), before},
		{"a container without a limit", unsaid, 1<<64 - 4096, nil, before},
	} {
		debug.SetMemoryLimit(before)
		keepWithin(c.env, func() (uint64, error) { return c.most, c.err })
		if got := debug.SetMemoryLimit(-1); got != c.want {
			t.Errorf("%s: the limit is %d, not %d", c.name, got, c.want)
		}
	}
}
