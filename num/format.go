package num

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/argmin-go/argmin/internal/core/ir"
)

// An array of more than printAll elements is printed without those in the middle of its long axes,
// of which printEdge remain at either end. Both are NumPy's.
const (
	printAll  = 1000
	printEdge = 3
)

// String prints the numbers, nested in brackets: those of floating point with at most six
// significant digits, integers in full. Of more than 1000 elements it prints the first and last
// three along each axis. A traced array prints its type.
func (a Array) String() string {
	return a.text(func(d *ir.Data, i int) string {
		x := d.Buf().At(d.Type.DType, i)
		switch {
		case d.Type.DType == Bool:
			return strconv.FormatBool(x != 0)
		case d.Type.DType.IsInt():
			return strconv.FormatInt(integer(d, i), 10)
		}
		return strconv.FormatFloat(x, 'g', 6, 64)
	})
}

// Format implements [fmt.Formatter]: %v and %s print [Array.String], and any other verb, or %v with
// flags, width or precision, prints every element with it, as fmt does for slices: %.3f, %8.2e, %d.
func (a Array) Format(s fmt.State, verb rune) {
	_, width := s.Width()
	_, precision := s.Precision()
	plain := !width && !precision && !s.Flag('+') && !s.Flag('-') && !s.Flag(' ') && !s.Flag('0')
	if verb == 's' || verb == 'v' && plain {
		fmt.Fprint(s, a.String())
		return
	}
	format := fmt.FormatString(s, verb)
	fmt.Fprint(s, a.text(func(d *ir.Data, i int) string {
		x := d.Buf().At(d.Type.DType, i)
		switch {
		case d.Type.DType == Bool:
			return fmt.Sprintf(format, x != 0)
		case d.Type.DType.IsInt() && !strings.ContainsRune("eEfFgG", verb):
			return fmt.Sprintf(format, integer(d, i))
		}
		return fmt.Sprintf(format, x)
	}))
}

// integer is element i of an array of integers.
func integer(d *ir.Data, i int) int64 {
	if d.Type.DType == Int64 { // some of which float64 does not have
		return ir.As[int64](d.Buf())[i]
	}
	return int64(d.Buf().At(d.Type.DType, i))
}

// text prints the elements by one, in brackets.
func (a Array) text(one func(d *ir.Data, i int) string) string {
	if a.v == nil {
		return "<no array>"
	}
	d := a.v.Data()
	if d == nil {
		return "<traced " + a.v.Type.String() + ">"
	}
	var b strings.Builder
	long := d.Type.Size() > printAll
	var rec func(shape []int, at int)
	rec = func(shape []int, at int) {
		if len(shape) == 0 {
			b.WriteString(one(d, at))
			return
		}
		b.WriteByte('[')
		n, step := shape[0], ir.SizeOf(shape[1:])
		for i := 0; i < n; i++ {
			if i > 0 {
				b.WriteByte(' ')
			}
			if long && n > 2*printEdge && i == printEdge {
				b.WriteString("... ")
				i = n - printEdge
			}
			rec(shape[1:], at+i*step)
		}
		b.WriteByte(']')
	}
	rec(d.Type.Shape, 0)
	return b.String()
}
