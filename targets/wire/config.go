package wire

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// configuration is what a platform is opened with, of the environment only the
// variables that its block names.
func configuration(c targets.Config) (*pb.ConfigureRequest, error) {
	platform, err := ir.Marshal(c.Platform)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", c.Platform.Address, err)
	}
	return &pb.ConfigureRequest{PlatformJson: platform, Dir: c.Dir, Env: Environment(c), NowUnixNano: c.Now.UnixNano()}, nil
}

// Environment is the variables that a platform block names and their values,
// so far as they are set. They are the platform's secrets.
func Environment(c targets.Config) map[string]string {
	out := map[string]string{}
	if c.Env != nil {
		named(c.Platform.Config, func(name string) {
			if value, set := c.Env(name); set {
				out[name] = value
			}
		})
	}
	return out
}

func named(c ir.Config, found func(name string)) {
	settings(c.Settings, found)
	for _, b := range c.Blocks {
		named(b.Config, found)
	}
}

func settings(list []ir.Setting, found func(name string)) {
	for _, s := range list {
		if s.Env != "" {
			found(s.Env)
		}
		settings(s.Map, found)
	}
}

func readConfiguration(r *pb.ConfigureRequest) (targets.Config, error) {
	c := targets.Config{Dir: r.GetDir(), Now: time.Unix(0, r.GetNowUnixNano()).UTC()}
	if err := ir.Unmarshal(r.GetPlatformJson(), &c.Platform); err != nil {
		return c, err
	}
	env := r.GetEnv()
	c.Env = func(name string) (string, bool) {
		value, set := env[name]
		return value, set
	}
	return c, nil
}
