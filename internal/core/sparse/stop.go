package sparse

import "errors"

// Stop reports whether a caller has no use for the answer any more: work that takes long asks it now and then. Nil never does.
type Stop func() bool

func (s Stop) now() bool { return s != nil && s() }

// ErrStopped reports that a [Stop] ended the work.
var ErrStopped = errors.New("stopped before the end")
