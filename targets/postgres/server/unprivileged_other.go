//go:build !unix

package server

import "syscall"

// unprivileged changes nothing where there is no root.
func unprivileged(string) (*syscall.SysProcAttr, error) { return nil, nil }
