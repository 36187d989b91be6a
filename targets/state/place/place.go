// Package place is a state block, or an address, into the place that it names.
package place

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/state"
	"github.com/trayecto/trayecto/targets/state/bucket"
	"github.com/trayecto/trayecto/targets/state/document"
	"github.com/trayecto/trayecto/targets/state/rows"
	"github.com/trayecto/trayecto/targets/state/sealed"
)

// From is what a place is looked up from.
type From struct {
	Dir string // the project's folder
	state.Owner
	LookupEnv func(name string) (string, bool) // environment variables; nil for none
	Random    io.Reader                        // for ids of locks
}

// variable is an environment variable, "" when it is not set.
func (f From) variable(name string) string {
	if f.LookupEnv == nil {
		return ""
	}
	value, there := f.LookupEnv(name)
	if !there {
		return ""
	}
	return value
}

// callPatience is how long a server may take for one answer.
const callPatience = time.Minute

// Override is the environment variable that says where the state is, whatever the
// files say.
const Override = "TRAYECTO_STATE"

// Open is the place that a state block names, or Override does. It connects to
// nobody yet. The block says who can read the state, wherever that is.
func Open(block ir.State, from From) (b state.Backend, err error) {
	s := &settings{config: block.Config, from: from}
	if address := from.variable(Override); address != "" {
		b, err = named(address, from)
	} else {
		b, err = s.place(block.Backend)
	}
	if s.failed != nil {
		return nil, s.failed
	}
	if err != nil {
		return nil, err
	}
	keys := sealed.Keys{Recipients: s.texts("recipients"), Identity: s.text("identity"), Dir: from.Dir}
	if s.failed != nil {
		return nil, s.failed
	}
	if keys.Identity == "" && len(keys.Recipients) == 0 {
		return b, nil
	}
	return sealed.New(b, keys)
}

// place is the backend of a kind. What is lacking is in s.failed.
func (s *settings) place(kind string) (state.Backend, error) {
	switch kind {
	case "", "file":
		return folder(s.text("path"), s.from)
	case "postgres":
		return s.checked(func() (state.Backend, error) {
			return rows.New(rows.Options{DSN: s.text("dsn"), Schema: s.text("schema"), Owner: s.from.Owner})
		})
	case "http":
		return s.checked(func() (state.Backend, error) {
			return document.New(document.Options{
				Address: s.address("address"), LockAddress: s.address("lock_address"), UnlockAddress: s.address("unlock_address"),
				UpdateMethod: s.text("update_method"), LockMethod: s.text("lock_method"), UnlockMethod: s.text("unlock_method"),
				Username: s.text("username"), Password: s.text("password"),
				Owner: s.from.Owner, Random: s.from.Random, Client: &http.Client{Timeout: callPatience}, Wait: wait,
			})
		})
	case "object store":
		return s.checked(func() (state.Backend, error) {
			return bucket.New(bucket.Options{URL: s.text("url"), Prefix: s.text("prefix"), Owner: s.from.Owner, Random: s.from.Random})
		})
	}
	return nil, fmt.Errorf("this version keeps no state in %q", kind)
}

// checked prefers what the environment lacks to what follows from that.
func (s *settings) checked(open func() (state.Backend, error)) (state.Backend, error) {
	b, err := open()
	if s.failed != nil {
		return nil, s.failed
	}
	return b, err
}

func folder(path string, from From) (state.Backend, error) {
	if path == "" {
		return state.File(from.Dir, from.Env)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(from.Dir, path)
	}
	return state.Folder(path, from.Env)
}

// settings reads the arguments of a block. What the environment lacks is noted.
type settings struct {
	config ir.Config
	from   From
	failed error
}

func (s *settings) text(name string) string {
	set, there := s.config.Get(name)
	if !there {
		return ""
	}
	if set.Env == "" {
		text, _ := set.Value.(types.Text) // package build has seen to it
		return string(text)
	}
	value := s.from.variable(set.Env)
	if value == "" && s.failed == nil {
		s.failed = fmt.Errorf("the state needs %s in the environment, for %s", set.Env, name)
	}
	return value
}

func (s *settings) texts(name string) []string {
	set, _ := s.config.Get(name)
	values, _ := set.Value.(types.Values)
	var out []string
	for _, v := range values {
		if text, is := v.(types.Text); is {
			out = append(out, string(text))
		}
	}
	if set.Env != "" {
		return strings.Fields(s.text(name))
	}
	return out
}

// address is a text in which {project} and {env} stand for those.
func (s *settings) address(name string) string { return s.from.fill(s.text(name)) }

func (f From) fill(address string) string {
	env := f.Env
	if env == "" {
		env = "default"
	}
	return strings.NewReplacer("{project}", f.Project, "{env}", env).Replace(address)
}

// wait passes time.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// named is the place that an address names: a folder, or one that begins with the
// name of a kind of place. Where it is one of http it is spoken to as GitLab is, as
// who TRAYECTO_STATE_USERNAME and TRAYECTO_STATE_PASSWORD say.
func named(address string, from From) (state.Backend, error) {
	scheme, _, there := strings.Cut(address, "://")
	if !there {
		return folder(address, from)
	}
	switch scheme {
	case "postgres", "postgresql":
		return rows.New(rows.Options{DSN: address, Owner: from.Owner})
	case "http", "https":
		o := document.Options{
			Address: from.fill(address), LockAddress: strings.TrimSuffix(from.fill(address), "/") + "/lock",
			LockMethod: http.MethodPost, UnlockMethod: http.MethodDelete,
			Owner: from.Owner, Random: from.Random, Client: &http.Client{Timeout: callPatience}, Wait: wait,
		}
		o.Username, o.Password = from.variable(Override+"_USERNAME"), from.variable(Override+"_PASSWORD")
		return document.New(o)
	}
	return bucket.New(bucket.Options{URL: address, Owner: from.Owner, Random: from.Random})
}
