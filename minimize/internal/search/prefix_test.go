package search

import (
	"errors"
	"fmt"
	"testing"
)

func TestErrorsBeginWithThePackageThatWasCalled(t *testing.T) {
	odd := errors.New("odd")
	for _, c := range []struct {
		err, wraps error
		want       string
	}{
		{fmt.Errorf("minimize: %w", odd), odd, "root: odd"},
		{odd, odd, "root: odd"},
		{fmt.Errorf("root: %w", odd), odd, "root: odd"},
		{ErrNoContext, ErrNoContext, "root: the context is nil"},
		{fmt.Errorf("minimize: checkpoint: %w", odd), odd, "root: checkpoint: odd"},
		{errors.Join(fmt.Errorf("minimize: %w", odd), ErrStop), odd, "root: odd\nminimize: stopped by the callback"},
	} {
		if err := In("root", c.err); err.Error() != c.want || !errors.Is(err, c.wraps) {
			t.Errorf("In(%q) is %q, want %q", c.err, err, c.want)
		}
	}
	if err := In("root", fmt.Errorf("minimize: %w", odd)); errors.Unwrap(err) != odd {
		t.Errorf("%q wraps %q", err, errors.Unwrap(err))
	}
	if In("root", nil) != nil {
		t.Error("nil became an error")
	}
}
