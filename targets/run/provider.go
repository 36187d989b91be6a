package run

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// checkProviders reports channels that name a provider (via) which a platform
// with a journey that sends on them cannot call: once for each such platform.
func checkProviders(p *ir.Program, factories map[string]targets.Factory) diag.List {
	var diags diag.List
	if !slices.ContainsFunc(p.Channels, func(c ir.Channel) bool { return c.Via != "" }) {
		return nil
	}
	for _, platform := range p.Platforms {
		factory := factories[platform.Target]
		if factory == nil {
			continue // said already
		}
		can := factory().Describe().Can
		if !can.Journeys {
			continue // that journeys are there at all is what is wrong
		}
		for _, use := range provided(p, platform.Address) {
			if d, wrong := notCallable(p, platform, can.Providers, use); wrong {
				diags = append(diags, d)
			}
		}
	}
	return diags
}

// provision is the first send on a platform over a channel with a provider.
type provision struct {
	channel ir.Channel
	journey string
	send    ir.Send
}

// provided lists the channels with a provider that the journeys on a platform send on.
func provided(p *ir.Program, platform string) []provision {
	var out []provision
	placed := p.Placed(platform)
	for _, j := range p.Journeys {
		if _, here := slices.BinarySearch(placed, j.Address); !here {
			continue
		}
		ir.Walk(j.Steps, func(step ir.Step) {
			send, is := step.(ir.Send)
			if !is {
				return
			}
			touchpoint, _ := ir.Find(p.Touchpoints, send.Touchpoint)
			for _, address := range touchpoint.Channels {
				channel, _ := ir.Find(p.Channels, address)
				seen := slices.ContainsFunc(out, func(o provision) bool { return o.channel.Address == address })
				if channel.Via != "" && !seen {
					out = append(out, provision{channel, j.Address, send})
				}
			}
		})
	}
	return out
}

func notCallable(p *ir.Program, platform ir.Platform, callable []string, use provision) (diag.Diagnostic, bool) {
	provider, known := ir.Find(p.Platforms, use.channel.Via)
	if !known || provider.Address == platform.Address {
		return diag.Diagnostic{}, false
	}
	if slices.Contains(callable, targets.Webhook) || slices.Contains(callable, provider.Target) {
		return diag.Diagnostic{}, false
	}
	calls := "no other platform"
	if len(callable) > 0 {
		calls = "platforms of the kind " + list(callable) + " only"
	}
	return diag.Diagnostic{
		Rule: ruleProvider, At: use.channel.ViaAt, Mark: platform.Address + " cannot call " + provider.Address,
		Related: []diag.Label{{At: use.send.At, Text: fmt.Sprintf("%s is on %s and sends on %s", use.journey, platform.Address, use.channel.Address)}},
		Detail:  fmt.Sprintf("A platform of the kind %s calls %s.", platform.Target, calls),
		Help:    fmt.Sprintf("write platforms = [%s] in %s, or take %s out of %s", provider.Address, use.journey, use.channel.Address, use.send.Touchpoint),
	}, true
}
