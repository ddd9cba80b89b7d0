// Package python has the Python package argmin: its sources, and the test that builds it and runs its tests.
package python
