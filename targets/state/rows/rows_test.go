package rows_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/targets/postgres/server"
	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/rows"
	"github.com/trayecto/trayecto/targets/state/suite"
)

var (
	pg  *server.Server
	ctx = context.Background()
	ana = state.Holder{Who: "ana", Since: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
)

func TestMain(m *testing.M) { os.Exit(server.Run(m, func(s *server.Server) { pg = s })) }

func do(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, dsn, project string) state.Backend {
	t.Helper()
	b, err := rows.New(rows.Options{DSN: dsn, Schema: `odd "name'`, Owner: state.Owner{Project: project, Env: "prod"}})
	do(t, err)
	return b
}

func exec(t testing.TB, dsn, statement string, args ...any) int64 {
	t.Helper()
	conn, err := pgx.Connect(ctx, dsn)
	do(t, err)
	defer conn.Close(ctx)
	done, err := conn.Exec(ctx, statement, args...)
	do(t, err)
	return done.RowsAffected()
}

func TestSuite(t *testing.T) {
	suite.Test(t, func(t testing.TB) suite.Place {
		dsn := pg.New(t)
		return suite.Place{
			Open:  func(t testing.TB) state.Backend { return open(t, dsn, "lumen") },
			Lasts: time.Minute,
			Sleep: func(t testing.TB, d time.Duration) { // nobody waits: the lease gets older instead
				if exec(t, dsn, `update "odd ""name'".lease set expires = expires - $1::interval`, d) == 0 {
					t.Fatal("there is no lease")
				}
			},
		}
	})
}

// States of one schema do not see each other.
func TestBesideOthers(t *testing.T) {
	dsn := pg.New(t)
	one, two := open(t, dsn, "lumen"), open(t, dsn, "other")
	a, err := one.Lease(ctx, ana)
	do(t, err)
	b, err := two.Lease(ctx, ana)
	do(t, err)
	do(t, errors.Join(a.Append(ctx, []byte("a\n")), b.Append(ctx, []byte("b\n")), b.Replace(ctx, []byte("B\n"))))
	got, err := one.Read(ctx)
	do(t, err)
	if string(got.Journal) != "a\n" || got.Snapshot != "" {
		t.Errorf("got %q", got)
	}
	do(t, errors.Join(a.Release(ctx), b.Release(ctx)))
}

// A connection that breaks while a run goes on is opened again.
func TestBrokenConnection(t *testing.T) {
	dsn := pg.New(t)
	b := open(t, dsn, "lumen")
	l, err := b.Lease(ctx, ana)
	do(t, err)
	do(t, l.Append(ctx, []byte("a\n")))
	if exec(t, dsn, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()") != 1 {
		t.Fatal("the run has no connection")
	}
	do(t, l.Append(ctx, []byte("b\n")))
	got, err := b.Read(ctx)
	do(t, err)
	if string(got.Journal) != "a\nb\n" {
		t.Errorf("got %q", got.Journal)
	}
	do(t, l.Release(ctx))
}

// What is wrong is said, and no password with it.
func TestSaidWithoutSecrets(t *testing.T) {
	for _, dsn := range []string{"postgres://u:hunter2@localhost:notaport/x", "postgres://u:hunter2@127.0.0.1:1/x?connect_timeout=1"} {
		b, err := rows.New(rows.Options{DSN: dsn, Owner: state.Owner{Project: "lumen"}})
		if err == nil {
			_, err = b.Read(ctx)
		}
		if err == nil || strings.Contains(fmt.Sprint(err), "hunter2") {
			t.Errorf("got %v", err)
		}
		if b != nil && strings.Contains(b.Name(), "hunter2") {
			t.Errorf("its name is %s", b.Name())
		}
	}
}
