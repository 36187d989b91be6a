package listmonk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
	"github.com/trayecto/trayecto/targets/postgres/server"
)

// counts is listmonk's query over subscribers, answered by the database that
// listmonk itself asks: the tables are those that its documentation names.
func counts(t *testing.T) func(string, []fake.Subscriber, []fake.Subscription, []fake.List) (int, error) {
	t.Helper()
	cluster, err := server.Start()
	if errors.Is(err, server.ErrAbsent) && os.Getenv("TRAYECTO_REQUIRE_POSTGRES") != "1" {
		t.Skip("SKIPPED: counting by listmonk's query needs an installed PostgreSQL")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	conn, err := pgx.Connect(t.Context(), cluster.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), `CREATE TYPE subscription_status AS ENUM ('unconfirmed', 'confirmed', 'unsubscribed');
		CREATE TABLE subscribers (id int, email text, name text, status text, attribs jsonb);
		CREATE TABLE lists (id int, name text, tags varchar(100)[]);
		CREATE TABLE subscriber_lists (subscriber_id int, list_id int, status subscription_status)`); err != nil {
		t.Fatal(err)
	}
	var loaded string
	return func(condition string, people []fake.Subscriber, on []fake.Subscription, lists []fake.List) (int, error) {
		if these := fmt.Sprintf("%p %d %d %v", people, len(people), len(on), lists); these != loaded {
			if err := load(conn, people, on, lists); err != nil {
				return 0, err
			}
			loaded = these
		}
		var n int
		err := conn.QueryRow(context.Background(), "SELECT count(*) FROM subscribers WHERE "+condition).Scan(&n)
		return n, err
	}
}

// load puts a fake's people into the tables.
func load(conn *pgx.Conn, people []fake.Subscriber, on []fake.Subscription, lists []fake.List) error {
	batch := &pgx.Batch{}
	batch.Queue("TRUNCATE subscribers, lists, subscriber_lists")
	for _, p := range people {
		raw, err := json.Marshal(p.Attribs)
		if err != nil {
			return err
		}
		batch.Queue("INSERT INTO subscribers VALUES ($1, $2, $3, $4, $5)", p.ID, p.Email, p.Name, p.Status, string(raw))
	}
	for _, l := range lists {
		batch.Queue("INSERT INTO lists VALUES ($1, $2, $3)", l.ID, l.Name, l.Tags)
	}
	for _, s := range on {
		batch.Queue("INSERT INTO subscriber_lists VALUES ($1, $2, $3)", s.Subscriber, s.List, s.Status)
	}
	return conn.SendBatch(context.Background(), batch).Close()
}

// How many listmonk counts is how many the reference says are in, for random
// segments and people; consent included.
func TestLawCountsAreMembers(t *testing.T) {
	query := counts(t)
	asked, unknown, members := 0, 0, 0
	for seed := range uint64(15) {
		src := rand.New(rand.NewPCG(seed, 7))
		f := fake.Serve(t, fake.Options{User: "trayecto", Token: token, Now: start, Query: query})
		f.AddList(everyone, "single")
		p := sample.Program(src, sample.Options{Without: unsaid &^ sample.Reaching &^ sample.Outcomes})
		people := sample.People(src, p, sample.Options{}, 25)
		p = offering(p, f)
		if len(p.Consents) == 0 {
			continue
		}
		for range 6 {
			where := sample.Predicate(src, p, sample.Options{Without: unsaid &^ sample.Reaching}, 2)
			p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: "segment.s" + string(rune('a'+len(p.Segments)))}, Where: where})
		}
		p.Segments = append(p.Segments, folds()...)
		for _, consented := range []bool{true, false} {
			p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.consented_%v", consented)},
				Where: expr.Reachable{Purpose: p.Consents[0].Purpose, Channel: "channel.email", Consented: consented}})
		}
		p.Exclusions = nil
		w, err := eval.New(p, nil, launch)
		if err != nil {
			t.Fatal(err)
		}
		c := config(f)
		c.Platform = p.Platforms[0]
		consent := p.Consents[0]
		deploy(t, c, onlyLists(lowered(p, c.Platform).Resources))
		f.Edit(func(l *fake.List) {
			if l.Name != everyone {
				l.Tags = []string{"trayecto", resource.Mark(p.Project.Name, "", at(consent.Address))}
			}
		}, nil, nil)
		enrol(f, w, p, people, &tally{})
		a, u, m := counted(t, w, c, people)
		asked, unknown, members = asked+a, unknown+u, members+m
	}
	t.Logf("%d segments with %d members, %d not counted", asked, members, unknown)
	if unknown*2 > asked || members < asked {
		t.Errorf("%d segments with %d members, %d not counted: too little was asked", asked, members, unknown)
	}
}

// onlyLists leaves out what is not to be made.
func onlyLists(list []resource.Resource) []resource.Resource {
	return slices.DeleteFunc(list, func(r resource.Resource) bool { return r.Kind != "list" })
}

// counted asks for every segment, and compares with the reference.
func counted(t *testing.T, w *eval.World, c targets.Config, people []*person.Person) (asked, unknown, members int) {
	t.Helper()
	target := listmonk.New()
	if err := target.Configure(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	var segments []string
	for _, s := range w.Program.Segments {
		segments = append(segments, s.Address)
	}
	answers, err := target.Count(t.Context(), targets.CountRequest{Program: w.Program, Platform: c.Platform, Segments: segments, Now: launch})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if a.Unknown != "" {
			if strings.Contains(a.Unknown, "pq:") {
				t.Errorf("%s: %s", a.Segment, a.Unknown)
			}
			unknown++
			continue
		}
		want := 0
		for _, someone := range people {
			if _, there := enrolled(w, someone); there && w.Member(a.Segment, someone) {
				want++
			}
		}
		asked, members = asked+1, members+want
		if want != a.Members {
			s, _ := ir.Find(w.Program.Segments, a.Segment)
			t.Errorf("%s: %d are in, %d are counted\n%s", a.Segment, want, a.Members, expr.Print(s.Where))
		}
	}
	return asked, unknown, members
}
