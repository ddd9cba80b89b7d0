package special

import "github.com/argmin-go/argmin/num"

// whole makes a function of all elements from one along axes.
func whole(f func(a num.Array, axes ...int) num.Array) function {
	return func(x []num.Array) num.Array { return f(x[0]) }
}

func along(f func(a num.Array, axis int) num.Array) function {
	return func(x []num.Array) num.Array { return f(x[0], 0) }
}

// square makes a function of a matrix of its elements in a row.
func square(f func(num.Array) num.Array) function {
	return func(x []num.Array) num.Array {
		n := 1
		for n*n < x[0].Size() {
			n++
		}
		return f(x[0].Reshape(n, n))
	}
}

// reductions are the functions of testdata/reductions.py.
var reductions = map[string]function{
	"Sum": whole(num.Array.Sum), "Mean": whole(num.Array.Mean), "Prod": whole(num.Array.Prod), "Max": whole(num.Array.Max),
	"Min": whole(num.Array.Min), "Var": whole(num.Array.Var), "Std": whole(num.Array.Std), "LogSumExp": whole(num.Array.LogSumExp),
	"Softmax": whole(num.Array.Softmax), "LogSoftmax": whole(num.Array.LogSoftmax), "Norm": whole(num.Norm),
	"CumSum": along(num.Array.CumSum), "CumProd": along(num.Array.CumProd), "CumMax": along(num.Array.CumMax),
	"CumMin": along(num.Array.CumMin), "Sort": along(num.Array.Sort),
	"TopK": one(func(x num.Array) num.Array { y, _ := x.TopK(2); return y }),
	"Det":  square(num.Det), "LogDet": square(num.LogDet), "Expm": square(num.Expm), "Sqrtm": square(num.Sqrtm),
	"Logm": square(num.Logm), "Funm": square(func(a num.Array) num.Array { return num.Funm(a, num.Array.Sin) }),
	"Polar": square(func(a num.Array) num.Array { u, _ := num.Polar(a); return u }),
}
