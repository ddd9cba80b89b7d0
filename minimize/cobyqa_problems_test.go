package minimize

import "math"

// cobyqaProblem of tests.
var cobyqaProblems = []cobyqaTest{
	{name: "rosen2", x0: []float64{-1.2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 0,
		scipy: cobyqaSciPy{144, 136, 3.40021520212331e-14, 0.0, true}},
	{name: "rosen5", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, f: func(x []float64) float64 {
		return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) + 100*pow(x[2]-x[1]*x[1], 2) + pow(1-x[1], 2) + 100*pow(x[3]-x[2]*x[2], 2) + pow(1-x[2], 2) + 100*pow(x[4]-x[3]*x[3], 2) + pow(1-x[3], 2)
	}, opt: 0,
		scipy: cobyqaSciPy{212, 171, 2.2777378479750818e-14, 0.0, true}},
	{name: "rosen10", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2}, f: func(x []float64) float64 {
		return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) + 100*pow(x[2]-x[1]*x[1], 2) + pow(1-x[1], 2) + 100*pow(x[3]-x[2]*x[2], 2) + pow(1-x[2], 2) + 100*pow(x[4]-x[3]*x[3], 2) + pow(1-x[3], 2) + 100*pow(x[5]-x[4]*x[4], 2) + pow(1-x[4], 2) + 100*pow(x[6]-x[5]*x[5], 2) + pow(1-x[5], 2) + 100*pow(x[7]-x[6]*x[6], 2) + pow(1-x[6], 2) + 100*pow(x[8]-x[7]*x[7], 2) + pow(1-x[7], 2) + 100*pow(x[9]-x[8]*x[8], 2) + pow(1-x[8], 2)
	}, opt: 0,
		scipy: cobyqaSciPy{475, 369, 4.082654089521445e-12, 0.0, true}},
	{name: "beale", x0: []float64{1, 1}, f: func(x []float64) float64 {
		return pow(1.5-x[0]*(1-x[1]), 2) + pow(2.25-x[0]*(1-x[1]*x[1]), 2) + pow(2.625-x[0]*(1-pow(x[1], 3)), 2)
	}, opt: 0,
		scipy: cobyqaSciPy{65, 78, 1.0172684449960239e-12, 0.0, true}},
	{name: "powellsingular", x0: []float64{3, -1, 0, 1}, f: func(x []float64) float64 {
		return pow(x[0]+10*x[1], 2) + 5*pow(x[2]-x[3], 2) + pow(x[1]-2*x[2], 4) + 10*pow(x[0]-x[3], 4)
	}, opt: 0,
		scipy: cobyqaSciPy{323, 263, 5.624684918645304e-11, 0.0, true}},
	{name: "wood", x0: []float64{-3, -1, -3, -1}, f: func(x []float64) float64 {
		return 100*pow(x[0]*x[0]-x[1], 2) + pow(x[0]-1, 2) + pow(x[2]-1, 2) + 90*pow(x[2]*x[2]-x[3], 2) + 10.1*(pow(x[1]-1, 2)+pow(x[3]-1, 2)) + 19.8*(x[1]-1)*(x[3]-1)
	}, opt: 0,
		scipy: cobyqaSciPy{503, 417, 3.352819485884525e-13, 0.0, true}},
	{name: "himmelblau", x0: []float64{0, 0}, f: func(x []float64) float64 { return pow(x[0]*x[0]+x[1]-11, 2) + pow(x[0]+x[1]*x[1]-7, 2) }, opt: 0,
		scipy: cobyqaSciPy{43, 55, 2.693533805258113e-14, 0.0, true}},
	{name: "brownbadly", x0: []float64{1, 1}, f: func(x []float64) float64 { return pow(x[0]-1e6, 2) + pow(x[1]-2e-6, 2) + pow(x[0]*x[1]-2, 2) }, opt: 0,
		scipy: cobyqaSciPy{463, 357, 5183.965117980208, 0.0, true}},
	{name: "helix", x0: []float64{-1, 0, 0}, f: func(x []float64) float64 {
		return 100*(pow(x[2]-10*atan2(x[1], x[0])/6.283185307179586, 2)+pow(sqrt(x[0]*x[0]+x[1]*x[1])-1, 2)) + x[2]*x[2]
	}, opt: 0,
		scipy: cobyqaSciPy{72, 73, 1.1875987461641783e-13, 0.0, true}},
	{name: "broyden6", x0: []float64{-1, -1, -1, -1, -1, -1}, f: func(x []float64) float64 {
		return pow((3-2*x[0])*x[0]+1-2*x[1], 2) + pow((3-2*x[1])*x[1]+1-x[0]-2*x[2], 2) + pow((3-2*x[2])*x[2]+1-x[1]-2*x[3], 2) + pow((3-2*x[3])*x[3]+1-x[2]-2*x[4], 2) + pow((3-2*x[4])*x[4]+1-x[3]-2*x[5], 2) + pow((3-2*x[5])*x[5]+1-x[4], 2)
	}, opt: 0,
		scipy: cobyqaSciPy{104, 90, 3.0128296011025776e-12, 0.0, true}},
	{name: "broyden10", x0: []float64{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, f: func(x []float64) float64 {
		return pow((3-2*x[0])*x[0]+1-2*x[1], 2) + pow((3-2*x[1])*x[1]+1-x[0]-2*x[2], 2) + pow((3-2*x[2])*x[2]+1-x[1]-2*x[3], 2) + pow((3-2*x[3])*x[3]+1-x[2]-2*x[4], 2) + pow((3-2*x[4])*x[4]+1-x[3]-2*x[5], 2) + pow((3-2*x[5])*x[5]+1-x[4]-2*x[6], 2) + pow((3-2*x[6])*x[6]+1-x[5]-2*x[7], 2) + pow((3-2*x[7])*x[7]+1-x[6]-2*x[8], 2) + pow((3-2*x[8])*x[8]+1-x[7]-2*x[9], 2) + pow((3-2*x[9])*x[9]+1-x[8], 2)
	}, opt: 0,
		scipy: cobyqaSciPy{201, 167, 9.137727667947487e-12, 0.0, true}},
	{name: "trig5", x0: []float64{0.2, 0.2, 0.2, 0.2, 0.2}, f: func(x []float64) float64 {
		return pow(5-(cos(x[0])+cos(x[1])+cos(x[2])+cos(x[3])+cos(x[4]))+1*(1-cos(x[0]))-sin(x[0]), 2) + pow(5-(cos(x[0])+cos(x[1])+cos(x[2])+cos(x[3])+cos(x[4]))+2*(1-cos(x[1]))-sin(x[1]), 2) + pow(5-(cos(x[0])+cos(x[1])+cos(x[2])+cos(x[3])+cos(x[4]))+3*(1-cos(x[2]))-sin(x[2]), 2) + pow(5-(cos(x[0])+cos(x[1])+cos(x[2])+cos(x[3])+cos(x[4]))+4*(1-cos(x[3]))-sin(x[3]), 2) + pow(5-(cos(x[0])+cos(x[1])+cos(x[2])+cos(x[3])+cos(x[4]))+5*(1-cos(x[4]))-sin(x[4]), 2)
	}, opt: 0,
		scipy: cobyqaSciPy{152, 117, 1.277006348203177e-13, 0.0, true}},
	{name: "vardim4", x0: []float64{0.75, 0.5, 0.25, 0}, f: func(x []float64) float64 {
		return pow(x[0]-1, 2) + pow(x[1]-1, 2) + pow(x[2]-1, 2) + pow(x[3]-1, 2) + pow(1*(x[0]-1)+2*(x[1]-1)+3*(x[2]-1)+4*(x[3]-1), 2) + pow(1*(x[0]-1)+2*(x[1]-1)+3*(x[2]-1)+4*(x[3]-1), 4)
	}, opt: 0,
		scipy: cobyqaSciPy{116, 92, 1.2388292775525e-13, 0.0, true}},
	{name: "vardim8", x0: []float64{0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0}, f: func(x []float64) float64 {
		return pow(x[0]-1, 2) + pow(x[1]-1, 2) + pow(x[2]-1, 2) + pow(x[3]-1, 2) + pow(x[4]-1, 2) + pow(x[5]-1, 2) + pow(x[6]-1, 2) + pow(x[7]-1, 2) + pow(1*(x[0]-1)+2*(x[1]-1)+3*(x[2]-1)+4*(x[3]-1)+5*(x[4]-1)+6*(x[5]-1)+7*(x[6]-1)+8*(x[7]-1), 2) + pow(1*(x[0]-1)+2*(x[1]-1)+3*(x[2]-1)+4*(x[3]-1)+5*(x[4]-1)+6*(x[5]-1)+7*(x[6]-1)+8*(x[7]-1), 4)
	}, opt: 0,
		scipy: cobyqaSciPy{965, 662, 3.7912717787857864e-12, 0.0, true}},
	{name: "quad10", x0: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, f: func(x []float64) float64 {
		return 1*x[0]*x[0]/2 + 2*x[1]*x[1]/2 + 3*x[2]*x[2]/2 + 4*x[3]*x[3]/2 + 5*x[4]*x[4]/2 + 6*x[5]*x[5]/2 + 7*x[6]*x[6]/2 + 8*x[7]*x[7]/2 + 9*x[8]*x[8]/2 + 10*x[9]*x[9]/2
	}, opt: 0,
		scipy: cobyqaSciPy{45, 31, 3.240405018910583e-26, 0.0, true}},
	{name: "one", x0: []float64{10}, f: func(x []float64) float64 { return pow(x[0]-3, 2) + exp(x[0]/4) }, opt: 2.05123560361463,
		scipy: cobyqaSciPy{21, 40, 2.05123560361463, 0.0, true}},
	{name: "bard", x0: []float64{1, 1, 1}, f: func(x []float64) float64 {
		return pow(0.14-(x[0]+1/(15*x[1]+1*x[2])), 2) + pow(0.18-(x[0]+2/(14*x[1]+2*x[2])), 2) + pow(0.22-(x[0]+3/(13*x[1]+3*x[2])), 2) + pow(0.25-(x[0]+4/(12*x[1]+4*x[2])), 2) + pow(0.29-(x[0]+5/(11*x[1]+5*x[2])), 2) + pow(0.32-(x[0]+6/(10*x[1]+6*x[2])), 2) + pow(0.35-(x[0]+7/(9*x[1]+7*x[2])), 2) + pow(0.39-(x[0]+8/(8*x[1]+8*x[2])), 2) + pow(0.37-(x[0]+9/(7*x[1]+7*x[2])), 2) + pow(0.58-(x[0]+10/(6*x[1]+6*x[2])), 2) + pow(0.73-(x[0]+11/(5*x[1]+5*x[2])), 2) + pow(0.96-(x[0]+12/(4*x[1]+4*x[2])), 2) + pow(1.34-(x[0]+13/(3*x[1]+3*x[2])), 2) + pow(2.1-(x[0]+14/(2*x[1]+2*x[2])), 2) + pow(4.39-(x[0]+15/(1*x[1]+1*x[2])), 2)
	}, opt: 0.00821487730716249,
		scipy: cobyqaSciPy{125, 109, 0.00821487730716249, 0.0, true}},
	{name: "box3", x0: []float64{0, 10, 20}, f: func(x []float64) float64 {
		return pow(exp(-0.1*x[0])-exp(-0.1*x[1])-x[2]*(exp(-0.1)-exp(-1)), 2) + pow(exp(-0.2*x[0])-exp(-0.2*x[1])-x[2]*(exp(-0.2)-exp(-2)), 2) + pow(exp(-0.3*x[0])-exp(-0.3*x[1])-x[2]*(exp(-0.3)-exp(-3)), 2) + pow(exp(-0.4*x[0])-exp(-0.4*x[1])-x[2]*(exp(-0.4)-exp(-4)), 2) + pow(exp(-0.5*x[0])-exp(-0.5*x[1])-x[2]*(exp(-0.5)-exp(-5)), 2) + pow(exp(-0.6*x[0])-exp(-0.6*x[1])-x[2]*(exp(-0.6)-exp(-6)), 2) + pow(exp(-0.7*x[0])-exp(-0.7*x[1])-x[2]*(exp(-0.7)-exp(-7)), 2) + pow(exp(-0.8*x[0])-exp(-0.8*x[1])-x[2]*(exp(-0.8)-exp(-8)), 2) + pow(exp(-0.9*x[0])-exp(-0.9*x[1])-x[2]*(exp(-0.9)-exp(-9)), 2) + pow(exp(-1.0*x[0])-exp(-1.0*x[1])-x[2]*(exp(-1.0)-exp(-10)), 2)
	}, opt: 0,
		scipy: cobyqaSciPy{159, 123, 1.7621371765754138e-13, 0.0, true}},
	{name: "kowalik", x0: []float64{0.25, 0.39, 0.415, 0.39}, f: func(x []float64) float64 {
		return pow(0.1957-x[0]*(4*4+4*x[1])/(4*4+4*x[2]+x[3]), 2) + pow(0.1947-x[0]*(2*2+2*x[1])/(2*2+2*x[2]+x[3]), 2) + pow(0.1735-x[0]*(1*1+1*x[1])/(1*1+1*x[2]+x[3]), 2) + pow(0.16-x[0]*(0.5*0.5+0.5*x[1])/(0.5*0.5+0.5*x[2]+x[3]), 2) + pow(0.0844-x[0]*(0.25*0.25+0.25*x[1])/(0.25*0.25+0.25*x[2]+x[3]), 2) + pow(0.0627-x[0]*(0.167*0.167+0.167*x[1])/(0.167*0.167+0.167*x[2]+x[3]), 2) + pow(0.0456-x[0]*(0.125*0.125+0.125*x[1])/(0.125*0.125+0.125*x[2]+x[3]), 2) + pow(0.0342-x[0]*(0.1*0.1+0.1*x[1])/(0.1*0.1+0.1*x[2]+x[3]), 2) + pow(0.0323-x[0]*(0.0833*0.0833+0.0833*x[1])/(0.0833*0.0833+0.0833*x[2]+x[3]), 2) + pow(0.0235-x[0]*(0.0714*0.0714+0.0714*x[1])/(0.0714*0.0714+0.0714*x[2]+x[3]), 2) + pow(0.0246-x[0]*(0.0625*0.0625+0.0625*x[1])/(0.0625*0.0625+0.0625*x[2]+x[3]), 2)
	}, opt: 0.0003075056043583635,
		scipy: cobyqaSciPy{237, 191, 0.0003075056043583635, 0.0, true}},
	{name: "freudenstein", x0: []float64{0.5, -2}, f: func(x []float64) float64 {
		return pow(-13+x[0]+((5-x[1])*x[1]-2)*x[1], 2) + pow(-29+x[0]+((x[1]+1)*x[1]-14)*x[1], 2)
	}, opt: 48.984253679240055,
		scipy: cobyqaSciPy{73, 67, 48.984253679240055, 0.0, true}},
	{name: "rosenb-active", x0: []float64{-1.2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 0.03999999999999998,
		lower: []float64{-2, -1}, upper: []float64{0.8, 2},
		scipy: cobyqaSciPy{109, 106, 0.03999999999999998, 0.0, true}},
	{name: "rosenb-inactive", x0: []float64{-1.2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 0,
		lower: []float64{-5, -5}, upper: []float64{5, 5},
		scipy: cobyqaSciPy{144, 136, 3.40021520212331e-14, 0.0, true}},
	{name: "rosenb5", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, f: func(x []float64) float64 {
		return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) + 100*pow(x[2]-x[1]*x[1], 2) + pow(1-x[1], 2) + 100*pow(x[3]-x[2]*x[2], 2) + pow(1-x[2], 2) + 100*pow(x[4]-x[3]*x[3], 2) + pow(1-x[3], 2)
	}, opt: 0.43841007900191764,
		lower: []float64{-1, -1, 0.5, -1, -2}, upper: []float64{0.9, 2, 2, 0.7, 2},
		scipy: cobyqaSciPy{113, 90, 0.43841007900191764, 0.0, true}},
	{name: "rosenb10", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2}, f: func(x []float64) float64 {
		return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) + 100*pow(x[2]-x[1]*x[1], 2) + pow(1-x[1], 2) + 100*pow(x[3]-x[2]*x[2], 2) + pow(1-x[2], 2) + 100*pow(x[4]-x[3]*x[3], 2) + pow(1-x[3], 2) + 100*pow(x[5]-x[4]*x[4], 2) + pow(1-x[4], 2) + 100*pow(x[6]-x[5]*x[5], 2) + pow(1-x[5], 2) + 100*pow(x[7]-x[6]*x[6], 2) + pow(1-x[6], 2) + 100*pow(x[8]-x[7]*x[7], 2) + pow(1-x[7], 2) + 100*pow(x[9]-x[8]*x[8], 2) + pow(1-x[8], 2)
	}, opt: 3.718831170522812,
		lower: []float64{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, upper: []float64{0.9, 2, 2, 0.9, 2, 2, 0.9, 2, 2, 0.9},
		scipy: cobyqaSciPy{406, 310, 3.718831170522812, 0.0, true}},
	{name: "hs1", x0: []float64{-2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 0,
		lower: []float64{-inf, -1.5}, upper: []float64{inf, inf},
		scipy: cobyqaSciPy{188, 173, 6.373400319436777e-14, 0.0, true}},
	{name: "hs2", x0: []float64{-2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 4.941229317989189,
		lower: []float64{-inf, 1.5}, upper: []float64{inf, inf},
		scipy: cobyqaSciPy{32, 37, 4.941229317989189, 0.0, true}},
	{name: "hs3", x0: []float64{10, 1}, f: func(x []float64) float64 { return x[1] + 1e-5*pow(x[1]-x[0], 2) }, opt: 0,
		lower: []float64{-inf, 0}, upper: []float64{inf, inf},
		scipy: cobyqaSciPy{31, 33, 1.9087122662698823e-29, 0.0, true}},
	{name: "hs4", x0: []float64{1.125, 0.125}, f: func(x []float64) float64 { return pow(x[0]+1, 3)/3 + x[1] }, opt: 2.6666666666666665,
		lower: []float64{1, 0}, upper: []float64{inf, inf},
		scipy: cobyqaSciPy{23, 27, 2.6666666666666665, 0.0, true}},
	{name: "hs5", x0: []float64{0, 0}, f: func(x []float64) float64 { return sin(x[0]+x[1]) + pow(x[0]-x[1], 2) - 1.5*x[0] + 2.5*x[1] + 1 }, opt: -1.913222954980811,
		lower: []float64{-1.5, -3}, upper: []float64{4, 3},
		scipy: cobyqaSciPy{32, 37, -1.913222954980811, 0.0, true}},
	{name: "hs38", x0: []float64{-3, -1, -3, -1}, f: func(x []float64) float64 {
		return 100*pow(x[0]*x[0]-x[1], 2) + pow(x[0]-1, 2) + pow(x[2]-1, 2) + 90*pow(x[2]*x[2]-x[3], 2) + 10.1*(pow(x[1]-1, 2)+pow(x[3]-1, 2)) + 19.8*(x[1]-1)*(x[3]-1)
	}, opt: 0,
		lower: []float64{-10, -10, -10, -10}, upper: []float64{10, 10, 10, 10},
		scipy: cobyqaSciPy{503, 417, 3.352819485884525e-13, 0.0, true}},
	{name: "hs45", x0: []float64{2, 2, 2, 2, 2}, f: func(x []float64) float64 { return 2 - x[0]*x[1]*x[2]*x[3]*x[4]/120 }, opt: 1,
		lower: []float64{0, 0, 0, 0, 0}, upper: []float64{1, 2, 3, 4, 5},
		scipy: cobyqaSciPy{39, 35, 1.0, 0.0, true}},
	{name: "hs110", x0: []float64{9, 9, 9, 9, 9, 9, 9, 9, 9, 9}, f: func(x []float64) float64 {
		return pow(log(x[0]-2), 2) + pow(log(10-x[0]), 2) + pow(log(x[1]-2), 2) + pow(log(10-x[1]), 2) + pow(log(x[2]-2), 2) + pow(log(10-x[2]), 2) + pow(log(x[3]-2), 2) + pow(log(10-x[3]), 2) + pow(log(x[4]-2), 2) + pow(log(10-x[4]), 2) + pow(log(x[5]-2), 2) + pow(log(10-x[5]), 2) + pow(log(x[6]-2), 2) + pow(log(10-x[6]), 2) + pow(log(x[7]-2), 2) + pow(log(10-x[7]), 2) + pow(log(x[8]-2), 2) + pow(log(10-x[8]), 2) + pow(log(x[9]-2), 2) + pow(log(10-x[9]), 2) - pow(x[0]*x[1]*x[2]*x[3]*x[4]*x[5]*x[6]*x[7]*x[8]*x[9], 0.2)
	}, opt: -45.77846971,
		lower: []float64{2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001, 2.001}, upper: []float64{9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999, 9.999},
		scipy: cobyqaSciPy{390, 266, -45.778469707444934, 0.0, true}},
	{name: "woodb", x0: []float64{-3, -1, -3, -1}, f: func(x []float64) float64 {
		return 100*pow(x[0]*x[0]-x[1], 2) + pow(x[0]-1, 2) + pow(x[2]-1, 2) + 90*pow(x[2]*x[2]-x[3], 2) + 10.1*(pow(x[1]-1, 2)+pow(x[3]-1, 2)) + 19.8*(x[1]-1)*(x[3]-1)
	}, opt: 4.093584178331312,
		lower: []float64{-10, -10, -10, -10}, upper: []float64{0.5, 10, 10, 0.9},
		scipy: cobyqaSciPy{334, 270, 4.093584178331312, 0.0, true}},
	{name: "quadb10", x0: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, f: func(x []float64) float64 {
		return 1*pow(x[0]+-1.0, 2)/2 + 2*pow(x[1]+1.0, 2)/2 + 3*pow(x[2]+-1.0, 2)/2 + 4*pow(x[3]+1.0, 2)/2 + 5*pow(x[4]+-1.0, 2)/2 + 6*pow(x[5]+1.0, 2)/2 + 7*pow(x[6]+-1.0, 2)/2 + 8*pow(x[7]+1.0, 2)/2 + 9*pow(x[8]+-1.0, 2)/2 + 10*pow(x[9]+1.0, 2)/2
	}, opt: 18.125,
		lower: []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, upper: []float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
		scipy: cobyqaSciPy{48, 34, 18.125, 0.0, true}},
	{name: "hs9", x0: []float64{0, 0}, f: func(x []float64) float64 { return sin(3.141592653589793*x[0]/12) * cos(3.141592653589793*x[1]/16) }, opt: -0.5,
		a: []float64{4, -3}, al: []float64{0}, au: []float64{0},
		scipy: cobyqaSciPy{32, 40, -0.5, 1.7763568394002505e-15, true}},
	{name: "hs21", x0: []float64{-1, -1}, f: func(x []float64) float64 { return 0.01*x[0]*x[0] + x[1]*x[1] - 100 }, opt: -99.96,
		lower: []float64{2, -50}, upper: []float64{50, 50},
		a: []float64{10, -1}, al: []float64{10}, au: []float64{inf},
		scipy: cobyqaSciPy{25, 29, -99.96, 0.0, true}},
	{name: "hs24", x0: []float64{1, 0.5}, f: func(x []float64) float64 { return (pow(x[0]-3, 2) - 9) * pow(x[1], 3) / (27 * sqrt(3.0)) }, opt: -1,
		lower: []float64{0, 0}, upper: []float64{inf, inf},
		a: []float64{0.5773502691896257, -1, 1, 1.7320508075688772}, al: []float64{0, 0}, au: []float64{inf, 6},
		scipy: cobyqaSciPy{33, 39, -1.0, 0.0, true}},
	{name: "hs28", x0: []float64{-4, 1, 1}, f: func(x []float64) float64 { return pow(x[0]+x[1], 2) + pow(x[1]+x[2], 2) }, opt: 0,
		a: []float64{1, 2, 3}, al: []float64{1}, au: []float64{1},
		scipy: cobyqaSciPy{47, 50, 8.194578945805644e-14, 1.7763568394002505e-15, true}},
	{name: "hs35", x0: []float64{0.5, 0.5, 0.5}, f: func(x []float64) float64 {
		return 9 - 8*x[0] - 6*x[1] - 4*x[2] + 2*x[0]*x[0] + 2*x[1]*x[1] + x[2]*x[2] + 2*x[0]*x[1] + 2*x[0]*x[2]
	}, opt: 0.1111111111111111,
		lower: []float64{0, 0, 0}, upper: []float64{inf, inf, inf},
		a: []float64{1, 1, 2}, al: []float64{-inf}, au: []float64{3},
		scipy: cobyqaSciPy{33, 39, 0.11111111111111183, 0.0, true}},
	{name: "hs36", x0: []float64{10, 10, 10}, f: func(x []float64) float64 { return -x[0] * x[1] * x[2] }, opt: -3300,
		lower: []float64{0, 0, 0}, upper: []float64{20, 11, 42},
		a: []float64{1, 2, 2}, al: []float64{-inf}, au: []float64{72},
		scipy: cobyqaSciPy{33, 33, -3300.0, 0.0, true}},
	{name: "hs37", x0: []float64{10, 10, 10}, f: func(x []float64) float64 { return -x[0] * x[1] * x[2] }, opt: -3456,
		lower: []float64{0, 0, 0}, upper: []float64{42, 42, 42},
		a: []float64{1, 2, 2}, al: []float64{0}, au: []float64{72},
		scipy: cobyqaSciPy{48, 48, -3456.0000000000005, 0.0, true}},
	{name: "hs44", x0: []float64{0, 0, 0, 0}, f: func(x []float64) float64 { return x[0] - x[1] - x[2] - x[0]*x[2] + x[0]*x[3] + x[1]*x[2] - x[1]*x[3] }, opt: -15,
		lower: []float64{0, 0, 0, 0}, upper: []float64{inf, inf, inf, inf},
		a: []float64{1, 2, 0, 0, 4, 1, 0, 0, 3, 4, 0, 0, 0, 0, 2, 1, 0, 0, 1, 2, 0, 0, 1, 1}, al: []float64{-inf, -inf, -inf, -inf, -inf, -inf}, au: []float64{8, 12, 12, 8, 8, 5},
		scipy: cobyqaSciPy{37, 34, -15.0, 0.0, true}},
	{name: "hs48", x0: []float64{3, 5, -3, 2, -2}, f: func(x []float64) float64 { return pow(x[0]-1, 2) + pow(x[1]-x[2], 2) + pow(x[3]-x[4], 2) }, opt: 0,
		a: []float64{1, 1, 1, 1, 1, 0, 0, 1, -2, -2}, al: []float64{5, -3}, au: []float64{5, -3},
		scipy: cobyqaSciPy{68, 61, 2.405120817341651e-14, 8.881784197001252e-16, true}},
	{name: "hs49", x0: []float64{10, 7, 2, -3, 0.8}, f: func(x []float64) float64 { return pow(x[0]-x[1], 2) + pow(x[2]-1, 2) + pow(x[3]-1, 4) + pow(x[4]-1, 6) }, opt: 0,
		a: []float64{1, 1, 1, 4, 0, 0, 0, 1, 0, 5}, al: []float64{7, 6}, au: []float64{7, 6},
		scipy: cobyqaSciPy{251, 199, 2.990576313578371e-10, 7.105427357601002e-15, true}},
	{name: "hs50", x0: []float64{35, -31, 11, 5, -5}, f: func(x []float64) float64 {
		return pow(x[0]-x[1], 2) + pow(x[1]-x[2], 2) + pow(x[2]-x[3], 4) + pow(x[3]-x[4], 2)
	}, opt: 0,
		a: []float64{1, 2, 3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 1, 2, 3}, al: []float64{6, 6, 6}, au: []float64{6, 6, 6},
		scipy: cobyqaSciPy{81, 75, 1.1386351772192311e-13, 5.1514348342607263e-14, true}},
	{name: "hs51", x0: []float64{2.5, 0.5, 2, -1, 0.5}, f: func(x []float64) float64 {
		return pow(x[0]-x[1], 2) + pow(x[1]+x[2]-2, 2) + pow(x[3]-1, 2) + pow(x[4]-1, 2)
	}, opt: 0,
		a: []float64{1, 3, 0, 0, 0, 0, 0, 1, 1, -2, 0, 1, 0, 0, -1}, al: []float64{4, 0, 0}, au: []float64{4, 0, 0},
		scipy: cobyqaSciPy{55, 51, 2.0767649638955684e-13, 1.7763568394002505e-15, true}},
	{name: "hs52", x0: []float64{2, 2, 2, 2, 2}, f: func(x []float64) float64 {
		return pow(4*x[0]-x[1], 2) + pow(x[1]+x[2]-2, 2) + pow(x[3]-1, 2) + pow(x[4]-1, 2)
	}, opt: 5.326647564469914,
		a: []float64{1, 3, 0, 0, 0, 0, 0, 1, 1, -2, 0, 1, 0, 0, -1}, al: []float64{0, 0, 0}, au: []float64{0, 0, 0},
		scipy: cobyqaSciPy{62, 59, 5.3266475644699804, 8.465450562766819e-16, true}},
	{name: "hs53", x0: []float64{2, 2, 2, 2, 2}, f: func(x []float64) float64 {
		return pow(x[0]-x[1], 2) + pow(x[1]+x[2]-2, 2) + pow(x[3]-1, 2) + pow(x[4]-1, 2)
	}, opt: 4.093023255813954,
		lower: []float64{-10, -10, -10, -10, -10}, upper: []float64{10, 10, 10, 10, 10},
		a: []float64{1, 3, 0, 0, 0, 0, 0, 1, 1, -2, 0, 1, 0, 0, -1}, al: []float64{0, 0, 0}, au: []float64{0, 0, 0},
		scipy: cobyqaSciPy{58, 60, 4.093023255814122, 2.220446049250313e-16, true}},
	{name: "hs76", x0: []float64{0.5, 0.5, 0.5, 0.5}, f: func(x []float64) float64 {
		return x[0]*x[0] + 0.5*x[1]*x[1] + x[2]*x[2] + 0.5*x[3]*x[3] - x[0]*x[2] + x[2]*x[3] - x[0] - 3*x[1] + x[2] - x[3]
	}, opt: -4.681818181,
		lower: []float64{0, 0, 0, 0}, upper: []float64{inf, inf, inf, inf},
		a: []float64{1, 2, 1, 1, 3, 1, 2, -1, 0, 1, 4, 0}, al: []float64{-inf, -inf, 1.5}, au: []float64{5, 4, inf},
		scipy: cobyqaSciPy{30, 29, -4.6818181818181825, 0.0, true}},
	{name: "rosenlin", x0: []float64{-1.2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 0.14560701802826223,
		a: []float64{1, 1}, al: []float64{-inf}, au: []float64{1},
		scipy: cobyqaSciPy{88, 83, 0.14560701802826223, 0.0, true}},
	{name: "rosenlin10", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2, 1.3, 0.7, 0.8, 1.9, 1.2}, f: func(x []float64) float64 {
		return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) + 100*pow(x[2]-x[1]*x[1], 2) + pow(1-x[1], 2) + 100*pow(x[3]-x[2]*x[2], 2) + pow(1-x[2], 2) + 100*pow(x[4]-x[3]*x[3], 2) + pow(1-x[3], 2) + 100*pow(x[5]-x[4]*x[4], 2) + pow(1-x[4], 2) + 100*pow(x[6]-x[5]*x[5], 2) + pow(1-x[5], 2) + 100*pow(x[7]-x[6]*x[6], 2) + pow(1-x[6], 2) + 100*pow(x[8]-x[7]*x[7], 2) + pow(1-x[7], 2) + 100*pow(x[9]-x[8]*x[8], 2) + pow(1-x[8], 2)
	}, opt: 3.00691350799216,
		a: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1}, al: []float64{-inf, -1}, au: []float64{5, 1},
		scipy: cobyqaSciPy{532, 397, 3.00691350799216, 8.881784197001252e-16, true}},
	{name: "redundant", x0: []float64{2, 2}, f: func(x []float64) float64 { return pow(x[0]-2, 2) + pow(x[1]-1, 2) }, opt: 0.5,
		a: []float64{1, 1, 2, 2, 1, 1}, al: []float64{-inf, -inf, -inf}, au: []float64{2, 4, 2},
		scipy: cobyqaSciPy{25, 29, 0.5, 0.0, true}},
	{name: "redundanteq", x0: []float64{2, 2}, f: func(x []float64) float64 { return pow(x[0]-2, 2) + pow(x[1]-1, 2) }, opt: 0.5,
		a: []float64{1, 1, 2, 2}, al: []float64{2, 4}, au: []float64{2, 4},
		scipy: cobyqaSciPy{25, 29, 0.5, 0.0, true}},
	{name: "hs6", x0: []float64{-1.2, 1}, f: func(x []float64) float64 { return pow(1-x[0], 2) }, opt: 0,
		c: func(x, c []float64) {
			c[0] = 10 * (x[1] - x[0]*x[0])
		},
		cl: []float64{0}, cu: []float64{0},
		scipy: cobyqaSciPy{35, 41, 1.0194641249725946e-17, 3.369471368586119e-10, true}},
	{name: "hs7", x0: []float64{2, 2}, f: func(x []float64) float64 { return log(1+x[0]*x[0]) - x[1] }, opt: -1.7320508075688772,
		c: func(x, c []float64) {
			c[0] = pow(1+x[0]*x[0], 2) + x[1]*x[1]
		},
		cl: []float64{4}, cu: []float64{4},
		scipy: cobyqaSciPy{38, 43, -1.7320508075697696, 3.090860900556436e-12, true}},
	{name: "hs8", x0: []float64{2, 1}, f: func(x []float64) float64 { return -1 + 0*x[0] }, opt: -1,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
			c[1] = x[0] * x[1]
		},
		cl: []float64{25, 9}, cu: []float64{25, 9},
		scipy: cobyqaSciPy{31, 37, -1.0, 3.149373810629186e-07, false}},
	{name: "hs10", x0: []float64{-10, 10}, f: func(x []float64) float64 { return x[0] - x[1] }, opt: -1,
		c: func(x, c []float64) {
			c[0] = -3*x[0]*x[0] + 2*x[0]*x[1] - x[1]*x[1]
		},
		cl: []float64{-1}, cu: []float64{inf},
		scipy: cobyqaSciPy{53, 60, -1.000000000004997, 9.993783578465809e-12, true}},
	{name: "hs11", x0: []float64{4.9, 0.1}, f: func(x []float64) float64 { return pow(x[0]-5, 2) + x[1]*x[1] - 25 }, opt: -8.498464223,
		c: func(x, c []float64) {
			c[0] = -x[0]*x[0] + x[1]
		},
		cl: []float64{0}, cu: []float64{inf},
		scipy: cobyqaSciPy{34, 43, -8.498464223299827, 4.7600368091593737e-11, true}},
	{name: "hs12", x0: []float64{0, 0}, f: func(x []float64) float64 { return 0.5*x[0]*x[0] + x[1]*x[1] - x[0]*x[1] - 7*x[0] - 7*x[1] }, opt: -30,
		c: func(x, c []float64) {
			c[0] = 4*x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{-inf}, cu: []float64{25},
		scipy: cobyqaSciPy{37, 44, -30.00000000016209, 3.2431302088298253e-10, true}},
	{name: "hs13", x0: []float64{-2, -2}, f: func(x []float64) float64 { return pow(x[0]-2, 2) + x[1]*x[1] }, opt: 1,
		lower: []float64{0, 0}, upper: []float64{inf, inf},
		c: func(x, c []float64) {
			c[0] = pow(1-x[0], 3) - x[1]
		},
		cl: []float64{0}, cu: []float64{inf},
		scipy: cobyqaSciPy{30, 38, 1.0, 0.0, true}},
	{name: "hs14", x0: []float64{2, 2}, f: func(x []float64) float64 { return pow(x[0]-2, 2) + pow(x[1]-1, 2) }, opt: 1.393464980689302,
		c: func(x, c []float64) {
			c[0] = -0.25*x[0]*x[0] - x[1]*x[1] + 1
		},
		cl: []float64{0}, cu: []float64{inf},
		a: []float64{1, -2}, al: []float64{-1}, au: []float64{-1},
		scipy: cobyqaSciPy{30, 43, 1.393464930573426, 2.7139667402309442e-08, false}},
	{name: "hs15", x0: []float64{-2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 306.5,
		lower: []float64{-inf, -inf}, upper: []float64{0.5, inf},
		c: func(x, c []float64) {
			c[0] = x[0] * x[1]
			c[1] = x[0] + x[1]*x[1]
		},
		cl: []float64{1, 0}, cu: []float64{inf, inf},
		scipy: cobyqaSciPy{35, 35, 306.50000000025057, 0.0, true}},
	{name: "hs16", x0: []float64{-2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 0.25,
		lower: []float64{-0.5, -inf}, upper: []float64{0.5, 1},
		c: func(x, c []float64) {
			c[0] = x[0] + x[1]*x[1]
			c[1] = x[0]*x[0] + x[1]
		},
		cl: []float64{0, 0}, cu: []float64{inf, inf},
		scipy: cobyqaSciPy{54, 49, 0.2500000000010908, 0.0, true}},
	{name: "hs18", x0: []float64{2, 2}, f: func(x []float64) float64 { return 0.01*x[0]*x[0] + x[1]*x[1] }, opt: 5,
		lower: []float64{2, 0}, upper: []float64{50, 50},
		c: func(x, c []float64) {
			c[0] = x[0] * x[1]
			c[1] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{25, 25}, cu: []float64{inf, inf},
		scipy: cobyqaSciPy{47, 54, 4.99999999977433, 1.128363180669112e-09, true}},
	{name: "hs19", x0: []float64{20.1, 5.84}, f: func(x []float64) float64 { return pow(x[0]-10, 3) + pow(x[1]-20, 3) }, opt: -6961.81381,
		lower: []float64{13, 0}, upper: []float64{100, 100},
		c: func(x, c []float64) {
			c[0] = pow(x[0]-5, 2) + pow(x[1]-5, 2)
			c[1] = pow(x[0]-6, 2) + pow(x[1]-5, 2)
		},
		cl: []float64{100, -inf}, cu: []float64{inf, 82.81},
		scipy: cobyqaSciPy{74, 82, -6961.813910165273, 2.6079047188432014e-07, false}},
	{name: "hs22", x0: []float64{2, 2}, f: func(x []float64) float64 { return pow(x[0]-2, 2) + pow(x[1]-1, 2) }, opt: 1,
		c: func(x, c []float64) {
			c[0] = -x[0]*x[0] + x[1]
		},
		cl: []float64{0}, cu: []float64{inf},
		a: []float64{1, 1}, al: []float64{-inf}, au: []float64{2},
		scipy: cobyqaSciPy{25, 32, 1.0, 0.0, true}},
	{name: "hs26", x0: []float64{-2.6, 2, 2}, f: func(x []float64) float64 { return pow(x[0]-x[1], 2) + pow(x[1]-x[2], 4) }, opt: 0,
		c: func(x, c []float64) {
			c[0] = (1+x[1]*x[1])*x[0] + pow(x[2], 4)
		},
		cl: []float64{3}, cu: []float64{3},
		scipy: cobyqaSciPy{641, 435, 4.269169169260985e-11, 3.5350389282484684e-11, true}},
	{name: "hs27", x0: []float64{2, 2, 2}, f: func(x []float64) float64 { return 0.01*pow(x[0]-1, 2) + pow(x[1]-x[0]*x[0], 2) }, opt: 0.04,
		c: func(x, c []float64) {
			c[0] = x[0] + x[2]*x[2]
		},
		cl: []float64{-1}, cu: []float64{-1},
		scipy: cobyqaSciPy{140, 108, 0.03999999911515074, 2.2192733983850133e-08, false}},
	{name: "hs29", x0: []float64{1, 1, 1}, f: func(x []float64) float64 { return -x[0] * x[1] * x[2] }, opt: -22.627417,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + 2*x[1]*x[1] + 4*x[2]*x[2]
		},
		cl: []float64{-inf}, cu: []float64{48},
		scipy: cobyqaSciPy{52, 58, -22.627415728035814, 0.0, true}},
	{name: "hs39", x0: []float64{2, 2, 2, 2}, f: func(x []float64) float64 { return -x[0] }, opt: -1,
		c: func(x, c []float64) {
			c[0] = x[1] - pow(x[0], 3) - x[2]*x[2]
			c[1] = x[0]*x[0] - x[1] - x[3]*x[3]
		},
		cl: []float64{0, 0}, cu: []float64{0, 0},
		scipy: cobyqaSciPy{105, 77, -1.0000000400232458, 2.899930745795832e-08, false}},
	{name: "hs40", x0: []float64{0.8, 0.8, 0.8, 0.8}, f: func(x []float64) float64 { return -x[0] * x[1] * x[2] * x[3] }, opt: -0.25,
		c: func(x, c []float64) {
			c[0] = pow(x[0], 3) + x[1]*x[1]
			c[1] = x[0]*x[0]*x[3] - x[2]
			c[2] = x[3]*x[3] - x[1]
		},
		cl: []float64{1, 0, 0}, cu: []float64{1, 0, 0},
		scipy: cobyqaSciPy{47, 52, -0.2500000166562977, 2.742390470267253e-08, false}},
	{name: "hs42", x0: []float64{1, 1, 1, 1}, f: func(x []float64) float64 { return pow(x[0]-1, 2) + pow(x[1]-2, 2) + pow(x[2]-3, 2) + pow(x[3]-4, 2) }, opt: 13.857864376269049,
		c: func(x, c []float64) {
			c[0] = x[2]*x[2] + x[3]*x[3]
		},
		cl: []float64{2}, cu: []float64{2},
		a: []float64{1, 0, 0, 0}, al: []float64{2}, au: []float64{2},
		scipy: cobyqaSciPy{34, 36, 13.857864363257834, 5.131564062565985e-09, true}},
	{name: "hs43", x0: []float64{0, 0, 0, 0}, f: func(x []float64) float64 {
		return x[0]*x[0] + x[1]*x[1] + 2*x[2]*x[2] + x[3]*x[3] - 5*x[0] - 5*x[1] - 21*x[2] + 7*x[3]
	}, opt: -44,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[0] - x[1] + x[2] - x[3]
			c[1] = x[0]*x[0] + 2*x[1]*x[1] + x[2]*x[2] + 2*x[3]*x[3] - x[0] - x[3]
			c[2] = 2*x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + 2*x[0] - x[1] - x[3]
		},
		cl: []float64{-inf, -inf, -inf}, cu: []float64{8, 10, 5},
		scipy: cobyqaSciPy{45, 44, -44.00000000005189, 1.8820500713445654e-11, true}},
	{name: "hs46", x0: []float64{0.7071067811865476, 1.75, 0.5, 2, 2}, f: func(x []float64) float64 { return pow(x[0]-x[1], 2) + pow(x[2]-1, 2) + pow(x[3]-1, 4) + pow(x[4]-1, 6) }, opt: 0,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0]*x[3] + sin(x[3]-x[4])
			c[1] = x[1] + pow(x[2], 4)*x[3]*x[3]
		},
		cl: []float64{1, 2}, cu: []float64{1, 2},
		scipy: cobyqaSciPy{2500, 1874, 4.816666145322317e-08, 9.879486562169859e-09, false}},
	{name: "hs60", x0: []float64{2, 2, 2}, f: func(x []float64) float64 { return pow(x[0]-1, 2) + pow(x[0]-x[1], 2) + pow(x[1]-x[2], 4) }, opt: 0.03256820025,
		lower: []float64{-10, -10, -10}, upper: []float64{10, 10, 10},
		c: func(x, c []float64) {
			c[0] = x[0]*(1+x[1]*x[1]) + pow(x[2], 4)
		},
		cl: []float64{8.242640687119286}, cu: []float64{8.242640687119286},
		scipy: cobyqaSciPy{47, 47, 0.03256820025689728, 1.4789058866426785e-10, true}},
	{name: "hs65", x0: []float64{-5, 5, 0}, f: func(x []float64) float64 { return pow(x[0]-x[1], 2) + pow(x[0]+x[1]-10, 2)/9 + pow(x[2]-5, 2) }, opt: 0.9535288567,
		lower: []float64{-4.5, -4.5, -5}, upper: []float64{4.5, 4.5, 5},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2]
		},
		cl: []float64{-inf}, cu: []float64{48},
		scipy: cobyqaSciPy{66, 55, 0.953528959586095, 2.8119373496338085e-09, true}},
	{name: "hs66", x0: []float64{0, 1.05, 2.9}, f: func(x []float64) float64 { return 0.2*x[2] - 0.8*x[0] }, opt: 0.5181632741,
		lower: []float64{0, 0, 0}, upper: []float64{100, 100, 10},
		c: func(x, c []float64) {
			c[0] = x[1] - exp(x[0])
			c[1] = x[2] - exp(x[1])
		},
		cl: []float64{0, 0}, cu: []float64{inf, inf},
		scipy: cobyqaSciPy{42, 45, 0.5181714260466226, 0.0, true}},
	{name: "hs71", x0: []float64{1, 5, 5, 1}, f: func(x []float64) float64 { return x[0]*x[3]*(x[0]+x[1]+x[2]) + x[2] }, opt: 17.0140173,
		lower: []float64{1, 1, 1, 1}, upper: []float64{5, 5, 5, 5},
		c: func(x, c []float64) {
			c[0] = x[0] * x[1] * x[2] * x[3]
			c[1] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3]
		},
		cl: []float64{25, 40}, cu: []float64{inf, 40},
		scipy: cobyqaSciPy{49, 53, 17.013742174309396, 0.0003924474256997712, false}},
	{name: "hs72", x0: []float64{1, 1, 1, 1}, f: func(x []float64) float64 { return 1 + x[0] + x[1] + x[2] + x[3] }, opt: 727.67937,
		lower: []float64{0.001, 0.001, 0.001, 0.001}, upper: []float64{400000, 300000, 200000, 100000},
		c: func(x, c []float64) {
			c[0] = 4/x[0] + 2.25/x[1] + 1/x[2] + 0.25/x[3]
			c[1] = 0.16/x[0] + 0.36/x[1] + 0.64/x[2] + 0.64/x[3]
		},
		cl: []float64{-inf, -inf}, cu: []float64{0.0401, 0.010085},
		scipy: cobyqaSciPy{700, 451, 670.252897225676, 0.0018647695834294632, false}},
	{name: "hs77", x0: []float64{2, 2, 2, 2, 2}, f: func(x []float64) float64 {
		return pow(x[0]-1, 2) + pow(x[0]-x[1], 2) + pow(x[2]-1, 2) + pow(x[3]-1, 4) + pow(x[4]-1, 6)
	}, opt: 0.24150513,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0]*x[3] + sin(x[3]-x[4])
			c[1] = x[1] + pow(x[2], 4)*x[3]*x[3]
		},
		cl: []float64{2.8284271247461903, 9.414213562373096}, cu: []float64{2.8284271247461903, 9.414213562373096},
		scipy: cobyqaSciPy{154, 119, 0.24150512790475956, 9.433961611904351e-09, true}},
	{name: "hs78", x0: []float64{-2, 1.5, 2, -1, -1}, f: func(x []float64) float64 { return x[0] * x[1] * x[2] * x[3] * x[4] }, opt: -2.91970041,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4]
			c[1] = x[1]*x[2] - 5*x[3]*x[4]
			c[2] = pow(x[0], 3) + pow(x[1], 3)
		},
		cl: []float64{10, 0, -1}, cu: []float64{10, 0, -1},
		scipy: cobyqaSciPy{77, 62, -2.919700412210355, 4.272184384035427e-09, true}},
	{name: "hs79", x0: []float64{2, 2, 2, 2, 2}, f: func(x []float64) float64 {
		return pow(x[0]-1, 2) + pow(x[0]-x[1], 2) + pow(x[1]-x[2], 2) + pow(x[2]-x[3], 4) + pow(x[3]-x[4], 4)
	}, opt: 0.0787768209,
		c: func(x, c []float64) {
			c[0] = x[0] + x[1]*x[1] + pow(x[2], 3)
			c[1] = x[1] - x[2]*x[2] + x[3]
			c[2] = x[0] * x[4]
		},
		cl: []float64{6.242640687119286, 0.8284271247461903, 2}, cu: []float64{6.242640687119286, 0.8284271247461903, 2},
		scipy: cobyqaSciPy{60, 55, 0.07877682110006755, 1.8152840119967095e-08, false}},
	{name: "hs80", x0: []float64{-2, 2, 2, -1, -1}, f: func(x []float64) float64 { return exp(x[0] * x[1] * x[2] * x[3] * x[4]) }, opt: 0.0539498478,
		lower: []float64{-2.3, -2.3, -3.2, -3.2, -3.2}, upper: []float64{2.3, 2.3, 3.2, 3.2, 3.2},
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4]
			c[1] = x[1]*x[2] - 5*x[3]*x[4]
			c[2] = pow(x[0], 3) + pow(x[1], 3)
		},
		cl: []float64{10, 0, -1}, cu: []float64{10, 0, -1},
		scipy: cobyqaSciPy{111, 84, 0.05394984781058575, 5.428065996682108e-09, true}},
	{name: "hs93", x0: []float64{5.54, 4.4, 12.02, 11.82, 0.702, 0.852}, f: func(x []float64) float64 {
		return 0.0204*x[0]*x[3]*(x[0]+x[1]+x[2]) + 0.0187*x[1]*x[2]*(x[0]+1.57*x[1]+x[3]) + 0.0607*x[0]*x[3]*x[4]*x[4]*(x[0]+x[1]+x[2]) + 0.0437*x[1]*x[2]*x[5]*x[5]*(x[0]+1.57*x[1]+x[3])
	}, opt: 135.075961,
		lower: []float64{0, 0, 0, 0, 0, 0}, upper: []float64{inf, inf, inf, inf, inf, inf},
		c: func(x, c []float64) {
			c[0] = 0.001 * x[0] * x[1] * x[2] * x[3] * x[4] * x[5]
			c[1] = 1 - 0.00062*x[0]*x[3]*x[4]*x[4]*(x[0]+x[1]+x[2]) - 0.00058*x[1]*x[2]*x[5]*x[5]*(x[0]+1.57*x[1]+x[3])
		},
		cl: []float64{2.07, 0}, cu: []float64{inf, inf},
		scipy: cobyqaSciPy{465, 332, 135.0767542870645, 0.0, true}},
	{name: "hs100", x0: []float64{1, 2, 0, 4, 0, 1, 1}, f: func(x []float64) float64 {
		return pow(x[0]-10, 2) + 5*pow(x[1]-12, 2) + pow(x[2], 4) + 3*pow(x[3]-11, 2) + 10*pow(x[4], 6) + 7*x[5]*x[5] + pow(x[6], 4) - 4*x[5]*x[6] - 10*x[5] - 8*x[6]
	}, opt: 680.6300573,
		c: func(x, c []float64) {
			c[0] = 2*x[0]*x[0] + 3*pow(x[1], 4) + x[2] + 4*x[3]*x[3] + 5*x[4]
			c[1] = 7*x[0] + 3*x[1] + 10*x[2]*x[2] + x[3] - x[4]
			c[2] = 23*x[0] + x[1]*x[1] + 6*x[5]*x[5] - 8*x[6]
			c[3] = 4*x[0]*x[0] + x[1]*x[1] - 3*x[0]*x[1] + 2*x[2]*x[2] + 5*x[5] - 11*x[6]
		},
		cl: []float64{-inf, -inf, -inf, -inf}, cu: []float64{127, 282, 196, 0},
		scipy: cobyqaSciPy{116, 98, 680.6300619759237, 0.0, true}},
	{name: "hs108", x0: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1}, f: func(x []float64) float64 {
		return -0.5 * (x[0]*x[3] - x[1]*x[2] + x[2]*x[8] - x[4]*x[8] + x[4]*x[7] - x[5]*x[6])
	}, opt: -0.8660254038,
		lower: []float64{-inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, 0}, upper: []float64{inf, inf, inf, inf, inf, inf, inf, inf, inf},
		c: func(x, c []float64) {
			c[0] = x[2]*x[2] + x[3]*x[3]
			c[1] = x[8] * x[8]
			c[2] = x[4]*x[4] + x[5]*x[5]
			c[3] = x[0]*x[0] + pow(x[1]-x[8], 2)
			c[4] = pow(x[0]-x[4], 2) + pow(x[1]-x[5], 2)
			c[5] = pow(x[0]-x[6], 2) + pow(x[1]-x[7], 2)
			c[6] = pow(x[2]-x[4], 2) + pow(x[3]-x[5], 2)
			c[7] = pow(x[2]-x[6], 2) + pow(x[3]-x[7], 2)
			c[8] = x[6]*x[6] + pow(x[7]-x[8], 2)
			c[9] = x[0]*x[3] - x[1]*x[2]
			c[10] = x[2] * x[8]
			c[11] = x[4] * x[8]
			c[12] = x[4]*x[7] - x[5]*x[6]
		},
		cl: []float64{-inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, 0, 0, -inf, 0}, cu: []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, inf, inf, 0, inf},
		scipy: cobyqaSciPy{150, 100, -0.7375473857457209, 0.0, true}},
	{name: "hs113", x0: []float64{2, 3, 5, 5, 1, 2, 7, 3, 6, 10}, f: func(x []float64) float64 {
		return x[0]*x[0] + x[1]*x[1] + x[0]*x[1] - 14*x[0] - 16*x[1] + pow(x[2]-10, 2) + 4*pow(x[3]-5, 2) + pow(x[4]-3, 2) + 2*pow(x[5]-1, 2) + 5*x[6]*x[6] + 7*pow(x[7]-11, 2) + 2*pow(x[8]-10, 2) + pow(x[9]-7, 2) + 45
	}, opt: 24.3062091,
		c: func(x, c []float64) {
			c[0] = 3*pow(x[0]-2, 2) + 4*pow(x[1]-3, 2) + 2*x[2]*x[2] - 7*x[3]
			c[1] = 5*x[0]*x[0] + 8*x[1] + pow(x[2]-6, 2) - 2*x[3]
			c[2] = 0.5*pow(x[0]-8, 2) + 2*pow(x[1]-4, 2) + 3*x[4]*x[4] - x[5]
			c[3] = x[0]*x[0] + 2*pow(x[1]-2, 2) - 2*x[0]*x[1] + 14*x[4] - 6*x[5]
			c[4] = -3*x[0] + 6*x[1] + 12*pow(x[8]-8, 2) - 7*x[9]
		},
		cl: []float64{-inf, -inf, -inf, -inf, -inf}, cu: []float64{120, 40, 30, 0, 0},
		a: []float64{4, 5, 0, 0, 0, 0, -3, 9, 0, 0, 10, -8, 0, 0, 0, 0, -17, 2, 0, 0, -8, 2, 0, 0, 0, 0, 0, 0, 5, -2}, al: []float64{-inf, -inf, -inf}, au: []float64{105, 0, 12},
		scipy: cobyqaSciPy{71, 57, 24.30620906727704, 2.188357939303387e-09, true}},
	{name: "hs106", x0: []float64{5000, 5000, 5000, 200, 350, 150, 225, 425}, f: func(x []float64) float64 { return x[0] + x[1] + x[2] }, opt: 7049.330923,
		lower: []float64{100, 1000, 1000, 10, 10, 10, 10, 10}, upper: []float64{10000, 10000, 10000, 1000, 1000, 1000, 1000, 1000},
		c: func(x, c []float64) {
			c[0] = x[0]*x[5] - 833.33252*x[3] - 100*x[0]
			c[1] = x[1]*x[6] - 1250*x[4] - x[1]*x[3] + 1250*x[3]
			c[2] = x[2]*x[7] - x[2]*x[4] + 2500*x[4]
		},
		cl: []float64{-83333.333, 0, 1250000}, cu: []float64{inf, inf, inf},
		a: []float64{0, 0, 0, 0.0025, 0, 0.0025, 0, 0, 0, 0, 0, -0.0025, 0.0025, 0, 0.0025, 0, 0, 0, 0, 0, -0.01, 0, 0, 0.01}, al: []float64{-inf, -inf, -inf}, au: []float64{1, 1, 1},
		scipy: cobyqaSciPy{2235, 1462, 10739.071406373547, 8.742344626000431e-10, true}},
	{name: "rosencirc", x0: []float64{-1.2, 1}, f: func(x []float64) float64 { return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) }, opt: 0.04567480854169599,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{-inf}, cu: []float64{1},
		scipy: cobyqaSciPy{120, 110, 0.04567480854169599, 1.4647993928917913e-09, true}},
	{name: "rosencirceq5", x0: []float64{1.3, 0.7, 0.8, 1.9, 1.2}, f: func(x []float64) float64 {
		return 100*pow(x[1]-x[0]*x[0], 2) + pow(1-x[0], 2) + 100*pow(x[2]-x[1]*x[1], 2) + pow(1-x[1], 2) + 100*pow(x[3]-x[2]*x[2], 2) + pow(1-x[2], 2) + 100*pow(x[4]-x[3]*x[3], 2) + pow(1-x[3], 2)
	}, opt: 0.028959983099971304,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3] + x[4]*x[4]
		},
		cl: []float64{4}, cu: []float64{4},
		scipy: cobyqaSciPy{98, 83, 0.028959983099971304, 5.283085968699197e-09, true}},
	{name: "rangecon", x0: []float64{3, 3}, f: func(x []float64) float64 { return pow(x[0]-2, 2) + pow(x[1]-1, 2) }, opt: 0.6754463151306063,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{1}, cu: []float64{2},
		scipy: cobyqaSciPy{35, 41, 0.6754463151306063, 0.0, true}},
	{name: "redundantnl", x0: []float64{0, 0}, f: func(x []float64) float64 { return x[0] + x[1] }, opt: -1.4142135623730951,
		c: func(x, c []float64) {
			c[0] = x[0]*x[0] + x[1]*x[1]
			c[1] = 2*x[0]*x[0] + 2*x[1]*x[1]
			c[2] = x[0]*x[0] + x[1]*x[1]
		},
		cl: []float64{-inf, -inf, -inf}, cu: []float64{1, 2, 4},
		scipy: cobyqaSciPy{34, 37, -1.4142135631496995, 2.1965780305777116e-09, true}},
}
var (
	pow, exp, log, sin, cos, sqrt, atan2 = math.Pow, math.Exp, math.Log, math.Sin, math.Cos, math.Sqrt, math.Atan2
	inf                                  = math.Inf(1)
)
