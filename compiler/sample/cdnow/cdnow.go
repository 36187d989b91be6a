// Package cdnow is the purchases of CDNOW's first customers as a project with
// a past, for tests on real input.
//
// The published table (23,570 customers who first bought early in 1997, and
// all that they bought until June 1998) is not part of this repository. Tests
// read it where it lies beside it and pass its bytes to Parse; elsewhere
// Invented, whose totals are as fixed, takes its place. Files writes either as
// a whole project.
package cdnow

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Path is where the published table lies, relative to the repository.
const Path = "../shared/data/cdnow/CDNOW_master.txt"

// Now is the end of the table.
var Now = time.Date(1998, 7, 1, 0, 0, 0, 0, time.UTC)

// Purchase is one row.
type Purchase struct {
	Customer string
	Day      time.Time
	CDs      int
	Cents    int64
}

// Totals is what a table adds up to.
type Totals struct {
	Customers, Purchases, CDs int
	Cents                     int64
}

// Published is the totals of the published table, OfInvented of the other.
var (
	Published  = Totals{Customers: 23570, Purchases: 69659, CDs: 167881, Cents: 250031563}
	OfInvented = Totals{Customers: 1000, Purchases: 2231, CDs: 5801, Cents: 8347069}
)

// Parse reads the published table: customer, day, CDs and dollars by spaces.
func Parse(raw []byte) ([]Purchase, error) {
	var out []Purchase
	for i, line := range strings.Split(string(raw), "\n") {
		cells := strings.Fields(line)
		if len(cells) == 0 || cells[0] == "customer_id" {
			continue
		}
		p, err := purchase(cells)
		if err != nil {
			return nil, fmt.Errorf("reading CDNOW, line %d: %w", i+1, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func purchase(cells []string) (Purchase, error) {
	if len(cells) != 4 {
		return Purchase{}, fmt.Errorf("%d cells, not 4", len(cells))
	}
	day, err := time.Parse("20060102", cells[1])
	if err != nil {
		return Purchase{}, err
	}
	cds, err := strconv.Atoi(cells[2])
	if err != nil {
		return Purchase{}, err
	}
	dollars, cents, _ := strings.Cut(cells[3], ".")
	amount, err := strconv.ParseInt(dollars+(cents + "00")[:2], 10, 64)
	if err != nil {
		return Purchase{}, err
	}
	return Purchase{Customer: cells[0], Day: day, CDs: cds, Cents: amount}, nil
}

// Invented is a table of the same shape that nobody published: the same on
// every machine, since it is drawn with whole numbers.
func Invented() []Purchase {
	draw := uint64(1997)
	below := func(n uint64) int {
		draw = draw*6364136223846793005 + 1442695040888963407
		return int((draw >> 33) % n)
	}
	var out []Purchase
	for c := range 1000 {
		day := time.Date(1997, 1, 1+below(84), 0, 0, 0, 0, time.UTC)
		for range 1 + below(2)*below(6) {
			if !day.Before(Now) {
				break
			}
			cds := 1 + below(3)*below(4)
			out = append(out, Purchase{fmt.Sprintf("%05d", c+1), day, cds, int64(cds*1477 - below(200))})
			day = day.AddDate(0, 0, below(160))
		}
	}
	return out
}

// Add is the totals of a table.
func Add(table []Purchase) Totals {
	t := Totals{Purchases: len(table), Customers: len(customers(table))}
	for _, p := range table {
		t.CDs += p.CDs
		t.Cents += p.Cents
	}
	return t
}

// Count counts the customers whose purchases satisfy a condition.
func Count(table []Purchase, condition func([]Purchase) bool) int {
	of := map[string][]Purchase{}
	for _, p := range table {
		of[p.Customer] = append(of[p.Customer], p)
	}
	n := 0
	for _, purchases := range of {
		if condition(purchases) {
			n++
		}
	}
	return n
}

// Segment is a segment of the project and the same condition in plain code.
type Segment struct {
	Name, Where string
	Holds       func([]Purchase) bool
}

// Segments lists them.
var Segments = []Segment{
	{"big", `sum(event.purchase.dollars, "ever") > 100`, func(p []Purchase) bool { return Add(p).Cents > 10000 }},
	{"collectors", `count(where(event.purchase, it.cds >= 5), "ever") >= 2`, func(p []Purchase) bool {
		n := 0
		for _, one := range p {
			if one.CDs >= 5 {
				n++
			}
		}
		return n >= 2
	}},
	{"hundred", `sum(event.purchase.dollars, "ever") == 100`, func(p []Purchase) bool { return Add(p).Cents == 10000 }},
	{"lately", `did(event.purchase, "90d")`, func(p []Purchase) bool { return since(p, 90) > 0 }},
	{"lost", `segment.repeat && !segment.lately`, func(p []Purchase) bool { return len(p) >= 2 && since(p, 90) == 0 }},
	{"repeat", `count(event.purchase, "ever") >= 2`, func(p []Purchase) bool { return len(p) >= 2 }},
	{"ten_cds", `sum(event.purchase.cds, "365d") >= 10`, func(p []Purchase) bool {
		n := 0
		for _, one := range p {
			if one.Day.After(Now.AddDate(0, 0, -365)) {
				n += one.CDs
			}
		}
		return n >= 10
	}},
}

// since counts the purchases of the last days.
func since(p []Purchase, days int) int {
	n := 0
	for _, one := range p {
		if one.Day.After(Now.AddDate(0, 0, -days)) {
			n++
		}
	}
	return n
}

// Files is a project whose past is the table, by path.
func Files(table []Purchase) map[string][]byte {
	var people, events bytes.Buffer
	people.WriteString("customer_id\n")
	for _, c := range customers(table) {
		people.WriteString(c + "\n")
	}
	events.WriteString("person,type,time,cds,dollars\n")
	for _, p := range table {
		fmt.Fprintf(&events, "%s,purchase,%s,%d,%d.%02d\n", p.Customer, p.Day.Format(time.DateOnly), p.CDs, p.Cents/100, p.Cents%100)
	}
	hcl := bytes.NewBufferString(project)
	for _, s := range Segments {
		fmt.Fprintf(hcl, "segment %q { where = %s }\n", s.Name, s.Where)
	}
	return map[string][]byte{"cdnow.hcl": hcl.Bytes(), "people.csv": people.Bytes(), "purchases.csv": events.Bytes()}
}

func customers(table []Purchase) []string {
	seen := map[string]bool{}
	var out []string
	for _, p := range table {
		if !seen[p.Customer] {
			seen[p.Customer] = true
			out = append(out, p.Customer)
		}
	}
	sort.Strings(out)
	return out
}

const project = `project "cdnow" {
  requires  = ">= 0.1"
  timezone  = "UTC"
  currency  = "USD"
  languages = ["en"]
  platforms = [platform.sandbox]
}

platform "local" "sandbox" { path = ".trayecto/sandbox.db" }

history {
  people = "people.csv"
  events = "purchases.csv"
}

person {
  key "customer_id" { type = string }
}

event "purchase" {
  context = "relationship"
  field "cds" {
    type     = number
    required = true
  }
  field "dollars" {
    type     = money
    required = true
  }
}

`
