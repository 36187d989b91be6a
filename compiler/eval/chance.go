package eval

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// Chance that is fixed: no random generator is ever asked, so that a person who
// comes back, a replay and a platform that computes the same stand at the same
// place. The place is the first 8 bytes, as a big-endian number, of the SHA-256
// of names joined by a zero byte: person, journey and step for a split; person,
// control and the number of its period for a control group.

// digest is the place as a number below 2^64.
func digest(of ...string) uint64 {
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	return binary.BigEndian.Uint64(sum[:8])
}

// scaled is the place in [0, total).
func scaled(place, total uint64) uint64 {
	high, _ := bits.Mul64(place, total)
	return high
}

// way is where a split puts a person: weights are relative.
func way(person, journey, step string, ways []ir.Way) (ir.Way, bool) {
	total := uint64(0)
	for _, w := range ways {
		total += uint64(w.Weight)
	}
	if total == 0 {
		return ir.Way{}, false
	}
	place := scaled(digest(person, journey, step), total)
	for _, w := range ways {
		if place < uint64(w.Weight) {
			return w, true
		}
		place -= uint64(w.Weight)
	}
	return ir.Way{}, false
}

// below tells whether the place of some names is in the share of all places,
// a fraction.
func below(share types.Value, of ...string) bool {
	fraction, ok := share.(types.Decimal)
	if !ok {
		return false
	}
	const fine = 1_000_000_000
	return decimal.NewFromUint64(scaled(digest(of...), fine)).LessThan(fraction.Mul(decimal.NewFromInt(fine)))
}

// Controlled tells whether a person is in a control group for messages of a
// class at an instant.
func (m *Machine) Controlled(person string, class ir.Class, at types.Instant) bool {
	for _, c := range m.controls {
		if m.Chance != nil {
			if has(c.Classes, class) && has(m.Chance.Controls, c.Address) {
				return true
			}
			continue
		}
		if has(c.Classes, class) && below(c.Share, person, c.Address, counted(period(c.Renew, at, m.world.Zone))) {
			return true
		}
	}
	return false
}

// period counts how often a control group has been renewed since 1970, on the
// project's calendar where it is renewed every so many months.
func period(renew types.Span, at types.Instant, zone *time.Location) int64 {
	switch {
	case renew.Amount == 0:
		return 0
	case renew.Unit == types.Year:
		return int64(at.Time().In(zone).Year()-1970) / renew.Amount
	case renew.Unit == types.Month:
		t := at.Time().In(zone)
		return (int64(t.Year()-1970)*12 + int64(t.Month()) - 1) / renew.Amount
	}
	return int64(at) / int64(renew.Exact()/time.Microsecond)
}

func has[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
