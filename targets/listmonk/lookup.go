package listmonk

import (
	"context"
	"slices"
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// What is looked up, in the words of findings.
const (
	lookAnyList   = "list"
	lookMessenger = "messenger"
	lookSetting   = "setting"
)

// oneClick is the setting that makes every mail say how to unsubscribe with
// one click (RFC 8058).
const oneClick = "privacy.unsubscribe_header"

// lookList is a list by how its subscriptions are kept.
var lookList = map[string]string{single: "single opt-in list", double: "double opt-in list"}

// Lookup finds lists by name, messengers, and settings that are on. A name that
// two lists have is none: nobody could tell which is meant.
func (t *Target) Lookup(ctx context.Context, asked []resource.Lookup) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(asked))
	known := &existing{target: t}
	for i, look := range asked {
		answer, err := known.find(ctx, look)
		if err != nil {
			return nil, err
		}
		out[i] = answer
	}
	return out, nil
}

// existing is what the platform has, read once.
type existing struct {
	target   *Target
	lists    []list
	config   *config
	settings map[string]any
}

func (e *existing) find(ctx context.Context, look resource.Lookup) (targets.LookupAnswer, error) {
	switch look.Kind {
	case lookMessenger:
		if e.config == nil {
			c, err := e.target.config(ctx)
			if err != nil {
				return targets.LookupAnswer{}, err
			}
			e.config = &c
		}
		return named(look.Key, e.config.Messengers), nil
	case lookSetting:
		if e.settings == nil {
			all, err := e.target.settings(ctx)
			if err != nil {
				return targets.LookupAnswer{}, err
			}
			e.settings = all
		}
		on, _ := e.settings[look.Key].(bool)
		return targets.LookupAnswer{ID: look.Key, Found: on}, nil
	case lookAnyList, lookList[single], lookList[double]:
		return e.list(ctx, look)
	}
	return targets.LookupAnswer{}, nil
}

func named(name string, there []string) targets.LookupAnswer {
	if slices.Contains(there, name) {
		return targets.LookupAnswer{ID: name, Found: true}
	}
	return targets.LookupAnswer{Nearest: diag.Nearest(name, there)}
}

func (e *existing) list(ctx context.Context, look resource.Lookup) (targets.LookupAnswer, error) {
	if e.lists == nil {
		lists, err := e.target.lists(ctx)
		if err != nil {
			return targets.LookupAnswer{}, err
		}
		e.lists = slices.DeleteFunc(lists, func(l list) bool { return l.Status == "archived" })
	}
	var names []string
	var ids []int
	for _, l := range e.lists {
		if look.Kind != lookAnyList && lookList[l.Optin] != look.Kind {
			continue
		}
		if names = append(names, l.Name); l.Name == look.Key {
			ids = append(ids, l.ID)
		}
	}
	switch len(ids) {
	case 1:
		return targets.LookupAnswer{ID: strconv.Itoa(ids[0]), Found: true}, nil
	case 0:
		return targets.LookupAnswer{Nearest: diag.Nearest(look.Key, names)}, nil
	}
	return targets.LookupAnswer{}, &targets.Error{Kind: targets.Permanent,
		Message: "it has " + strconv.Itoa(len(ids)) + " lists called " + strconv.Quote(look.Key) + ", and a campaign could go to the wrong one; rename all but one of them in listmonk"}
}
