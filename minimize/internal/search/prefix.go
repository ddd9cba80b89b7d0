package search

import (
	"errors"
	"fmt"
	"strings"
)

// In returns err as an error of the package pkg, such as "root": errors of the packages in
// minimize/internal begin with "minimize:", which users of pkg did not call. The result wraps err,
// or what err wraps if it only adds "minimize:" to that. nil and errors that begin with pkg stay as
// they are.
func In(pkg string, err error) error {
	if err == nil || strings.HasPrefix(err.Error(), pkg+": ") {
		return err
	}
	text := strings.TrimPrefix(err.Error(), "minimize: ")
	if inner := errors.Unwrap(err); inner != nil && inner.Error() == text {
		err = inner
	}
	return &packageError{pkg + ": " + text, err}
}

type packageError struct {
	text string
	err  error
}

func (e *packageError) Error() string { return e.text }
func (e *packageError) Unwrap() error { return e.err }

// Format writes the stack of a panic with %+v.
func (e *packageError) Format(f fmt.State, verb rune) { format(e, f, verb) }
