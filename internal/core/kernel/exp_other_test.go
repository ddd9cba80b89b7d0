//go:build !amd64

package kernel

import "testing"

func without(*testing.T, func(t *testing.T)) {}
