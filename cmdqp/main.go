package main

import (
	"encoding/binary"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
	"context"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/sparse"
)

func read(f string) (n, m int, r float64, P, A [3]any, q, l, u []float64) {
	b, err := os.ReadFile(f)
	if err != nil { panic(err) }
	i := func() int { v := int(binary.LittleEndian.Uint64(b)); b = b[8:]; return v }
	fl := func() float64 { v := math.Float64frombits(binary.LittleEndian.Uint64(b)); b = b[8:]; return v }
	is := func(k int) []int { v := make([]int, k); for j := range v { v[j] = i() }; return v }
	fs := func(k int) []float64 { v := make([]float64, k); for j := range v { v[j] = fl() }; return v }
	n, m = i(), i()
	np, na := i(), i()
	r = fl()
	P = [3]any{is(n + 1), is(np), fs(np)}
	A = [3]any{is(n + 1), is(na), fs(na)}
	q, l, u = fs(n), fs(m), fs(m)
	return
}

func mul(c [3]any, n, m int, x []float64) []float64 {
	y := make([]float64, m)
	p, ind, v := c[0].([]int), c[1].([]int), c[2].([]float64)
	for j := range n { for k := p[j]; k < p[j+1]; k++ { y[ind[k]] += v[k] * x[j] } }
	return y
}
func tmul(c [3]any, n int, y []float64) []float64 {
	x := make([]float64, n)
	p, ind, v := c[0].([]int), c[1].([]int), c[2].([]float64)
	for j := range n { for k := p[j]; k < p[j+1]; k++ { x[j] += v[k] * y[ind[k]] } }
	return x
}

func main() {
	tol := flag.Float64("tol", 1e-6, "")
	re := flag.String("run", ".", "")
	v := flag.Bool("v", false, "")
	abs := flag.Bool("abs", true, "")
	limit := flag.Float64("limit", 10, "")
	most := flag.Int("max", 40000000, "")
	flag.Parse()
	ref := map[string]float64{}
	rf, _ := os.Open("/work/shared/data/maros-meszaros/reference.csv")
	rows, _ := csv.NewReader(rf).ReadAll()
	for _, r := range rows[1:] { ref[r[0]], _ = strconv.ParseFloat(r[5], 64) }
	col := map[string]int{}
	for i, c := range rows[0] { col[c] = i }
	for _, r := range rows[1:] { ref[r[0]], _ = strconv.ParseFloat(r[col["optimum"]], 64) }
	files, _ := filepath.Glob("/tmp/qp/data/*.bin")
	sort.Strings(files)
	rx := regexp.MustCompile("^(" + *re + ")$")
	if *re == "." { rx = regexp.MustCompile(".") }
	solved, logs := 0, 0.0
	count := 0
	var fails []string
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".bin")
		st, _ := os.Stat(f)
		if !rx.MatchString(name) || int(st.Size()) > *most { continue }
		count++
		n, m, r, P, A, q, l, u := read(f)
		t0 := time.Now()
		// rows besides the identity
		k := m - n
		Pm := sparse.FromCSC(n, n, P[0].([]int), P[1].([]int), num.New(P[2].([]float64), len(P[2].([]float64))))
		ap, ai, av := A[0].([]int), A[1].([]int), A[2].([]float64)
		gp := make([]int, n+1); var gi []int; var gv []float64
		for j := range n { for e := ap[j]; e < ap[j+1]; e++ { if ai[e] < k { gi = append(gi, ai[e]); gv = append(gv, av[e]) } }; gp[j+1] = len(gi) }
		qp := argmin.QP{C: num.New(q, n), Lower: num.New(l[k:], n), Upper: num.New(u[k:], n)}
		if len(P[1].([]int)) > 0 { qp.Q = Pm }
		if k > 0 { qp.G = sparse.FromCSC(k, n, gp, gi, num.New(gv, len(gv))); qp.Low, qp.H = num.New(l[:k], k), num.New(u[:k], k) }
		s := argmin.Quadratic(func(q argmin.QP) argmin.QP { return q }, argmin.ProximalInteriorPoint{Absolute: *abs}, argmin.Options{Tol: *tol})
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*limit*1e9))
		res, err := s.RunContext(ctx, argmin.QPPoint{}, qp)
		cancel()
		sec := time.Since(t0).Seconds()
		state := res.State
		ok := false
		var pr, dr, gap, obj float64
		if err == nil || res.Params.X != (num.Array{}) && len(res.Params.X.Shape())>0 {
			x := res.Params.X.Float64s()
			y := append(append([]float64{}, res.Params.Between.Float64s()...), res.Params.Bounds.Float64s()...)
			if len(y) == m {
			Ax := mul(A, n, m, x)
			for i := range m { pr = math.Max(pr, math.Max(l[i]-Ax[i], Ax[i]-u[i])); if math.IsInf(u[i], 1) || u[i]>=1e20 { y[i] = math.Min(y[i], 0) }; if math.IsInf(l[i], -1)|| l[i]<= -1e20 { y[i] = math.Max(y[i], 0) } }
			Px := mul(P, n, n, x)
			Ay := tmul(A, n, y)
			g := 0.0
			for j := range n { dr = math.Max(dr, math.Abs(Px[j]+q[j]+Ay[j])); g += x[j]*Px[j] + q[j]*x[j]; obj += 0.5*x[j]*Px[j] + q[j]*x[j] }
			for i := range m { if y[i] > 0 { g += u[i] * y[i] } else if y[i] < 0 { g += l[i] * y[i] } }
			gap = math.Abs(g); obj += r
			ok = state.Status().String() == "converged" && math.Max(pr, math.Max(dr, gap)) <= *tol && sec <= *limit
			}
		}
		sc := sec
		if ok { solved++ } else { sc = *limit; fails = append(fails, name) }
		logs += math.Log(1 + sc)
		if *v || !ok {
			fmt.Printf("%-10s n=%d m=%d %v it=%v err=%.2g pr=%.1g du=%.1g gap=%.1g obj=%.8g ref=%.8g t=%.3f %v %v\n", name, n, k, state.Status(), state.NIter, state.Error.Item(), pr, dr, gap, obj, ref[name], sec, ok, err)
		}
	}
	fmt.Printf("tol %g: solved %d of %d, sgm %.3f; fails %v\n", *tol, solved, count, math.Exp(logs/float64(count))-1, fails)
}
