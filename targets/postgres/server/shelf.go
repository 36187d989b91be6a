package server

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
)

// shelf is the databases that no test uses. Making one takes ten times as long
// as emptying one.
type shelf struct {
	mu    sync.Mutex
	made  int
	fresh string // how a new database looks
	free  []string
}

// take is a database as it was made.
func (s *Server) take(ctx context.Context) (string, error) {
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	if last := len(s.shelf.free) - 1; last >= 0 {
		name := s.shelf.free[last]
		s.shelf.free = s.shelf.free[:last]
		return name, nil
	}
	s.shelf.made++
	name := fmt.Sprintf("test_%d", s.shelf.made)
	if err := s.in(ctx, "postgres", func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE DATABASE "+name)
		return err
	}); err != nil {
		return "", fmt.Errorf("creating a database: %w", err)
	}
	if s.shelf.fresh != "" {
		return name, nil
	}
	return name, s.in(ctx, name, func(conn *pgx.Conn) error { return conn.QueryRow(ctx, looks).Scan(&s.shelf.fresh) })
}

// give puts a database back, unless it does not look like a new one when the
// schemas are gone, or somebody is still in it.
func (s *Server) give(ctx context.Context, name string) error {
	var now string
	err := s.in(ctx, name, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "SET default_transaction_read_only = off"); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, empty); err != nil {
			return err
		}
		return conn.QueryRow(ctx, looks).Scan(&now)
	})
	if err != nil {
		return err
	}
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	if now == s.shelf.fresh {
		s.shelf.free = append(s.shelf.free, name)
	}
	return nil
}

func (s *Server) in(ctx context.Context, database string, work func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, s.DSN(database))
	if err != nil {
		return fmt.Errorf("connecting to the test server: %w", err)
	}
	return errors.Join(work(conn), conn.Close(ctx))
}

// empty drops all schemas of tests.
const empty = `DO $$
DECLARE name text;
BEGIN
	FOR name IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' LOOP
		EXECUTE format('DROP SCHEMA %I CASCADE', name);
	END LOOP;
	CREATE SCHEMA public AUTHORIZATION pg_database_owner;
	GRANT USAGE ON SCHEMA public TO PUBLIC;
	COMMENT ON SCHEMA public IS 'standard public schema';
END $$`

// looks is what a database has: how many of everything, its settings, and how
// many sessions are in it.
const looks = `SELECT concat_ws(' ',
	(SELECT count(*) FROM pg_namespace), (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_type),
	(SELECT count(*) FROM pg_operator), (SELECT count(*) FROM pg_collation), (SELECT count(*) FROM pg_cast), (SELECT count(*) FROM pg_language),
	(SELECT count(*) FROM pg_extension), (SELECT count(*) FROM pg_event_trigger), (SELECT count(*) FROM pg_publication),
	(SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_default_acl), (SELECT count(*) FROM pg_description),
	(SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()),
	(SELECT datacl::text FROM pg_database WHERE datname = current_database()),
	(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'))`
