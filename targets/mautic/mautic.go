// Package mautic is one target: an installation of Mautic.
//
// # What becomes an object
//
//	segment      a segment: a flat list of filters, AND before OR
//	touchpoint   an e-mail for each language, or a text message, and a segment of who may get it
//	journey      a campaign, made unpublished; a segment for each branch of its own
//
// The name of an object is its address in the files, with our ownership mark
// behind it in brackets: what Mautic answers about e-mails and text messages
// leaves their descriptions out.
//
// # What Mautic does that we rely on
//
// Filters are SQL on the table of contacts. Mautic lets people without a value
// through !=, !like, !in and !between, and not through !regexp, =, <, > and the
// rest; so every negative filter stands beside one that the value is set. It
// negates > as <, so nothing is ever negated there: each comparison is written
// with the operator that is meant.
//
// Filters of one field that are joined by OR and ask for = are merged into one
// IN when a segment is built, which turns numbers and yes-or-no values into
// nonsense. No filter behind an "or" asks for = here.
//
// A segment without filters has nobody in it but whom somebody put there by
// hand; whoever was put in or taken out by hand stays so whatever the filters say.
//
// Whether somebody left a category is not seen by the filter on categories,
// which finds everybody who was ever in it. So a consent is a contact field that
// says yes or no, together with the do-not-contact record of the channel.
package mautic

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// Target is one installation.
type Target struct {
	client *rest.Client // nil before Configure
	wait   rest.Wait    // between tries; nil lets time pass
}

var (
	_ targets.Target  = (*Target)(nil)
	_ targets.Raiser  = (*Target)(nil)
	_ targets.Insider = (*Target)(nil)
)

// New makes an unconfigured target.
func New() targets.Target { return &Target{} }

// Configure takes the address and the credentials. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	base, err := rest.Endpoint(c, "")
	if err != nil {
		return err
	}
	if base.Scheme != "https" && !local(base) {
		return errors.New("its endpoint is not an address that begins with https://")
	}
	authorization, secrets, err := credentials(c)
	if err != nil {
		return err
	}
	t.client = &rest.Client{Base: base, Name: c.Platform.Name, Secrets: secrets, Dialect: dialect{}, Wait: t.wait, Header: http.Header{"Authorization": {authorization}}}
	return nil
}

// credentials is a token, or a name and a password.
func credentials(c targets.Config) (authorization string, secrets []string, err error) {
	token, said, err := c.Text("token")
	if err != nil {
		return "", nil, err
	}
	if said {
		return "Bearer " + token, []string{token}, nil
	}
	user, named, err := c.Text("username")
	if err != nil {
		return "", nil, err
	}
	password, known, err := c.Text("password")
	if err != nil {
		return "", nil, err
	}
	if !named || !known {
		return "", nil, errors.New("it has neither a token nor a username and a password")
	}
	both := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	return "Basic " + both, []string{password, both}, nil
}

// local tells whether an address is this machine's own, where nobody listens.
func local(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

// Close has nothing to end.
func (t *Target) Close() error { return nil }

// Upgrade knows one schema of each kind, the present one.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return targets.Present(kinds, kind, attributes, from)
}
