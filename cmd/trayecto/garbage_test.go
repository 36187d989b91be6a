package main

import "testing"

// Garbage is collected at the floor, or when half as much was added to what was
// needed, whichever is more.
func TestCollectedAtTheFloorOrAtHalfAsMuchAgain(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct{ left, next uint64 }{
		{1 * mb, 128 * mb}, {32 * mb, 128 * mb}, {64 * mb, 128 * mb}, {84 * mb, 128 * mb}, {100 * mb, 150 * mb}, {128 * mb, 192 * mb}, {1000 * mb, 1500 * mb}, {0, 0},
	} {
		got := c.left + c.left*uint64(mayGrow(c.left))/100
		if got > c.next || c.next-got > 2*mb {
			t.Errorf("after %d MiB were left it is collected at %d, not at %d", c.left/mb, got/mb, c.next/mb)
		}
	}
}
