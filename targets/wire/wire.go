// Package wire is the plugin protocol and its versions.
//
// A plugin is a process that serves pb.Target over go-plugin. Serve makes a
// service of a target's factory, and Client calls one; both are thin, and what
// they share is the conversion of every type that package targets mentions, in
// both directions. What crosses is what package targets documents, with three
// things worth knowing:
//
//   - Sessions. One process serves many configured targets, each under a
//     session that the caller names in the metadata of its calls. So a process
//     is started once per plugin, however many platforms there are.
//   - Values. An attribute is msgpack, as in Terraform's protocol, but of the
//     cases of resource.Value rather than of cty: cty's numbers are binary
//     fractions of 512 bits, so that a number of more than 154 digits, or one
//     spelled "1e3", would come out as another text and with another hash; and
//     references and look-ups are no values to it. Numbers cross as their
//     digits. Programs, platforms and enforcements cross as the JSON of package
//     ir, which is what a saved plan and the state keep.
//   - Errors. A targets.Error crosses whole, also inside another error's words,
//     and targets.ErrNoCount, a cancelled and an overdue context stay what they
//     are. A cause crosses as its words.
//
// Both sides pass over fields that they do not know. What an older side may not
// pass over is a new version of the protocol, and a host and a plugin that have
// no version in common do not speak at all.
package wire

import (
	"context"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// Version is the version of the protocol that this package speaks.
const Version = 1

// Name is what the service is called among those of a plugin.
const Name = "target"

// MessageBytes is the longest message: a program with a hundred thousand
// declarations fits.
const MessageBytes = 1 << 30

// sessionKey is the metadata that names the session of a call.
const sessionKey = "trayecto-session"

// Handshake keeps people from starting a plugin by hand and wondering. It is no
// protection: what protects is that both sides show certificates.
func Handshake() plugin.HandshakeConfig {
	return plugin.HandshakeConfig{MagicCookieKey: "TRAYECTO_PLUGIN", MagicCookieValue: "a target of trayecto"}
}

// Plugin is one version of the protocol to go-plugin. The side that calls
// leaves Factory out.
type Plugin struct {
	plugin.NetRPCUnsupportedPlugin
	Factory targets.Factory
}

var _ plugin.GRPCPlugin = Plugin{}

// GRPCServer offers the targets of the factory.
func (p Plugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	Serve(s, p.Factory)
	return nil
}

// GRPCClient is a connection from which clients can be made: a pb.TargetClient.
func (p Plugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return pb.NewTargetClient(conn), nil
}
