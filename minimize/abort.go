package minimize

import "github.com/argmin-go/argmin/minimize/internal/search"

// ErrStop is returned by a callback to stop a search without an error. It works for the searches
// of all packages below minimize.
var ErrStop = search.ErrStop

// Abort ends a search from within a function of the problem. The error of [Minimize], or of any
// other search of the packages below it, wraps err. Abort does not return.
func Abort(err error) { search.Abort(err) }

// Guard calls f and returns the error with which f ended by [Abort] or by a panic, or nil. It is
// for functions of a problem that are called outside of a search.
func Guard(f func()) error { return search.Guard(f) }
