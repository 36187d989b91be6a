package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"

	"github.com/trayecto/trayecto/targets/wire"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// process is a running plugin.
type process struct {
	client *goplugin.Client
	calls  pb.TargetClient
	asked  *wire.Client // that knows what it said of itself

	mu   sync.Mutex
	last string // the last line of its log
}

// patienceAtStart is how long a program may take to say that it is a plugin.
const patienceAtStart = 20 * time.Second

// passed are the variables of the environment that a plugin gets.
var passed = []string{
	"PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
	"SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA",
}

// start runs the program if it is still the one that was compared with the
// lock file, and agrees with it on a version of the protocol.
func start(p *plugin) (*process, error) {
	sum, err := hex.DecodeString(strings.TrimPrefix(p.sum, "sha256:"))
	if err != nil {
		return nil, fmt.Errorf("the hash of %s: %w", p.program, err)
	}
	command := exec.Command(p.program)
	for _, name := range passed {
		if value, set := p.host.options.Env(name); set {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	s := &process{}
	log := p.host.log.lines(filepath.Base(p.program), s.said)
	s.client = goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig:  wire.Handshake(),
		VersionedPlugins: map[int]goplugin.PluginSet{wire.Version: {wire.Name: wire.Plugin{}}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Cmd:              command,
		SkipHostEnv:      true,
		AutoMTLS:         true,
		SecureConfig:     &goplugin.SecureConfig{Checksum: sum, Hash: sha256.New()},
		StartTimeout:     p.patience(),
		Logger:           hclog.NewNullLogger(),
		Stderr:           log,
		SyncStdout:       p.host.log.lines(filepath.Base(p.program), nil),
		SyncStderr:       p.host.log.lines(filepath.Base(p.program), s.said),
	})
	if s.calls, err = connect(s.client); err != nil {
		s.end()
		return nil, fmt.Errorf("starting the plugin %s: %w%s", p.program, understood(err, p.patience()), s.words())
	}
	return s, nil
}

// patience is how long this one may take for that.
func (p *plugin) patience() time.Duration { return min(patienceAtStart, p.host.options.Patience) }

func connect(client *goplugin.Client) (pb.TargetClient, error) {
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	dispensed, err := protocol.Dispense(wire.Name)
	if err != nil {
		return nil, err
	}
	calls, is := dispensed.(pb.TargetClient)
	if !is {
		return nil, fmt.Errorf("it serves a %T", dispensed)
	}
	return calls, nil
}

var versions = regexp.MustCompile(`incompatible API version with plugin\. Plugin version: (\d+)`)

// understood is why a program did not become a plugin, in words that say what
// to do.
func understood(err error, patience time.Duration) error {
	if m := versions.FindStringSubmatch(err.Error()); m != nil {
		theirs, _ := strconv.Atoi(m[1]) // digits; what does not fit is newer by far
		if theirs > wire.Version || theirs == 0 && m[1] != "0" {
			return fmt.Errorf("it speaks version %s of the plugin protocol and this trayecto version %d; take a newer trayecto or an older plugin", m[1], wire.Version)
		}
		return fmt.Errorf("it speaks version %s of the plugin protocol and this trayecto version %d; take a newer plugin", m[1], wire.Version)
	}
	switch {
	case errors.Is(err, errForeign):
		return fmt.Errorf("it is no program for this machine; put the one for %s there", Machine)
	case errors.Is(err, goplugin.ErrChecksumsDoNotMatch):
		return errors.New("it was changed while it was being looked at")
	case strings.Contains(err.Error(), "timeout while waiting for plugin to start"):
		return fmt.Errorf("it did not say within %s that it is a plugin, and was ended; run it by itself to see what it does", patience)
	case strings.Contains(err.Error(), "nrecognized remote plugin message"), strings.Contains(err.Error(), "plugin exited before we could connect"):
		return errors.New("it is no plugin of trayecto, or one that cannot run on this machine; run it by itself to see what it says")
	}
	return err
}

// said keeps the last line of the log.
func (s *process) said(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = line
}

// words are the last words of a process, for the end of a message.
func (s *process) words() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == "" {
		return ""
	}
	return fmt.Sprintf("; the last that it wrote: %q", s.last)
}

// end tells the process to stop, and ends it when it does not.
func (s *process) end() { s.client.Kill() }

// errSilent is why a call is given up.
var errSilent = errors.New("the plugin gave no sign of life")

// watch is a context that ends when there is no sign of life for too long.
// Alive is the sign, done ends the watch.
func (p *plugin) watch(ctx context.Context) (watched context.Context, alive, done func()) {
	watched, cancel := context.WithCancelCause(ctx)
	limit := p.host.options.Patience
	timer := time.AfterFunc(limit, func() {
		cancel(fmt.Errorf("%w for %s: %s was ended", errSilent, limit, p.program))
	})
	return watched, func() { timer.Reset(limit) }, func() { timer.Stop(); cancel(nil) }
}
