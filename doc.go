// Package argmin is hardware-accelerated, batchable, differentiable
// optimization for Go.
package argmin
