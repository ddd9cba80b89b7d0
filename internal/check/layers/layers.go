// Package layers has the test that imports run one way: a package imports only what stands
// above it in the map of CONTRIBUTING.md.
package layers
