package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"
)

// file is one file of the data folder.
type file struct {
	name string
	text []byte
}

// files is the data folder.
func files(all []*customer) []file {
	out := []file{{"README.md", []byte(readme)}, {"people.csv", peopleCSV(all)}}
	out = append(out, eventFiles(all)...)
	return append(out,
		file{"consents.ndjson", consents(all)},
		file{"outcomes.ndjson", outcomes(all)},
		file{"robinson.csv", robinson(all)})
}

func peopleCSV(all []*customer) []byte {
	var b bytes.Buffer
	b.WriteString("customer_id,email,phone,first_name,lang,zone,country,tier,birth_date,favourite,nps,health_note\n")
	for _, c := range all {
		cells := []string{c.id, c.email, c.phone, c.name, c.lang, c.zone, c.country, c.tier, c.birth, c.favourite, c.nps, ""}
		b.WriteString(strings.Join(cells, ",") + "\n") // no cell has a comma or quote
	}
	return b.Bytes()
}

// line is one row with its time, by which files are sorted.
type line struct {
	at   time.Time
	text string
}

// eventFiles is one file a year.
func eventFiles(all []*customer) []file {
	var lines []line
	for _, c := range all {
		for _, e := range c.events {
			fields := e.fields
			if e.order != nil {
				fields = append([]field{text("order", e.order.number)}, fields...)
			}
			lines = append(lines, line{e.at, row(append([]field{text("person", c.id), text("type", e.kind), moment(e.at)}, fields...))})
		}
	}
	byYear := map[int][]line{}
	for _, l := range lines {
		byYear[l.at.Year()] = append(byYear[l.at.Year()], l)
	}
	var out []file
	for year := begin.Year(); year <= now.Year(); year++ {
		out = append(out, file{fmt.Sprintf("events/%d.ndjson", year), join(byYear[year])})
	}
	return out
}

func consents(all []*customer) []byte {
	var lines []line
	for _, c := range all {
		for _, a := range c.acts {
			fields := []field{text("person", c.id), text("address", c.email), text("consent", a.consent), text("act", a.kind), moment(a.at)}
			if a.notice != "" {
				fields = append(fields, text("notice", a.notice))
			}
			lines = append(lines, line{a.at, row(append(fields, text("proof", a.proof)))})
		}
	}
	return join(lines)
}

func outcomes(all []*customer) []byte {
	var lines []line
	for _, c := range all {
		for _, o := range c.outcomes {
			lines = append(lines, line{o.at, row([]field{text("person", c.id), text("touchpoint", o.touchpoint), text("outcome", o.kind),
				text("channel", o.channel), moment(o.at)})})
		}
	}
	return join(lines)
}

// robinson is the list of those who want no advertising from anybody: some of
// our customers, and strangers.
func robinson(all []*customer) []byte {
	const listedUntil = "2026-11-20"
	var hashes []string
	for i, c := range all {
		if d := newDice(seed, uint64(people+i)); c.email != "" && c.id != "c-0001" && d.chance(3) {
			hashes = append(hashes, hash(c.email))
		}
	}
	for i := range 40 {
		hashes = append(hashes, hash(fmt.Sprintf("nobody-%02d@example.test", i)))
	}
	sort.Strings(hashes)
	var b bytes.Buffer
	b.WriteString("email_sha256,listed_until\n")
	for _, h := range hashes {
		fmt.Fprintf(&b, "%s,%s\n", h, listedUntil)
	}
	return b.Bytes()
}

func hash(email string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(email)))
	return hex.EncodeToString(sum[:])
}

func join(lines []line) []byte {
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].at.Before(lines[j].at) })
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString(l.text + "\n")
	}
	return b.Bytes()
}

func row(fields []field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = quote(f.name) + ":" + f.json
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func text(name, value string) field { return field{name, quote(value)} }

func moment(at time.Time) field { return text("time", at.UTC().Format(time.RFC3339)) }

// quote is a JSON string; a Go string always has one.
func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

const readme = `# Made-up data

Nobody in here exists. Names are drawn from a list, addresses end in example.test, telephone numbers are runs of zeros
or come from ranges kept for fiction. The list of people who want no advertising is made up as well, and no real one.

Everything, this file included, is written from a seed by

    go run ./examples/generate -out examples/lumen/data

and a test compares. The data ends at 2026-12-01 07:57 UTC; demos play at 2026-12-01T08:00:00Z.

| file | what |
|---|---|
| people.csv | 2,000 people |
| events/*.ndjson | what they did, one file a year |
| consents.ndjson | what people said in the shop, on paper and in the preference centre |
| outcomes.ndjson | what became of messages |
| robinson.csv | SHA-256 of e-mail addresses that want no advertising, as known on 2026-11-20 |
`
