package search

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/minimize/finite"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// panics is the error of a search whose function panics.
func panics(t *testing.T, workers int, f func(x, y []float64)) error {
	t.Helper()
	e := NewEvaluator(context.Background())
	if err := e.Differences(finite.Differences{Workers: workers}, 3); err != nil {
		t.Fatal(err)
	}
	s := NewSystem(&e, 3, 1, f, nil, nil, nil, nil)
	_, err := Do(&e, func() int {
		s.differences([]float64{1, 2, 3}, s.j, &derivative{dense: s.j})
		return 0
	}, func(status.Code, error) int { return 1 }, func(int) (p trace.Point, reason status.Code) { return })
	return In("leastsq", err)
}

// A panic is one line in an error, whatever wraps it, and %+v has the stack of where it was.
func TestPanicIsOneLine(t *testing.T) {
	var none []float64
	for _, workers := range []int{1, 2} {
		err := panics(t, workers, func(x, y []float64) { y[0] = none[len(x)] })
		text := err.Error()
		if strings.Contains(text, "\n") || !strings.HasPrefix(text, "leastsq: ") || !strings.Contains(text, "index out of range [3] with length 0") ||
			fmt.Sprintf("%v", err) != text || fmt.Sprintf("%s", err) != text || fmt.Sprintf("%q", err) != fmt.Sprintf("%q", text) {
			t.Errorf("%q", err)
		}
		if long := fmt.Sprintf("%+v", err); !strings.HasPrefix(long, text+"\n") || !strings.Contains(long, "stop_test.go") {
			t.Errorf("%+v", err)
		}
		var r runtime.Error
		if !errors.As(err, &r) {
			t.Errorf("%v does not wrap the panic", err)
		}
	}
	if err := panics(t, 1, func([]float64, []float64) { panic("two\nlines") }); !strings.HasSuffix(err.Error(), "two lines") {
		t.Errorf("%v", err)
	}
}
