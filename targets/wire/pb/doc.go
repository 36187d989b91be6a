// Package pb is the messages of the plugin protocol, generated from target.proto.
package pb
