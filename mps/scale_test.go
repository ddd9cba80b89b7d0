package mps

import (
	"bytes"
	"reflect"
	"strconv"
	"testing"
)

// large has n columns with per entries each.
func large(n, per int) *Problem {
	p := &Problem{Name: "large", Objective: "cost", A: Matrix{Rows: n, Cols: n, Ptr: []int{0}}, Q: Matrix{Rows: n, Cols: n, Ptr: []int{0}}}
	for j := range n {
		p.RowNames, p.ColNames = append(p.RowNames, "row"+strconv.Itoa(j)), append(p.ColNames, "column"+strconv.Itoa(j))
		p.C, p.Lower, p.Upper = append(p.C, float64(j)/3), append(p.Lower, 0), append(p.Upper, float64(j))
		p.RowLower, p.RowUpper = append(p.RowLower, -1), append(p.RowUpper, 1)
		for k := range per {
			p.A.Ind, p.A.Values = append(p.A.Ind, (j/per*per+k)%n), append(p.A.Values, 1/float64(1+j+k))
		}
		p.A.Ptr = append(p.A.Ptr, len(p.A.Ind))
		p.Q.Ind, p.Q.Values, p.Q.Ptr = append(p.Q.Ind, j), append(p.Q.Values, 2), append(p.Q.Ptr, j+1)
	}
	return p
}

func TestMillionNonzeros(t *testing.T) {
	if testing.Short() {
		t.Skip("a million nonzeros")
	}
	p := large(100_000, 10)
	var b bytes.Buffer
	if err := Write(&b, p, Options{}); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(p, back) {
		t.Error("a problem with a million nonzeros reads differently than it was written")
	}
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		b.Run(strconv.Itoa(10*n)+"nonzeros", func(b *testing.B) {
			var buf bytes.Buffer
			if err := Write(&buf, large(n, 10), Options{}); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(buf.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(bytes.NewReader(buf.Bytes()), Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
