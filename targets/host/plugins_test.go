package host_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	goplugin "github.com/hashicorp/go-plugin"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/sdk"
	"github.com/trayecto/trayecto/targets/wire"
)

// TestMain is a plugin when this program is called as one: see install.
func TestMain(m *testing.M) {
	name, is := strings.CutPrefix(filepath.Base(os.Args[0]), host.Prefix)
	if !is {
		os.Exit(m.Run())
	}
	switch name {
	case "local":
		sdk.Serve(local.Factory(rand.Reader))
	case "newer":
		speak(2, 3)
	case "both":
		speak(1, 2)
	case "older":
		speak(0)
	case "stranger":
		fmt.Println("hello, I am a program")
	case "broken":
		fmt.Fprintln(os.Stderr, "no licence found")
		os.Exit(1)
	default:
		sdk.Serve(func() targets.Target { return &odd{Target: local.New(rand.Reader), name: name} })
	}
}

// speak serves under other versions of the protocol.
func speak(versions ...int) {
	offered := map[int]goplugin.PluginSet{}
	for _, v := range versions {
		factory := func() targets.Target { return &odd{Target: local.New(rand.Reader), name: "both"} }
		offered[v] = goplugin.PluginSet{wire.Name: wire.Plugin{Factory: factory}}
	}
	goplugin.Serve(&goplugin.ServeConfig{HandshakeConfig: wire.Handshake(), VersionedPlugins: offered, GRPCServer: sdk.Server})
}

// odd is the local target with the fault that its name says.
type odd struct {
	targets.Target
	name string
	dir  string
	env  func(string) (string, bool)
}

func (o *odd) Describe() targets.Description {
	d := o.Target.Describe()
	if d.Name = o.name; o.name == "impostor" {
		d.Name = "local"
	}
	return d
}

func (o *odd) Configure(ctx context.Context, c targets.Config) error {
	o.dir, o.env = c.Dir, c.Env
	if o.name == "talks" {
		secret, _ := c.Env("TOKEN")
		log.Printf("connecting with %s", secret)
		fmt.Printf("and on stdout with %s\n", secret)
		return &targets.Error{Kind: targets.Permanent, Message: "the key " + secret + " is not accepted"}
	}
	return o.Target.Configure(ctx, c)
}

// once tells whether something happens for the first time in this folder.
func (o *odd) once(what string) bool {
	f, err := os.OpenFile(filepath.Join(o.dir, what), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return false
	}
	return f.Close() == nil
}

func (o *odd) Lower(r targets.LowerRequest) targets.Lowered {
	if o.name == "dies" {
		os.Exit(2)
	}
	return o.Target.Lower(r)
}

func (o *odd) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	if o.name == "crashes" && o.once("list") {
		fmt.Fprintln(os.Stderr, "out of memory")
		os.Exit(2)
	}
	if o.name == "dies" {
		os.Exit(2)
	}
	if o.name == "hangs" {
		<-ctx.Done()
		select {}
	}
	return o.Target.List(ctx, r, page)
}

// Apply ends the process when it was given the second change, with the first
// one done and the answer to it not given.
func (o *odd) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	if o.name != "crashes" || !o.once("apply") {
		return o.Target.Apply(ctx, changes, result)
	}
	return o.Target.Apply(ctx, func(yield func(targets.Change) bool) {
		given := 0
		for c := range changes {
			if given++; given > 1 {
				return
			}
			if !yield(c) {
				return
			}
		}
	}, func(targets.Result) { os.Exit(2) })
}

// install puts this program into a folder under the name of a plugin.
func install(t testing.TB, folder, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(folder, host.Prefix+name)
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	return program
}
