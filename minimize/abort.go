package minimize

import "github.com/argmin-go/argmin/minimize/internal/search"

// ErrStop is what a callback returns to stop a search without an error. It is for the
// searches of all packages below minimize.
var ErrStop = search.ErrStop

// Abort ends a search from within a function of the problem, with an error: the error of
// [Minimize], or of whichever search it was, wraps err. It does not return.
func Abort(err error) { search.Abort(err) }

// Guard calls f as a search calls the functions of a problem: it returns the error with
// which f ended by [Abort] or by a panic, if it did.
func Guard(f func()) error { return search.Guard(f) }
