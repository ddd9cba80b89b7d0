package sparse

import "testing"

func benchmarkProblems() []problem {
	return []problem{
		laplacian("laplacian2D-90000", 300, 2),
		laplacian("laplacian2D-1000000", 1000, 2),
		laplacian("laplacian3D-64000", 40, 3),
		laplacian("tridiagonal-100000", 100000, 1),
		control("control-small-30000", 5000, 4, 2, 1e-8),
		control("control-small-zero-30000", 5000, 4, 2, 0),
		control("control-large-30000", 500, 40, 20, 0),
	}
}

func BenchmarkLDL(b *testing.B) {
	for _, q := range benchmarkProblems() {
		var s *Symbolic
		b.Run("Analyze/"+q.name, func(b *testing.B) {
			for b.Loop() {
				s, _ = Analyze(q.p)
			}
			b.ReportMetric(float64(s.NNZ())/float64(q.p.NNZ()), "fill")
		})
		if s == nil {
			s, _ = Analyze(q.p)
		}
		var f *LDL
		b.Run("Factorize/"+q.name, func(b *testing.B) {
			b.ReportAllocs()
			f, _ = s.Factorize(q.values, Options{})
			for b.Loop() {
				f.Refactorize(q.values)
			}
			b.ReportMetric(s.Flops()/1e9/(b.Elapsed().Seconds()/float64(b.N)), "GFlop/s")
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(q.p.NNZ()), "ns/entry")
			b.ReportMetric(float64(f.NNZ())/float64(s.NNZ()), "morefill")
			b.ReportMetric(float64(f.Delayed()), "delayed")
			b.ReportMetric(float64(s.nodes()), "fronts")
		})
		b.Run("Solve/"+q.name, func(b *testing.B) {
			if f == nil {
				f, _ = s.Factorize(q.values, Options{})
			}
			x := make([]float64, s.N())
			for i := range x {
				x[i] = 1
			}
			y := make([]float64, s.N())
			e := 0.
			for b.Loop() {
				e, _ = f.Solve(x, y)
			}
			b.ReportMetric(e, "backward")
		})
	}
}

func BenchmarkLU(b *testing.B) {
	for _, q := range []problem{transport(300)} {
		var s *LUSymbolic
		var f *LU
		b.Run("Analyze/"+q.name, func(b *testing.B) {
			for b.Loop() {
				s, _ = AnalyzeLU(q.p)
			}
		})
		b.Run("Factorize/"+q.name, func(b *testing.B) {
			f, _ = s.Factorize(q.values)
			for b.Loop() {
				f.Refactorize(q.values)
			}
			b.ReportMetric(float64(f.NNZ()), "nnz")
		})
		b.Run("Solve/"+q.name, func(b *testing.B) {
			x := make([]float64, q.p.Rows)
			for i := range x {
				x[i] = 1
			}
			e := 0.
			for b.Loop() {
				e, _ = f.Solve(x, x)
			}
			b.ReportMetric(e/0x1p-52, "ulps")
		})
	}
}
