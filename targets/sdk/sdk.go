// Package sdk is what a plugin's main function calls.
//
// A plugin is a program named trayecto-target-NAME in the project's folder
// .trayecto/plugins or on PATH, whose main is one line:
//
//	func main() { sdk.Serve(newTarget) }
//
// The target implements targets.Target, its Description has the NAME, and
// everything else (the protocol, certificates, sessions, stopping) is done here.
// What it writes to stderr, also by package log, reaches the person who runs
// trayecto, with the values of the platform's environment variables masked. It
// sees no other variables than those that the platform block names. It runs the
// laws of package kit in its own tests, as the built-in targets do.
package sdk

import (
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire"
)

// Serve answers the calls of the trayecto that started this program until it is
// told to stop or that trayecto is gone. Started by hand, it says what it is
// and ends the program.
func Serve(factory targets.Factory) {
	go follow(os.Getppid())
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  wire.Handshake(),
		VersionedPlugins: map[int]plugin.PluginSet{wire.Version: {wire.Name: wire.Plugin{Factory: factory}}},
		GRPCServer:       Server,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr, JSONFormat: true}),
	})
}

// Server is a gRPC server that takes messages as long as the protocol has.
func Server(options []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(wire.MessageBytes), grpc.MaxSendMsgSize(wire.MessageBytes))...)
}
