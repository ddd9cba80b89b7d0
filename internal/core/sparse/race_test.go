//go:build race

package sparse

// raceEnabled: the race detector makes sync.Pool forget at random.
const raceEnabled = true
