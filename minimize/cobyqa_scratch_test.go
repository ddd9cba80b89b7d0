package minimize

import (
	"context"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

type cobyqaSciPy struct {
	nfev, nit int
	fun, cv   float64
	success   bool
}

type cobyqaTest struct {
	name         string
	x0           []float64
	f            func(x []float64) float64
	opt          float64
	lower, upper []float64
	c            func(x, c []float64)
	cl, cu       []float64
	a, al, au    []float64
	scipy        cobyqaSciPy
}

func (p cobyqaTest) options() Options {
	opt := Options{Method: COBYQA{}}
	if p.lower != nil {
		opt.Bounds = &Bounds{p.lower, p.upper}
	}
	if p.c != nil {
		opt.Constraints = append(opt.Constraints, Constraint{Func: p.c, Lower: p.cl, Upper: p.cu})
	}
	if p.a != nil {
		opt.Constraints = append(opt.Constraints, Constraint{A: mat.NewDense(len(p.al), len(p.x0), p.a), Lower: p.al, Upper: p.au})
	}
	return opt
}

func TestCobyqaScratch(t *testing.T) {
	sums, counts := map[string]float64{}, map[string]float64{}
	for _, p := range cobyqaProblems {
		if o := os.Getenv("ONLY"); o != "" && o != p.name {
			continue
		}
		start := time.Now()
		r, err := Minimize(context.Background(), Problem{Func: p.f}, p.x0, p.options())
		el := time.Since(start)
		if err != nil {
			t.Error(err)
			continue
		}
		kind := "unc"
		if p.c != nil {
			kind = "nl"
		} else if p.a != nil {
			kind = "lin"
		} else if p.lower != nil {
			kind = "bnd"
		}
		ratio := float64(r.NFev) / float64(p.scipy.nfev)
		sums[kind] += math.Log(ratio)
		counts[kind]++
		mark := ""
		err1, err2 := (r.Fun-p.opt)/(1+math.Abs(p.opt)), (p.scipy.fun-p.opt)/(1+math.Abs(p.opt))
		if err1 > max(1e-6, 2*err2) || !r.Success {
			mark = "  <<<<"
		}
		fmt.Printf("%-16s %5d %5d %5.2f  it %5d err %9.2e cv %8.1e  scipy %9.2e cv %8.1e %v  %v %v %6.0fus/ev%s\n", p.name, r.NFev, p.scipy.nfev, ratio, r.NIter, err1, r.MaxCV, err2, p.scipy.cv, p.scipy.success, r.Reason, r.Status, float64(el.Microseconds())/float64(r.NFev), mark)
	}
	all, n := 0.0, 0.0
	for k, v := range sums {
		fmt.Printf("%s %.3f\n", k, math.Exp(v/counts[k]))
		all += v
		n += counts[k]
	}
	fmt.Printf("all %.3f\n", math.Exp(all/n))
}
