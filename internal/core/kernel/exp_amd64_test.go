package kernel

import "testing"

// without runs a test without the routines for several elements.
func without(t *testing.T, test func(t *testing.T)) {
	had := fused
	fused = false
	defer func() { fused = had }()
	t.Run("one by one", test)
}
