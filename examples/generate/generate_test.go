package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheDataIsWhatTheGeneratorWrites(t *testing.T) {
	dir := filepath.Join("..", "lumen", "data")
	want := map[string]bool{}
	for _, f := range files(town(seed)) {
		want[f.name] = true
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.name)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.text, got) {
			t.Errorf("%s differs; run go run ./examples/generate -out examples/lumen/data", f.name)
		}
	}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && !entry.IsDir() && !want[filepath.ToSlash(name)] {
			t.Errorf("%s is not the generator's", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheSameSeedWritesTheSameBytes(t *testing.T) {
	if diff := cmp.Diff(sums(files(town(7))), sums(files(town(7)))); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(sums(files(town(7))), sums(files(town(8)))) {
		t.Error("want another seed to write other bytes")
	}
}

func sums(all []file) map[string]string {
	out := map[string]string{}
	for _, f := range all {
		out[f.name] = hash(string(f.text))
	}
	return out
}

func TestNobodyCanBeReached(t *testing.T) {
	phones := map[string]bool{}
	for _, c := range town(seed) {
		if c.email != "" && !strings.HasSuffix(c.email, "@example.test") {
			t.Errorf("%s has an address that could exist", c.id)
		}
		if c.phone != "" && phones[c.phone] {
			t.Errorf("%s shares a telephone number", c.id)
		}
		phones[c.phone] = true
	}
}

// The story: whoever bounced and has a telephone was asked within a day.
func TestABouncedWelcomeIsFollowedByAnSMSWithinADay(t *testing.T) {
	bounced, asked, waiting := 0, 0, 0
	for _, c := range town(seed) {
		bounce, sms := when(c, "welcome_mail", "bounced"), when(c, "confirm_address_sms", "sent")
		if bounce.IsZero() || c.phone == "" {
			continue
		}
		bounced++
		switch {
		case !sms.IsZero() && sms.After(bounce) && sms.Sub(bounce) <= 24*time.Hour:
			asked++
		case sms.IsZero() && now.Sub(bounce) < 24*time.Hour:
			waiting++
		default:
			t.Errorf("%s bounced at %s and was asked at %s", c.id, bounce, sms)
		}
	}
	if bounced < 15 || bounced != asked+waiting {
		t.Errorf("want at least 15 bounces, all asked or waiting; got %d, %d, %d", bounced, asked, waiting)
	}
}

func when(c *customer, touchpoint, kind string) time.Time {
	for _, o := range c.outcomes {
		if o.touchpoint == touchpoint && o.kind == kind {
			return o.at
		}
	}
	return time.Time{}
}

func TestNothingIsInTheFuture(t *testing.T) {
	newest := time.Time{}
	for _, c := range town(seed) {
		for _, e := range c.events {
			if e.at.Before(begin) {
				t.Errorf("%s: %s before the data begins", c.id, e.kind)
			}
			if e.at.After(newest) {
				newest = e.at
			}
		}
	}
	if !newest.Equal(last) {
		t.Errorf("want the newest event at %s, got %s", last, newest)
	}
}
