package targets

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
)

// Text is an argument of the platform block that is a text, from the environment
// where the block says so; said is false where the block has no such argument.
// The error, like each of Configure, does not name the platform: whoever
// configures it does.
func (c Config) Text(name string) (text string, said bool, err error) {
	s, there := c.Platform.Config.Get(name)
	if !there {
		return "", false, nil
	}
	if s.Env == "" {
		word, ok := s.Value.(types.Text)
		if !ok || word == "" {
			return "", true, fmt.Errorf("its %s is not a text", name)
		}
		return string(word), true, nil
	}
	text, set := c.Env(s.Env)
	if !set || text == "" {
		return "", true, fmt.Errorf("the environment variable %s is not set", s.Env)
	}
	return text, true, nil
}

// Need is an argument that must be there.
func (c Config) Need(name string) (string, error) {
	text, said, err := c.Text(name)
	if err == nil && !said {
		err = fmt.Errorf("it has no %s", name)
	}
	return text, err
}

// Present is Upgrade of a target that knows one schema of each of its
// kinds, the present one.
func Present(kinds []Kind, kind string, attributes resource.Map, from int) (resource.Map, error) {
	for _, k := range kinds {
		switch {
		case k.Name != kind:
		case from != k.Version:
			return nil, fmt.Errorf("a %s of schema %d cannot be read by this version, which knows schema %d", kind, from, k.Version)
		default:
			return attributes, nil
		}
	}
	return nil, fmt.Errorf("this version knows no objects of kind %q", kind)
}
