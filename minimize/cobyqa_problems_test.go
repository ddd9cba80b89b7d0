package minimize

import "math"

// Problems of Moré, Garbow & Hillstrom, "Testing unconstrained optimization software",
// 1981, with bounds in some, of Hock & Schittkowski, "Test examples for nonlinear
// programming codes", 1981 (hs…), and some more.
var cobyqaProblems = []cobyqaTest{
	{name: "rosen2", x0: []float64{-1.2, 1}, min: 0,
		f:     rosenF,
		scipy: cobyqaSciPy{144, 3.40021520212331e-14, 0, true}},
	{name: "rosen5", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, min: 0,
		f:     rosenF,
		scipy: cobyqaSciPy{212, 2.2777378479750818e-14, 0, true}},
	{name: "rosen10", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2}, min: 0,
		f:     rosenF,
		scipy: cobyqaSciPy{475, 4.082654089521445e-12, 0, true}},
	{name: "beale", x0: []float64{1, 1}, min: 0,
		f:     beale.f,
		scipy: cobyqaSciPy{65, 1.0172684449960239e-12, 0, true}},
	{name: "powellsingular", x0: []float64{3, -1, 0, 1}, min: 0,
		f:     powellSingular.f,
		scipy: cobyqaSciPy{323, 5.624684918645304e-11, 0, true}},
	{name: "wood", x0: []float64{-3, -1, -3, -1}, min: 0,
		f:     wood.f,
		scipy: cobyqaSciPy{503, 3.352819485884525e-13, 0, true}},
	{name: "himmelblau", x0: []float64{0, 0}, min: 0,
		f:     himmelblau.f,
		scipy: cobyqaSciPy{43, 2.693533805258113e-14, 0, true}},
	{name: "brownbadly", x0: []float64{1, 1}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-1e6, 2) + math.Pow(x[1]-2e-6, 2) + math.Pow(x[0]*x[1]-2, 2)
		},
		scipy: cobyqaSciPy{463, 5183.965117980208, 0, true}},
	{name: "helix", x0: []float64{-1, 0, 0}, min: 0,
		f: func(x []float64) float64 {
			return 100*(math.Pow(x[2]-10*math.Atan2(x[1], x[0])/6.283185307179586, 2)+math.Pow(math.Sqrt(x[0]*x[0]+x[1]*x[1])-1, 2)) + x[2]*x[2]
		},
		scipy: cobyqaSciPy{72, 1.1875987461641783e-13, 0, true}},
	{name: "broyden6", x0: []float64{-1, -1, -1, -1, -1, -1}, min: 0,
		f:     broydenTridiagonal,
		scipy: cobyqaSciPy{104, 3.0128296011025776e-12, 0, true}},
	{name: "broyden10", x0: []float64{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, min: 0,
		f:     broydenTridiagonal,
		scipy: cobyqaSciPy{201, 9.137727667947487e-12, 0, true}},
	{name: "trig5", x0: []float64{0.2, 0.2, 0.2, 0.2, 0.2}, min: 0,
		f:     cobyqaTrigonometric,
		scipy: cobyqaSciPy{152, 1.277006348203177e-13, 0, true}},
	{name: "vardim4", x0: []float64{0.75, 0.5, 0.25, 0}, min: 0,
		f:     variablyDimensioned,
		scipy: cobyqaSciPy{116, 1.2388292775525e-13, 0, true}},
	{name: "vardim8", x0: []float64{0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0}, min: 0,
		f:     variablyDimensioned,
		scipy: cobyqaSciPy{965, 3.7912717787857864e-12, 0, true}},
	{name: "quad10", x0: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, min: 0,
		f: func(x []float64) float64 {
			return 1*x[0]*x[0]/2 + 2*x[1]*x[1]/2 + 3*x[2]*x[2]/2 + 4*x[3]*x[3]/2 + 5*x[4]*x[4]/2 + 6*x[5]*x[5]/2 +
				7*x[6]*x[6]/2 + 8*x[7]*x[7]/2 + 9*x[8]*x[8]/2 + 10*x[9]*x[9]/2
		},
		scipy: cobyqaSciPy{45, 3.240405018910583e-26, 0, true}},
	{name: "one", x0: []float64{10}, min: 2.05123560361463,
		f:     single.f,
		scipy: cobyqaSciPy{21, 2.05123560361463, 0, true}},
	{name: "bard", x0: []float64{1, 1, 1}, min: 0.00821487730716249,
		f:     cobyqaBard,
		scipy: cobyqaSciPy{125, 0.00821487730716249, 0, true}},
	{name: "box3", x0: []float64{0, 10, 20}, min: 0,
		f:     cobyqaBox,
		scipy: cobyqaSciPy{159, 1.7621371765754138e-13, 0, true}},
	{name: "kowalik", x0: []float64{0.25, 0.39, 0.415, 0.39}, min: 0.0003075056043583635,
		f:     cobyqaKowalik,
		scipy: cobyqaSciPy{237, 0.0003075056043583635, 0, true}},
	{name: "freudenstein", x0: []float64{0.5, -2}, min: 48.984253679240055,
		f: func(x []float64) float64 {
			return math.Pow(-13+x[0]+((5-x[1])*x[1]-2)*x[1], 2) + math.Pow(-29+x[0]+((x[1]+1)*x[1]-14)*x[1], 2)
		},
		scipy: cobyqaSciPy{73, 48.984253679240055, 0, true}},
	{name: "rosenb-active", x0: []float64{-1.2, 1}, min: 0.03999999999999998,
		f:     rosenF,
		lower: []float64{-2, -1}, upper: []float64{0.8, 2},
		scipy: cobyqaSciPy{109, 0.03999999999999998, 0, true}},
	{name: "rosenb-inactive", x0: []float64{-1.2, 1}, min: 0,
		f:     rosenF,
		lower: []float64{-5, -5}, upper: []float64{5, 5},
		scipy: cobyqaSciPy{144, 3.40021520212331e-14, 0, true}},
	{name: "rosenb5", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, min: 0.43841007900191764,
		f:     rosenF,
		lower: []float64{-1, -1, 0.5, -1, -2}, upper: []float64{0.9, 2, 2, 0.7, 2},
		scipy: cobyqaSciPy{113, 0.43841007900191764, 0, true}},
	{name: "rosenb10", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2}, min: 3.718831170522812,
		f:     rosenF,
		lower: []float64{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, upper: []float64{0.9, 2, 2, 0.9, 2, 2, 0.9, 2, 2, 0.9},
		scipy: cobyqaSciPy{406, 3.718831170522812, 0, true}},
	{name: "hs1", x0: []float64{-2, 1}, min: 0,
		f:     rosenF,
		lower: []float64{-cobyqaInf, -1.5}, upper: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{188, 6.373400319436777e-14, 0, true}},
	{name: "hs2", x0: []float64{-2, 1}, min: 4.941229317989189,
		f:     rosenF,
		lower: []float64{-cobyqaInf, 1.5}, upper: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{32, 4.941229317989189, 0, true}},
	{name: "hs3", x0: []float64{10, 1}, min: 0,
		f: func(x []float64) float64 {
			return x[1] + 1e-5*math.Pow(x[1]-x[0], 2)
		},
		lower: []float64{-cobyqaInf, 0}, upper: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{31, 1.9087122662698823e-29, 0, true}},
	{name: "hs4", x0: []float64{1.125, 0.125}, min: 2.6666666666666665,
		f: func(x []float64) float64 {
			return math.Pow(x[0]+1, 3)/3 + x[1]
		},
		lower: []float64{1, 0}, upper: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{23, 2.6666666666666665, 0, true}},
	{name: "hs5", x0: []float64{0, 0}, min: -1.913222954980811,
		f: func(x []float64) float64 {
			return math.Sin(x[0]+x[1]) + math.Pow(x[0]-x[1], 2) - 1.5*x[0] + 2.5*x[1] + 1
		},
		lower: []float64{-1.5, -3}, upper: []float64{4, 3},
		scipy: cobyqaSciPy{32, -1.913222954980811, 0, true}},
	{name: "hs38", x0: []float64{-3, -1, -3, -1}, min: 0,
		f:     wood.f,
		lower: []float64{-10, -10, -10, -10}, upper: []float64{10, 10, 10, 10},
		scipy: cobyqaSciPy{503, 3.352819485884525e-13, 0, true}},
	{name: "hs45", x0: []float64{2, 2, 2, 2, 2}, min: 1,
		f: func(x []float64) float64 {
			return 2 - x[0]*x[1]*x[2]*x[3]*x[4]/120
		},
		lower: []float64{0, 0, 0, 0, 0}, upper: []float64{1, 2, 3, 4, 5},
		scipy: cobyqaSciPy{39, 1.0, 0, true}},
	{name: "hs110", x0: []float64{9, 9, 9, 9, 9, 9, 9, 9, 9, 9}, min: -45.77846971,
		f:     cobyqaPaviani,
		lower: []float64{2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001},
		upper: []float64{9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999},
		scipy: cobyqaSciPy{390, -45.778469707444934, 0, true}},
	{name: "woodb", x0: []float64{-3, -1, -3, -1}, min: 4.093584178331312,
		f:     wood.f,
		lower: []float64{-10, -10, -10, -10}, upper: []float64{0.5, 10, 10, 0.9},
		scipy: cobyqaSciPy{334, 4.093584178331312, 0, true}},
	{name: "quadb10", x0: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, min: 18.125,
		f: func(x []float64) float64 {
			return 1*math.Pow(x[0]+-1.0, 2)/2 + 2*math.Pow(x[1]+1.0, 2)/2 + 3*math.Pow(x[2]+-1.0, 2)/2 +
				4*math.Pow(x[3]+1.0, 2)/2 + 5*math.Pow(x[4]+-1.0, 2)/2 + 6*math.Pow(x[5]+1.0, 2)/2 + 7*math.Pow(x[6]+-1.0, 2)/2 +
				8*math.Pow(x[7]+1.0, 2)/2 + 9*math.Pow(x[8]+-1.0, 2)/2 + 10*math.Pow(x[9]+1.0, 2)/2
		},
		lower: []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, upper: []float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
		scipy: cobyqaSciPy{48, 18.125, 0, true}},
	{name: "hs9", x0: []float64{0, 0}, min: -0.5,
		f: func(x []float64) float64 {
			return math.Sin(3.141592653589793*x[0]/12) * math.Cos(3.141592653589793*x[1]/16)
		},
		a: []float64{4, -3}, al: []float64{0}, au: []float64{0},
		scipy: cobyqaSciPy{32, -0.5, 1.8e-15, true}},
	{name: "hs21", x0: []float64{-1, -1}, min: -99.96,
		f: func(x []float64) float64 {
			return 0.01*x[0]*x[0] + x[1]*x[1] - 100
		},
		lower: []float64{2, -50}, upper: []float64{50, 50},
		a: []float64{10, -1}, al: []float64{10}, au: []float64{cobyqaInf},
		scipy: cobyqaSciPy{25, -99.96, 0, true}},
	{name: "hs24", x0: []float64{1, 0.5}, min: -1,
		f: func(x []float64) float64 {
			return (math.Pow(x[0]-3, 2) - 9) * math.Pow(x[1], 3) / (27 * math.Sqrt(3.0))
		},
		lower: []float64{0, 0}, upper: []float64{cobyqaInf, cobyqaInf},
		a: []float64{0.5773502691896257, -1, 1, 1.7320508075688772}, al: []float64{0, 0}, au: []float64{cobyqaInf, 6},
		scipy: cobyqaSciPy{33, -1.0, 0, true}},
	{name: "hs28", x0: []float64{-4, 1, 1}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]+x[1], 2) + math.Pow(x[1]+x[2], 2)
		},
		a: []float64{1, 2, 3}, al: []float64{1}, au: []float64{1},
		scipy: cobyqaSciPy{47, 8.194578945805644e-14, 1.8e-15, true}},
	{name: "hs35", x0: []float64{0.5, 0.5, 0.5}, min: 0.1111111111111111,
		f: func(x []float64) float64 {
			return 9 - 8*x[0] - 6*x[1] - 4*x[2] + 2*x[0]*x[0] + 2*x[1]*x[1] + x[2]*x[2] + 2*x[0]*x[1] + 2*x[0]*x[2]
		},
		lower: []float64{0, 0, 0}, upper: []float64{cobyqaInf, cobyqaInf, cobyqaInf},
		a: []float64{1, 1, 2}, al: []float64{-cobyqaInf}, au: []float64{3},
		scipy: cobyqaSciPy{33, 0.11111111111111183, 0, true}},
	{name: "hs36", x0: []float64{10, 10, 10}, min: -3300,
		f: func(x []float64) float64 {
			return -x[0] * x[1] * x[2]
		},
		lower: []float64{0, 0, 0}, upper: []float64{20, 11, 42},
		a: []float64{1, 2, 2}, al: []float64{-cobyqaInf}, au: []float64{72},
		scipy: cobyqaSciPy{33, -3300.0, 0, true}},
	{name: "hs37", x0: []float64{10, 10, 10}, min: -3456,
		f: func(x []float64) float64 {
			return -x[0] * x[1] * x[2]
		},
		lower: []float64{0, 0, 0}, upper: []float64{42, 42, 42},
		a: []float64{1, 2, 2}, al: []float64{0}, au: []float64{72},
		scipy: cobyqaSciPy{48, -3456.0000000000005, 0, true}},
	{name: "hs44", x0: []float64{0, 0, 0, 0}, min: -15,
		f: func(x []float64) float64 {
			return x[0] - x[1] - x[2] - x[0]*x[2] + x[0]*x[3] + x[1]*x[2] - x[1]*x[3]
		},
		lower: []float64{0, 0, 0, 0}, upper: []float64{cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf},
		a:  []float64{1, 2, 0, 0, 4, 1, 0, 0, 3, 4, 0, 0, 0, 0, 2, 1, 0, 0, 1, 2, 0, 0, 1, 1},
		al: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf}, au: []float64{8, 12, 12, 8, 8, 5},
		scipy: cobyqaSciPy{37, -15.0, 0, true}},
	{name: "hs48", x0: []float64{3, 5, -3, 2, -2}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-1, 2) + math.Pow(x[1]-x[2], 2) + math.Pow(x[3]-x[4], 2)
		},
		a: []float64{1, 1, 1, 1, 1, 0, 0, 1, -2, -2}, al: []float64{5, -3}, au: []float64{5, -3},
		scipy: cobyqaSciPy{68, 2.405120817341651e-14, 8.9e-16, true}},
	{name: "hs49", x0: []float64{10, 7, 2, -3, 0.8}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-x[1], 2) + math.Pow(x[2]-1, 2) + math.Pow(x[3]-1, 4) + math.Pow(x[4]-1, 6)
		},
		a: []float64{1, 1, 1, 4, 0, 0, 0, 1, 0, 5}, al: []float64{7, 6}, au: []float64{7, 6},
		scipy: cobyqaSciPy{251, 2.990576313578371e-10, 7.1e-15, true}},
	{name: "hs50", x0: []float64{35, -31, 11, 5, -5}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-x[1], 2) + math.Pow(x[1]-x[2], 2) + math.Pow(x[2]-x[3], 4) + math.Pow(x[3]-x[4], 2)
		},
		a: []float64{1, 2, 3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 1, 2, 3}, al: []float64{6, 6, 6}, au: []float64{6, 6, 6},
		scipy: cobyqaSciPy{81, 1.1386351772192311e-13, 5.2e-14, true}},
	{name: "hs51", x0: []float64{2.5, 0.5, 2, -1, 0.5}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-x[1], 2) + math.Pow(x[1]+x[2]-2, 2) + math.Pow(x[3]-1, 2) + math.Pow(x[4]-1, 2)
		},
		a: []float64{1, 3, 0, 0, 0, 0, 0, 1, 1, -2, 0, 1, 0, 0, -1}, al: []float64{4, 0, 0}, au: []float64{4, 0, 0},
		scipy: cobyqaSciPy{55, 2.0767649638955684e-13, 1.8e-15, true}},
	{name: "hs52", x0: []float64{2, 2, 2, 2, 2}, min: 5.326647564469914,
		f: func(x []float64) float64 {
			return math.Pow(4*x[0]-x[1], 2) + math.Pow(x[1]+x[2]-2, 2) + math.Pow(x[3]-1, 2) + math.Pow(x[4]-1, 2)
		},
		a: []float64{1, 3, 0, 0, 0, 0, 0, 1, 1, -2, 0, 1, 0, 0, -1}, al: []float64{0, 0, 0}, au: []float64{0, 0, 0},
		scipy: cobyqaSciPy{62, 5.3266475644699804, 8.5e-16, true}},
	{name: "hs53", x0: []float64{2, 2, 2, 2, 2}, min: 4.093023255813954,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-x[1], 2) + math.Pow(x[1]+x[2]-2, 2) + math.Pow(x[3]-1, 2) + math.Pow(x[4]-1, 2)
		},
		lower: []float64{-10, -10, -10, -10, -10}, upper: []float64{10, 10, 10, 10, 10},
		a: []float64{1, 3, 0, 0, 0, 0, 0, 1, 1, -2, 0, 1, 0, 0, -1}, al: []float64{0, 0, 0}, au: []float64{0, 0, 0},
		scipy: cobyqaSciPy{58, 4.093023255814122, 2.2e-16, true}},
	{name: "hs76", x0: []float64{0.5, 0.5, 0.5, 0.5}, min: -4.681818181,
		f: func(x []float64) float64 {
			return x[0]*x[0] + 0.5*x[1]*x[1] + x[2]*x[2] + 0.5*x[3]*x[3] - x[0]*x[2] + x[2]*x[3] - x[0] - 3*x[1] + x[2] - x[3]
		},
		lower: []float64{0, 0, 0, 0}, upper: []float64{cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf},
		a: []float64{1, 2, 1, 1, 3, 1, 2, -1, 0, 1, 4, 0}, al: []float64{-cobyqaInf, -cobyqaInf, 1.5}, au: []float64{5, 4, cobyqaInf},
		scipy: cobyqaSciPy{30, -4.6818181818181825, 0, true}},
	{name: "rosenlin", x0: []float64{-1.2, 1}, min: 0.14560701802826223,
		f: rosenF,
		a: []float64{1, 1}, al: []float64{-cobyqaInf}, au: []float64{1},
		scipy: cobyqaSciPy{88, 0.14560701802826223, 0, true}},
	{name: "rosenlin10", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2}, min: 3.00691350799216, local: 9.479355047,
		f: rosenF,
		a: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1}, al: []float64{-cobyqaInf, -1}, au: []float64{5, 1},
		scipy: cobyqaSciPy{532, 3.00691350799216, 8.9e-16, true}},
	{name: "redundant", x0: []float64{2, 2}, min: 0.5,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-2, 2) + math.Pow(x[1]-1, 2)
		},
		a: []float64{1, 1, 2, 2, 1, 1}, al: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf}, au: []float64{2, 4, 2},
		scipy: cobyqaSciPy{25, 0.5, 0, true}},
	{name: "redundanteq", x0: []float64{2, 2}, min: 0.5,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-2, 2) + math.Pow(x[1]-1, 2)
		},
		a: []float64{1, 1, 2, 2}, al: []float64{2, 4}, au: []float64{2, 4},
		scipy: cobyqaSciPy{25, 0.5, 0, true}},
	{name: "hs6", x0: []float64{-1.2, 1}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(1-x[0], 2)
		},
		c: func(x, c []float64) {
			c[0] = 10 * (x[1] - x[0]*x[0])
		},
		cl: []float64{0}, cu: []float64{0},
		scipy: cobyqaSciPy{35, 1.0194641249725946e-17, 3.4e-10, true}},
	{name: "hs7", x0: []float64{2, 2}, min: -1.7320508075688772,
		f: func(x []float64) float64 {
			return math.Log(1+x[0]*x[0]) - x[1]
		},
		c: func(x, c []float64) {
			c[0] = math.Pow(1+x[0]*x[0], 2) + x[1]*x[1]
		},
		cl: []float64{4}, cu: []float64{4},
		scipy: cobyqaSciPy{38, -1.7320508075697696, 3.1e-12, true}},
	{name: "hs8", x0: []float64{2, 1}, min: -1,
		f: func(x []float64) float64 {
			return -1 + 0*x[0]
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
			c[1] = x[0] * x[1]
		},
		cl: []float64{25, 9}, cu: []float64{25, 9},
		scipy: cobyqaSciPy{31, -1.0, 3.1e-07, false}},
	{name: "hs10", x0: []float64{-10, 10}, min: -1,
		f: func(x []float64) float64 {
			return x[0] - x[1]
		},
		c: func(x, c []float64) {
			c[0] = -3*x[0]*x[0] + 2*x[0]*x[1] - x[1]*x[1]
		},
		cl: []float64{-1}, cu: []float64{cobyqaInf},
		scipy: cobyqaSciPy{53, -1.000000000004997, 1e-11, true}},
	{name: "hs11", x0: []float64{4.9, 0.1}, min: -8.498464223,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-5, 2) + x[1]*x[1] - 25
		},
		c: func(x, c []float64) {
			c[0] = -x[0]*x[0] + x[1]
		},
		cl: []float64{0}, cu: []float64{cobyqaInf},
		scipy: cobyqaSciPy{34, -8.498464223299827, 4.8e-11, true}},
	{name: "hs12", x0: []float64{0, 0}, min: -30,
		f: func(x []float64) float64 {
			return 0.5*x[0]*x[0] + x[1]*x[1] - x[0]*x[1] - 7*x[0] - 7*x[1]
		},
		c: func(x, c []float64) {
			c[0] = 4*x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{-cobyqaInf}, cu: []float64{25},
		scipy: cobyqaSciPy{37, -30.00000000016209, 3.2e-10, true}},
	{name: "hs13", x0: []float64{-2, -2}, min: 1,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-2, 2) + x[1]*x[1]
		},
		lower: []float64{0, 0}, upper: []float64{cobyqaInf, cobyqaInf},
		c: func(x, c []float64) {
			c[0] = math.Pow(1-x[0], 3) - x[1]
		},
		cl: []float64{0}, cu: []float64{cobyqaInf},
		scipy: cobyqaSciPy{30, 1.0, 0, true}},
	{name: "hs14", x0: []float64{2, 2}, min: 1.393464980689302,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-2, 2) + math.Pow(x[1]-1, 2)
		},
		c: func(x, c []float64) {
			c[0] = -0.25*x[0]*x[0] - x[1]*x[1] + 1
		},
		cl: []float64{0}, cu: []float64{cobyqaInf},
		a: []float64{1, -2}, al: []float64{-1}, au: []float64{-1},
		scipy: cobyqaSciPy{30, 1.393464930573426, 2.7e-08, false}},
	{name: "hs15", x0: []float64{-2, 1}, min: 306.5, local: 360.3797672,
		f:     rosenF,
		lower: []float64{-cobyqaInf, -cobyqaInf}, upper: []float64{0.5, cobyqaInf},
		c: func(x, c []float64) {
			c[0] = x[0] * x[1]
			c[1] = x[0] + x[1]*x[1]
		},
		cl: []float64{1, 0}, cu: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{35, 306.50000000025057, 0, true}},
	{name: "hs16", x0: []float64{-2, 1}, min: 0.25, local: 23.14466094,
		f:     rosenF,
		lower: []float64{-0.5, -cobyqaInf}, upper: []float64{0.5, 1},
		c: func(x, c []float64) {
			c[0] = x[0] + x[1]*x[1]
			c[1] = x[0]*x[0] + x[1]
		},
		cl: []float64{0, 0}, cu: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{54, 0.2500000000010908, 0, true}},
	{name: "hs18", x0: []float64{2, 2}, min: 5,
		f: func(x []float64) float64 {
			return 0.01*x[0]*x[0] + x[1]*x[1]
		},
		lower: []float64{2, 0}, upper: []float64{50, 50},
		c: func(x, c []float64) {
			c[0] = x[0] * x[1]
			c[1] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{25, 25}, cu: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{47, 4.99999999977433, 1.1e-09, true}},
	{name: "hs19", x0: []float64{20.1, 5.84}, min: -6961.81381,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-10, 3) + math.Pow(x[1]-20, 3)
		},
		lower: []float64{13, 0}, upper: []float64{100, 100},
		c: func(x, c []float64) {
			c[0] = math.Pow(x[0]-5, 2) + math.Pow(x[1]-5, 2)
			c[1] = math.Pow(x[0]-6, 2) + math.Pow(x[1]-5, 2)
		},
		cl: []float64{100, -cobyqaInf}, cu: []float64{cobyqaInf, 82.81},
		scipy: cobyqaSciPy{74, -6961.813910165273, 2.6e-07, false}},
	{name: "hs22", x0: []float64{2, 2}, min: 1,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-2, 2) + math.Pow(x[1]-1, 2)
		},
		c: func(x, c []float64) {
			c[0] = -x[0]*x[0] + x[1]
		},
		cl: []float64{0}, cu: []float64{cobyqaInf},
		a: []float64{1, 1}, al: []float64{-cobyqaInf}, au: []float64{2},
		scipy: cobyqaSciPy{25, 1.0, 0, true}},
	{name: "hs26", x0: []float64{-2.6, 2, 2}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-x[1], 2) + math.Pow(x[1]-x[2], 4)
		},
		c: func(x, c []float64) {
			c[0] = (1+x[1]*x[1])*x[0] + math.Pow(x[2], 4)
		},
		cl: []float64{3}, cu: []float64{3},
		scipy: cobyqaSciPy{641, 4.269169169260985e-11, 3.5e-11, true}},
	{name: "hs27", x0: []float64{2, 2, 2}, min: 0.04,
		f: func(x []float64) float64 {
			return 0.01*math.Pow(x[0]-1, 2) + math.Pow(x[1]-x[0]*x[0], 2)
		},
		c: func(x, c []float64) {
			c[0] = x[0] + x[2]*x[2]
		},
		cl: []float64{-1}, cu: []float64{-1},
		scipy: cobyqaSciPy{140, 0.03999999911515074, 2.2e-08, false}},
	{name: "hs29", x0: []float64{1, 1, 1}, min: -22.627417,
		f: func(x []float64) float64 {
			return -x[0] * x[1] * x[2]
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + 2*x[1]*x[1] + 4*x[2]*x[2]
		},
		cl: []float64{-cobyqaInf}, cu: []float64{48},
		scipy: cobyqaSciPy{52, -22.627415728035814, 0, true}},
	{name: "hs39", x0: []float64{2, 2, 2, 2}, min: -1,
		f: func(x []float64) float64 {
			return -x[0]
		},
		c: func(x, c []float64) {
			c[0] = x[1] - math.Pow(x[0], 3) - x[2]*x[2]
			c[1] = x[0]*x[0] - x[1] - x[3]*x[3]
		},
		cl: []float64{0, 0}, cu: []float64{0, 0},
		scipy: cobyqaSciPy{105, -1.0000000400232458, 2.9e-08, false}},
	{name: "hs40", x0: []float64{0.8, 0.8, 0.8, 0.8}, min: -0.25,
		f: func(x []float64) float64 {
			return -x[0] * x[1] * x[2] * x[3]
		},
		c: func(x, c []float64) {
			c[0] = math.Pow(x[0], 3) + x[1]*x[1]
			c[1] = x[0]*x[0]*x[3] - x[2]
			c[2] = x[3]*x[3] - x[1]
		},
		cl: []float64{1, 0, 0}, cu: []float64{1, 0, 0},
		scipy: cobyqaSciPy{47, -0.2500000166562977, 2.7e-08, false}},
	{name: "hs42", x0: []float64{1, 1, 1, 1}, min: 13.857864376269049,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-1, 2) + math.Pow(x[1]-2, 2) + math.Pow(x[2]-3, 2) + math.Pow(x[3]-4, 2)
		},
		c: func(x, c []float64) {
			c[0] = x[2]*x[2] + x[3]*x[3]
		},
		cl: []float64{2}, cu: []float64{2},
		a: []float64{1, 0, 0, 0}, al: []float64{2}, au: []float64{2},
		scipy: cobyqaSciPy{34, 13.857864363257834, 5.1e-09, true}},
	{name: "hs43", x0: []float64{0, 0, 0, 0}, min: -44,
		f: func(x []float64) float64 {
			return x[0]*x[0] + x[1]*x[1] + 2*x[2]*x[2] + x[3]*x[3] - 5*x[0] - 5*x[1] - 21*x[2] + 7*x[3]
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[0] - x[1] + x[2] - x[3]
			c[1] = x[0]*x[0] + 2*x[1]*x[1] + x[2]*x[2] + 2*x[3]*x[3] - x[0] - x[3]
			c[2] = 2*x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + 2*x[0] - x[1] - x[3]
		},
		cl: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf}, cu: []float64{8, 10, 5},
		scipy: cobyqaSciPy{45, -44.00000000005189, 1.9e-11, true}},
	{name: "hs46", x0: []float64{0.7071067811865476, 1.75, 0.5, 2, 2}, min: 0,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-x[1], 2) + math.Pow(x[2]-1, 2) + math.Pow(x[3]-1, 4) + math.Pow(x[4]-1, 6)
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0]*x[3] + math.Sin(x[3]-x[4])
			c[1] = x[1] + math.Pow(x[2], 4)*x[3]*x[3]
		},
		cl: []float64{1, 2}, cu: []float64{1, 2},
		scipy: cobyqaSciPy{2500, 4.816666145322317e-08, 9.9e-09, false}},
	{name: "hs60", x0: []float64{2, 2, 2}, min: 0.03256820025,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-1, 2) + math.Pow(x[0]-x[1], 2) + math.Pow(x[1]-x[2], 4)
		},
		lower: []float64{-10, -10, -10}, upper: []float64{10, 10, 10},
		c: func(x, c []float64) {
			c[0] = x[0]*(1+x[1]*x[1]) + math.Pow(x[2], 4)
		},
		cl: []float64{8.242640687119286}, cu: []float64{8.242640687119286},
		scipy: cobyqaSciPy{47, 0.03256820025689728, 1.5e-10, true}},
	{name: "hs65", x0: []float64{-5, 5, 0}, min: 0.9535288567,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-x[1], 2) + math.Pow(x[0]+x[1]-10, 2)/9 + math.Pow(x[2]-5, 2)
		},
		lower: []float64{-4.5, -4.5, -5}, upper: []float64{4.5, 4.5, 5},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2]
		},
		cl: []float64{-cobyqaInf}, cu: []float64{48},
		scipy: cobyqaSciPy{66, 0.953528959586095, 2.8e-09, true}},
	{name: "hs66", x0: []float64{0, 1.05, 2.9}, min: 0.5181632741,
		f: func(x []float64) float64 {
			return 0.2*x[2] - 0.8*x[0]
		},
		lower: []float64{0, 0, 0}, upper: []float64{100, 100, 10},
		c: func(x, c []float64) {
			c[0] = x[1] - math.Exp(x[0])
			c[1] = x[2] - math.Exp(x[1])
		},
		cl: []float64{0, 0}, cu: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{42, 0.5181714260466226, 0, true}},
	{name: "hs71", x0: []float64{1, 5, 5, 1}, min: 17.0140173,
		f: func(x []float64) float64 {
			return x[0]*x[3]*(x[0]+x[1]+x[2]) + x[2]
		},
		lower: []float64{1, 1, 1, 1}, upper: []float64{5, 5, 5, 5},
		c: func(x, c []float64) {
			c[0] = x[0] * x[1] * x[2] * x[3]
			c[1] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3]
		},
		cl: []float64{25, 40}, cu: []float64{cobyqaInf, 40},
		scipy: cobyqaSciPy{49, 17.013742174309396, 0.00039, false}},
	{name: "hs72", x0: []float64{1, 1, 1, 1}, min: 727.67937,
		f: func(x []float64) float64 {
			return 1 + x[0] + x[1] + x[2] + x[3]
		},
		lower: []float64{0.001, 0.001, 0.001, 0.001}, upper: []float64{400000, 300000, 200000, 100000},
		c: func(x, c []float64) {
			c[0] = 4/x[0] + 2.25/x[1] + 1/x[2] + 0.25/x[3]
			c[1] = 0.16/x[0] + 0.36/x[1] + 0.64/x[2] + 0.64/x[3]
		},
		cl: []float64{-cobyqaInf, -cobyqaInf}, cu: []float64{0.0401, 0.010085},
		scipy: cobyqaSciPy{700, 670.252897225676, 0.0019, false}},
	{name: "hs77", x0: []float64{2, 2, 2, 2, 2}, min: 0.24150513,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-1, 2) + math.Pow(x[0]-x[1], 2) + math.Pow(x[2]-1, 2) + math.Pow(x[3]-1, 4) + math.Pow(x[4]-1, 6)
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0]*x[3] + math.Sin(x[3]-x[4])
			c[1] = x[1] + math.Pow(x[2], 4)*x[3]*x[3]
		},
		cl: []float64{2.8284271247461903, 9.414213562373096}, cu: []float64{2.8284271247461903, 9.414213562373096},
		scipy: cobyqaSciPy{154, 0.24150512790475956, 9.4e-09, true}},
	{name: "hs78", x0: []float64{-2, 1.5, 2, -1, -1}, min: -2.91970041,
		f: func(x []float64) float64 {
			return x[0] * x[1] * x[2] * x[3] * x[4]
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4]
			c[1] = x[1]*x[2] - 5*x[3]*x[4]
			c[2] = math.Pow(x[0], 3) + math.Pow(x[1], 3)
		},
		cl: []float64{10, 0, -1}, cu: []float64{10, 0, -1},
		scipy: cobyqaSciPy{77, -2.919700412210355, 4.3e-09, true}},
	{name: "hs79", x0: []float64{2, 2, 2, 2, 2}, min: 0.0787768209,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-1, 2) + math.Pow(x[0]-x[1], 2) + math.Pow(x[1]-x[2], 2) + math.Pow(x[2]-x[3], 4) + math.Pow(x[3]-x[4], 4)
		},
		c: func(x, c []float64) {
			c[0] = x[0] + x[1]*x[1] + math.Pow(x[2], 3)
			c[1] = x[1] - x[2]*x[2] + x[3]
			c[2] = x[0] * x[4]
		},
		cl: []float64{6.242640687119286, 0.8284271247461903, 2}, cu: []float64{6.242640687119286, 0.8284271247461903, 2},
		scipy: cobyqaSciPy{60, 0.07877682110006755, 1.8e-08, false}},
	{name: "hs80", x0: []float64{-2, 2, 2, -1, -1}, min: 0.0539498478,
		f: func(x []float64) float64 {
			return math.Exp(x[0] * x[1] * x[2] * x[3] * x[4])
		},
		lower: []float64{-2.3, -2.3, -3.2, -3.2, -3.2}, upper: []float64{2.3, 2.3, 3.2, 3.2, 3.2},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4]
			c[1] = x[1]*x[2] - 5*x[3]*x[4]
			c[2] = math.Pow(x[0], 3) + math.Pow(x[1], 3)
		},
		cl: []float64{10, 0, -1}, cu: []float64{10, 0, -1},
		scipy: cobyqaSciPy{111, 0.05394984781058575, 5.4e-09, true}},
	{name: "hs93", x0: []float64{5.54, 4.4, 12.02, 11.82, 0.702, 0.852}, min: 135.075961,
		f: func(x []float64) float64 {
			return 0.0204*x[0]*x[3]*(x[0]+x[1]+x[2]) + 0.0187*x[1]*x[2]*(x[0]+1.57*x[1]+x[3]) +
				0.0607*x[0]*x[3]*x[4]*x[4]*(x[0]+x[1]+x[2]) + 0.0437*x[1]*x[2]*x[5]*x[5]*(x[0]+1.57*x[1]+x[3])
		},
		lower: []float64{0, 0, 0, 0, 0, 0}, upper: []float64{cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf},
		c: func(x, c []float64) {
			c[0] = 0.001 * x[0] * x[1] * x[2] * x[3] * x[4] * x[5]
			c[1] = 1 - 0.00062*x[0]*x[3]*x[4]*x[4]*(x[0]+x[1]+x[2]) - 0.00058*x[1]*x[2]*x[5]*x[5]*(x[0]+1.57*x[1]+x[3])
		},
		cl: []float64{2.07, 0}, cu: []float64{cobyqaInf, cobyqaInf},
		scipy: cobyqaSciPy{465, 135.0767542870645, 0, true}},
	{name: "hs100", x0: []float64{1, 2, 0, 4, 0, 1, 1}, min: 680.6300573,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-10, 2) + 5*math.Pow(x[1]-12, 2) + math.Pow(x[2], 4) + 3*math.Pow(x[3]-11, 2) +
				10*math.Pow(x[4], 6) + 7*x[5]*x[5] + math.Pow(x[6], 4) - 4*x[5]*x[6] - 10*x[5] - 8*x[6]
		},
		c: func(x, c []float64) {
			c[0] = 2*x[0]*x[0] + 3*math.Pow(x[1], 4) + x[2] + 4*x[3]*x[3] + 5*x[4]
			c[1] = 7*x[0] + 3*x[1] + 10*x[2]*x[2] + x[3] - x[4]
			c[2] = 23*x[0] + x[1]*x[1] + 6*x[5]*x[5] - 8*x[6]
			c[3] = 4*x[0]*x[0] + x[1]*x[1] - 3*x[0]*x[1] + 2*x[2]*x[2] + 5*x[5] - 11*x[6]
		},
		cl: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf}, cu: []float64{127, 282, 196, 0},
		scipy: cobyqaSciPy{116, 680.6300619759237, 0, true}},
	{name: "hs108", x0: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1}, min: -0.8660254038,
		f: func(x []float64) float64 {
			return -0.5 * (x[0]*x[3] - x[1]*x[2] + x[2]*x[8] - x[4]*x[8] + x[4]*x[7] - x[5]*x[6])
		},
		lower: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, 0},
		upper: []float64{cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf, cobyqaInf},
		c: func(x, c []float64) {
			c[0] = x[2]*x[2] + x[3]*x[3]
			c[1] = x[8] * x[8]
			c[2] = x[4]*x[4] + x[5]*x[5]
			c[3] = x[0]*x[0] + math.Pow(x[1]-x[8], 2)
			c[4] = math.Pow(x[0]-x[4], 2) + math.Pow(x[1]-x[5], 2)
			c[5] = math.Pow(x[0]-x[6], 2) + math.Pow(x[1]-x[7], 2)
			c[6] = math.Pow(x[2]-x[4], 2) + math.Pow(x[3]-x[5], 2)
			c[7] = math.Pow(x[2]-x[6], 2) + math.Pow(x[3]-x[7], 2)
			c[8] = x[6]*x[6] + math.Pow(x[7]-x[8], 2)
			c[9] = x[0]*x[3] - x[1]*x[2]
			c[10] = x[2] * x[8]
			c[11] = x[4] * x[8]
			c[12] = x[4]*x[7] - x[5]*x[6]
		},
		cl: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf,
			-cobyqaInf, 0, 0, -cobyqaInf, 0}, cu: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, cobyqaInf, cobyqaInf, 0, cobyqaInf},
		scipy: cobyqaSciPy{150, -0.7375473857457209, 0, true}},
	{name: "hs113", x0: []float64{2, 3, 5, 5, 1, 2, 7, 3, 6, 10}, min: 24.3062091,
		f: func(x []float64) float64 {
			return x[0]*x[0] + x[1]*x[1] + x[0]*x[1] - 14*x[0] - 16*x[1] + math.Pow(x[2]-10, 2) + 4*math.Pow(x[3]-5, 2) + math.Pow(x[4]-3, 2) +
				2*math.Pow(x[5]-1, 2) + 5*x[6]*x[6] + 7*math.Pow(x[7]-11, 2) + 2*math.Pow(x[8]-10, 2) + math.Pow(x[9]-7, 2) + 45
		},
		c: func(x, c []float64) {
			c[0] = 3*math.Pow(x[0]-2, 2) + 4*math.Pow(x[1]-3, 2) + 2*x[2]*x[2] - 7*x[3]
			c[1] = 5*x[0]*x[0] + 8*x[1] + math.Pow(x[2]-6, 2) - 2*x[3]
			c[2] = 0.5*math.Pow(x[0]-8, 2) + 2*math.Pow(x[1]-4, 2) + 3*x[4]*x[4] - x[5]
			c[3] = x[0]*x[0] + 2*math.Pow(x[1]-2, 2) - 2*x[0]*x[1] + 14*x[4] - 6*x[5]
			c[4] = -3*x[0] + 6*x[1] + 12*math.Pow(x[8]-8, 2) - 7*x[9]
		},
		cl: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf, -cobyqaInf}, cu: []float64{120, 40, 30, 0, 0},
		a:  []float64{4, 5, 0, 0, 0, 0, -3, 9, 0, 0, 10, -8, 0, 0, 0, 0, -17, 2, 0, 0, -8, 2, 0, 0, 0, 0, 0, 0, 5, -2},
		al: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf}, au: []float64{105, 0, 12},
		scipy: cobyqaSciPy{71, 24.30620906727704, 2.2e-09, true}},
	{name: "rosencirc", x0: []float64{-1.2, 1}, min: 0.04567480854169599,
		f: rosenF,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{-cobyqaInf}, cu: []float64{1},
		scipy: cobyqaSciPy{120, 0.04567480854169599, 1.5e-09, true}},
	{name: "rosencirceq5", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, min: 0.028959983099971304,
		f: rosenF,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4]
		},
		cl: []float64{4}, cu: []float64{4},
		scipy: cobyqaSciPy{98, 0.028959983099971304, 5.3e-09, true}},
	{name: "rangecon", x0: []float64{3, 3}, min: 0.6754463151306063,
		f: func(x []float64) float64 {
			return math.Pow(x[0]-2, 2) + math.Pow(x[1]-1, 2)
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{1}, cu: []float64{2},
		scipy: cobyqaSciPy{35, 0.6754463151306063, 0, true}},
	{name: "redundantnl", x0: []float64{0, 0}, min: -1.4142135623730951,
		f: func(x []float64) float64 {
			return x[0] + x[1]
		},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
			c[1] = 2*x[0]*x[0] + 2*x[1]*x[1]
			c[2] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{-cobyqaInf, -cobyqaInf, -cobyqaInf}, cu: []float64{1, 2, 4},
		scipy: cobyqaSciPy{34, -1.4142135631496995, 2.2e-09, true}},
}
