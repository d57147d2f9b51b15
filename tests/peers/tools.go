//go:build tools

// Package peers requires the programs that the tests run against, each at one version.
package peers

import _ "github.com/ipfs/kubo/cmd/ipfs"
