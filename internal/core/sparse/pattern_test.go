package sparse

import (
	"reflect"
	"strings"
	"testing"
)

func TestTranspose(t *testing.T) {
	p := &Pattern{Rows: 2, Cols: 3, Ptr: []int{0, 2, 3}, Ind: []int{0, 2, 1}}
	got, from := p.Transpose()
	want := &Pattern{Rows: 3, Cols: 2, Ptr: []int{0, 1, 2, 3}, Ind: []int{0, 1, 0}}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(from, []int{0, 2, 1}) {
		t.Errorf("the transpose is %v from %v, want %v from [0 2 1]", got, from, want)
	}
	if err := got.Check(); err != nil {
		t.Error(err)
	}
	if back, _ := got.Transpose(); !reflect.DeepEqual(back, p) {
		t.Errorf("the transpose of the transpose is %v, want %v", back, p)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		p    Pattern
		want string
	}{
		{Pattern{Rows: 1, Cols: 1, Ptr: []int{0}}, "length 1, want 2"},
		{Pattern{Rows: 1, Cols: 2, Ptr: []int{0, 1}, Ind: []int{2}}, "column 2 of 2"},
		{Pattern{Rows: 1, Cols: 2, Ptr: []int{0, 2}, Ind: []int{1, 1}}, "must increase"},
		{Pattern{Rows: 2, Cols: 2, Ptr: []int{0, 2, 1}, Ind: []int{0}}, "fall from 2 to 1"},
		{Pattern{Rows: 1, Cols: 2, Ptr: []int{0, 1}, Ind: []int{0, 1}}, "number of entries, 2"},
	} {
		if err := c.p.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want %q", c.p, err, c.want)
		}
	}
}
