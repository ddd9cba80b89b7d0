package minimize

import "math"

// cobylaProblem is a problem with constraints c, lower ≤ c ≤ upper, and bounds. recorded is
// what SciPy 1.17.1 reported.
type cobylaProblem struct {
	name         string
	f            func(x []float64) float64
	c            func(x, c []float64)
	lower, upper []float64
	low, up      []float64
	x0           []float64
	min          float64
	recorded     dfoRecorded
}

// Hock & Schittkowski, "Test examples for nonlinear programming codes", 1981; the last
// ones are made up. The minima are theirs, those of "disk" and "redundant" by Lagrange
// multipliers.
var cobylaProblems = func() []cobylaProblem {
	inf := math.Inf(1)
	sq := func(v float64) float64 { return v * v }
	p4 := func(v float64) float64 { return v * v * v * v }
	all := func(n int, v float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = v
		}
		return x
	}
	zero := func(n int) []float64 { return all(n, 0) }
	above := func(n int) []float64 { return all(n, inf) }
	return []cobylaProblem{
		{name: "HS6", f: func(x []float64) float64 { return sq(1 - x[0]) },
			c:     func(x, c []float64) { c[0] = 10 * (x[1] - x[0]*x[0]) },
			lower: zero(1), upper: zero(1), x0: []float64{-1.2, 1}, recorded: dfoRecorded{39, 1.582979014e-09}},
		{name: "HS7", f: func(x []float64) float64 { return math.Log(1+x[0]*x[0]) - x[1] },
			c:     func(x, c []float64) { c[0] = sq(1+x[0]*x[0]) + x[1]*x[1] },
			lower: all(1, 4), upper: all(1, 4), x0: []float64{2, 2}, min: -math.Sqrt(3), recorded: dfoRecorded{61, -1.732050794}},
		{name: "HS8", f: func(x []float64) float64 { return -1 }, // SciPy finds no solution
			c:     func(x, c []float64) { c[0], c[1] = x[0]*x[0]+x[1]*x[1]-25, x[0]*x[1]-9 },
			lower: zero(2), upper: zero(2), x0: []float64{2, 1}, min: -1},
		{name: "HS10", f: func(x []float64) float64 { return x[0] - x[1] },
			c:     func(x, c []float64) { c[0] = -3*x[0]*x[0] + 2*x[0]*x[1] - x[1]*x[1] + 1 },
			lower: zero(1), upper: above(1), x0: []float64{-10, 10}, min: -1, recorded: dfoRecorded{63, -0.9999999996}},
		{name: "HS11", f: func(x []float64) float64 { return sq(x[0]-5) + x[1]*x[1] - 25 },
			c:     func(x, c []float64) { c[0] = -x[0]*x[0] + x[1] },
			lower: zero(1), upper: above(1), x0: []float64{4.9, 0.1}, min: -8.498464223, recorded: dfoRecorded{58, -8.49846423}},
		{name: "HS12", f: func(x []float64) float64 { return x[0]*x[0]/2 + x[1]*x[1] - x[0]*x[1] - 7*x[0] - 7*x[1] },
			c:     func(x, c []float64) { c[0] = 25 - 4*x[0]*x[0] - x[1]*x[1] },
			lower: zero(1), upper: above(1), x0: zero(2), min: -30, recorded: dfoRecorded{41, -29.99999995}},
		{name: "HS14", f: func(x []float64) float64 { return sq(x[0]-2) + sq(x[1]-1) },
			c:     func(x, c []float64) { c[0], c[1] = -x[0]*x[0]/4-x[1]*x[1]+1, x[0]-2*x[1]+1 },
			lower: zero(2), upper: []float64{inf, 0}, x0: []float64{2, 2}, min: 9 - 2.875*math.Sqrt(7), recorded: dfoRecorded{14, 1.393464981}},
		{name: "HS15", f: rosenF,
			c:     func(x, c []float64) { c[0], c[1] = x[0]*x[1]-1, x[0]+x[1]*x[1] },
			lower: zero(2), upper: above(2), low: []float64{-inf, -inf}, up: []float64{0.5, inf}, x0: []float64{-2, 1},
			min: 306.5, recorded: dfoRecorded{15, 306.5}},
		{name: "HS21", f: func(x []float64) float64 { return 0.01*x[0]*x[0] + x[1]*x[1] - 100 },
			c:     func(x, c []float64) { c[0] = 10*x[0] - x[1] - 10 },
			lower: zero(1), upper: above(1), low: []float64{2, -50}, up: []float64{50, 50}, x0: []float64{-1, -1}, min: -99.96,
			recorded: dfoRecorded{28, -99.96}},
		{name: "HS24", f: func(x []float64) float64 { return (sq(x[0]-3) - 9) * x[1] * x[1] * x[1] / (27 * math.Sqrt(3)) },
			c:     func(x, c []float64) { c[0], c[1] = x[0]/math.Sqrt(3)-x[1], x[0]+math.Sqrt(3)*x[1] },
			lower: zero(2), upper: []float64{inf, 6}, low: zero(2), up: above(2), x0: []float64{1, 0.5}, min: -1, recorded: dfoRecorded{8, -1}},
		{name: "HS26", f: func(x []float64) float64 { return sq(x[0]-x[1]) + p4(x[1]-x[2]) },
			c:     func(x, c []float64) { c[0] = (1+x[1]*x[1])*x[0] + p4(x[2]) - 3 },
			lower: zero(1), upper: zero(1), x0: []float64{-2.6, 2, 2}, recorded: dfoRecorded{235, 2.390557629e-06}},
		{name: "HS27", f: func(x []float64) float64 { return 0.01*sq(x[0]-1) + sq(x[1]-x[0]*x[0]) },
			c:     func(x, c []float64) { c[0] = x[0] + x[2]*x[2] + 1 },
			lower: zero(1), upper: zero(1), x0: []float64{2, 2, 2}, min: 0.04, recorded: dfoRecorded{978, 0.04000000801}},
		{name: "HS28", f: func(x []float64) float64 { return sq(x[0]+x[1]) + sq(x[1]+x[2]) },
			c:     func(x, c []float64) { c[0] = x[0] + 2*x[1] + 3*x[2] - 1 },
			lower: zero(1), upper: zero(1), x0: []float64{-4, 1, 1}, recorded: dfoRecorded{67, 5.778539373e-09}},
		{name: "HS35", f: func(x []float64) float64 {
			return 9 - 8*x[0] - 6*x[1] - 4*x[2] + 2*x[0]*x[0] + 2*x[1]*x[1] + x[2]*x[2] + 2*x[0]*x[1] + 2*x[0]*x[2]
		},
			c:     func(x, c []float64) { c[0] = x[0] + x[1] + 2*x[2] },
			lower: all(1, -inf), upper: all(1, 3), low: zero(3), up: above(3), x0: all(3, 0.5), min: 1. / 9, recorded: dfoRecorded{42, 0.1111111121}},
		{name: "HS39", f: func(x []float64) float64 { return -x[0] },
			c: func(x, c []float64) {
				c[0], c[1] = x[1]-x[0]*x[0]*x[0]-x[2]*x[2], x[0]*x[0]-x[1]-x[3]*x[3]
			},
			lower: zero(2), upper: zero(2), x0: all(4, 2), min: -1, recorded: dfoRecorded{118, -1.000000006}},
		{name: "HS40", f: func(x []float64) float64 { return -x[0] * x[1] * x[2] * x[3] },
			c: func(x, c []float64) {
				c[0], c[1], c[2] = x[0]*x[0]*x[0]+x[1]*x[1]-1, x[0]*x[0]*x[3]-x[2], x[3]*x[3]-x[1]
			},
			lower: zero(3), upper: zero(3), x0: all(4, 0.8), min: -0.25, recorded: dfoRecorded{60, -0.249999997}},
		{name: "HS43", f: func(x []float64) float64 {
			return x[0]*x[0] + x[1]*x[1] + 2*x[2]*x[2] + x[3]*x[3] - 5*x[0] - 5*x[1] - 21*x[2] + 7*x[3]
		},
			c: func(x, c []float64) {
				p, q, r, s := x[0]*x[0], x[1]*x[1], x[2]*x[2], x[3]*x[3]
				c[0] = 8 - p - q - r - s - x[0] + x[1] - x[2] + x[3]
				c[1] = 10 - p - 2*q - r - 2*s + x[0] + x[3]
				c[2] = 5 - 2*p - q - r - 2*x[0] + x[1] + x[3]
			},
			lower: zero(3), upper: above(3), x0: zero(4), min: -44, recorded: dfoRecorded{78, -43.99999996}},
		{name: "HS48", f: func(x []float64) float64 { return sq(x[0]-1) + sq(x[1]-x[2]) + sq(x[3]-x[4]) },
			c: func(x, c []float64) {
				c[0], c[1] = x[0]+x[1]+x[2]+x[3]+x[4]-5, x[2]-2*(x[3]+x[4])+3
			},
			lower: zero(2), upper: zero(2), x0: []float64{3, 5, -3, 2, -2}, recorded: dfoRecorded{86, 7.803500536e-09}},
		{name: "HS51", f: func(x []float64) float64 { return sq(x[0]-x[1]) + sq(x[1]+x[2]-2) + sq(x[3]-1) + sq(x[4]-1) },
			c:     func(x, c []float64) { c[0], c[1], c[2] = x[0]+3*x[1]-4, x[2]+x[3]-2*x[4], x[1]-x[4] },
			lower: zero(3), upper: zero(3), x0: []float64{2.5, 0.5, 2, -1, 0.5}, recorded: dfoRecorded{61, 6.535546202e-10}},
		{name: "HS52", f: func(x []float64) float64 { return sq(4*x[0]-x[1]) + sq(x[1]+x[2]-2) + sq(x[3]-1) + sq(x[4]-1) },
			c:     func(x, c []float64) { c[0], c[1], c[2] = x[0]+3*x[1], x[2]+x[3]-2*x[4], x[1]-x[4] },
			lower: zero(3), upper: zero(3), x0: all(5, 2), min: 1859. / 349, recorded: dfoRecorded{139, 5.326647576}},
		{name: "HS65", f: func(x []float64) float64 { return sq(x[0]-x[1]) + sq(x[0]+x[1]-10)/9 + sq(x[2]-5) },
			c:     func(x, c []float64) { c[0] = 48 - x[0]*x[0] - x[1]*x[1] - x[2]*x[2] },
			lower: zero(1), upper: above(1), low: []float64{-4.5, -4.5, -5}, up: []float64{4.5, 4.5, 5},
			x0: []float64{-5, 5, 0}, min: 0.9535288567, recorded: dfoRecorded{74, 1.017935591}},
		{name: "HS71", f: func(x []float64) float64 { return x[0]*x[3]*(x[0]+x[1]+x[2]) + x[2] },
			c: func(x, c []float64) {
				c[0], c[1] = x[0]*x[1]*x[2]*x[3], x[0]*x[0]+x[1]*x[1]+x[2]*x[2]+x[3]*x[3]
			},
			lower: []float64{25, 40}, upper: []float64{inf, 40}, low: all(4, 1), up: all(4, 5), x0: []float64{1, 5, 5, 1},
			min: 17.0140173, recorded: dfoRecorded{82, 17.01401781}},
		{name: "HS76", f: func(x []float64) float64 {
			return x[0]*x[0] + x[1]*x[1]/2 + x[2]*x[2] + x[3]*x[3]/2 - x[0]*x[2] + x[2]*x[3] - x[0] - 3*x[1] + x[2] - x[3]
		},
			c: func(x, c []float64) {
				c[0], c[1], c[2] = x[0]+2*x[1]+x[2]+x[3], 3*x[0]+x[1]+2*x[2]-x[3], x[1]+4*x[2]
			},
			lower: []float64{-inf, -inf, 1.5}, upper: []float64{5, 4, inf}, low: zero(4), up: above(4), x0: all(4, 0.5),
			min: -4.681818182, recorded: dfoRecorded{66, -4.681818179}},
		{name: "HS77", f: func(x []float64) float64 {
			return sq(x[0]-1) + sq(x[0]-x[1]) + sq(x[2]-1) + p4(x[3]-1) + math.Pow(x[4]-1, 6)
		},
			c: func(x, c []float64) {
				c[0], c[1] = x[0]*x[0]*x[3]+math.Sin(x[3]-x[4])-2*math.Sqrt2, x[1]+p4(x[2])*x[3]*x[3]-8-math.Sqrt2
			},
			lower: zero(2), upper: zero(2), x0: all(5, 2), min: 0.24150513, recorded: dfoRecorded{166, 0.2415051484}},
		{name: "HS78", f: func(x []float64) float64 { return x[0] * x[1] * x[2] * x[3] * x[4] },
			c: func(x, c []float64) {
				c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4] - 10
				c[1], c[2] = x[1]*x[2]-5*x[3]*x[4], x[0]*x[0]*x[0]+x[1]*x[1]*x[1]+1
			},
			lower: zero(3), upper: zero(3), x0: []float64{-2, 1.5, 2, -1, -1}, min: -2.91970041, recorded: dfoRecorded{77, -2.919700409}},
		{name: "HS79", f: func(x []float64) float64 {
			return sq(x[0]-1) + sq(x[0]-x[1]) + sq(x[1]-x[2]) + p4(x[2]-x[3]) + p4(x[3]-x[4])
		},
			c: func(x, c []float64) {
				c[0] = x[0] + x[1]*x[1] + x[2]*x[2]*x[2] - 2 - 3*math.Sqrt2
				c[1], c[2] = x[1]-x[2]*x[2]+x[3]+2-2*math.Sqrt2, x[0]*x[4]-2
			},
			lower: zero(3), upper: zero(3), x0: all(5, 2), min: 0.0787768209, recorded: dfoRecorded{75, 0.07877682368}},
		{name: "HS93", f: func(x []float64) float64 {
			a, b := x[0]*x[3]*(x[0]+x[1]+x[2]), x[1]*x[2]*(x[0]+1.57*x[1]+x[3])
			return 0.0204*a + 0.0187*b + 0.0607*a*x[4]*x[4] + 0.0437*b*x[5]*x[5]
		},
			c: func(x, c []float64) {
				a, b := x[0]*x[3]*(x[0]+x[1]+x[2]), x[1]*x[2]*(x[0]+1.57*x[1]+x[3])
				c[0] = 0.001*x[0]*x[1]*x[2]*x[3]*x[4]*x[5] - 2.07
				c[1] = 1 - 0.00062*a*x[4]*x[4] - 0.00058*b*x[5]*x[5]
			},
			lower: zero(2), upper: above(2), low: zero(6), up: above(6), x0: []float64{5.54, 4.4, 12.02, 11.82, 0.702, 0.852},
			min: 135.075961, recorded: dfoRecorded{1000, 135.0815641}},
		{name: "HS100", f: func(x []float64) float64 {
			return sq(x[0]-10) + 5*sq(x[1]-12) + p4(x[2]) + 3*sq(x[3]-11) + 10*math.Pow(x[4], 6) + 7*x[5]*x[5] +
				p4(x[6]) - 4*x[5]*x[6] - 10*x[5] - 8*x[6]
		},
			c: func(x, c []float64) {
				c[0] = 127 - 2*x[0]*x[0] - 3*p4(x[1]) - x[2] - 4*x[3]*x[3] - 5*x[4]
				c[1] = 282 - 7*x[0] - 3*x[1] - 10*x[2]*x[2] - x[3] + x[4]
				c[2] = 196 - 23*x[0] - x[1]*x[1] - 6*x[5]*x[5] + 8*x[6]
				c[3] = -4*x[0]*x[0] - x[1]*x[1] + 3*x[0]*x[1] - 2*x[2]*x[2] - 5*x[5] + 11*x[6]
			},
			lower: zero(4), upper: above(4), x0: []float64{1, 2, 0, 4, 0, 1, 1}, min: 680.6300573, recorded: dfoRecorded{315, 680.6300621}},
		{name: "disk", f: rosenF,
			c:     func(x, c []float64) { c[0] = x[0]*x[0] + x[1]*x[1] },
			lower: all(1, -inf), upper: all(1, 1), x0: []float64{-1.2, 1}, min: 0.0456748087, recorded: dfoRecorded{520, 0.0456948921}},
		{name: "box", f: rosenF, low: []float64{-2, -2}, up: []float64{0.5, 2}, x0: []float64{-1.2, 1}, min: 0.25, recorded: dfoRecorded{348, 0.25}},
		{name: "line", f: himmelblau.f,
			c:     func(x, c []float64) { c[0] = x[0] + x[1] },
			lower: all(1, 1), upper: all(1, 1), x0: zero(2), min: 8, recorded: dfoRecorded{35, 8.000000012}},
		{name: "redundant", f: func(x []float64) float64 { return sq(x[0]-2) + sq(x[1]-1) },
			c:     func(x, c []float64) { c[0], c[1], c[2] = x[0]+x[1], 2*x[0]+2*x[1], x[0]+x[1] },
			lower: all(3, -inf), upper: []float64{1, 2, 1}, x0: zero(2), min: 2, recorded: dfoRecorded{24, 2}},
	}
}()

func (p cobylaProblem) options(m COBYLA) Options {
	o := Options{Method: m}
	if p.c != nil {
		o.Constraints = []Constraint{{Func: p.c, Lower: p.lower, Upper: p.upper}}
	}
	if p.low != nil {
		o.Bounds = &Bounds{p.low, p.up}
	}
	return o
}
