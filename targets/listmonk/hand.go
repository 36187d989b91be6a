package listmonk

import (
	"context"
	"net/http"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/rest"
)

// What people set in listmonk's own pages. A program could only write all
// settings at once, and restart the server with it.

// kindConfirmations is that whoever comes onto a double opt-in list is asked by
// mail to confirm: without that nobody does, and no campaign reaches anybody.
const kindConfirmations = "confirmations"

// confirming is the name of that setting, and asking what plans call it.
const (
	confirming = "app.send_optin_confirmation"
	asking     = "mails that ask to confirm"
)

// confirms notes that a consent needs people to be asked to confirm.
func (l *lowering) confirms(c ir.Consent) {
	address := resource.Address{Object: l.Platform.Address, Platform: l.Platform.Name, Role: kindConfirmations}
	if !slices.ContainsFunc(l.resources, func(r resource.Resource) bool { return r.Address == address }) {
		l.resources = append(l.resources, resource.Resource{Address: address, Kind: kindConfirmations, Key: asking, Attributes: resource.Map{}, At: c.At})
	}
}

// confirmations is the one object of that kind, where the setting is on.
func (t *Target) confirmations(ctx context.Context) ([]resource.Object, error) {
	all, err := t.settings(ctx)
	if on, _ := all[confirming].(bool); err != nil || !on {
		return nil, err
	}
	return []resource.Object{{Kind: kindConfirmations, ID: kindConfirmations, Key: asking, Attributes: resource.Map{}}}, nil
}

// settings are those of the installation.
func (t *Target) settings(ctx context.Context) (map[string]any, error) {
	return call[map[string]any](ctx, t, rest.Call{Method: http.MethodGet, Path: "/api/settings"})
}
