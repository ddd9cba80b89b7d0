package convex

// Sign is what is known about the sign of all elements of an expression.
type Sign int

// The signs.
const (
	SignUnknown     Sign = iota
	SignZero             // all elements are 0
	SignNonNegative      // all are ≥ 0
	SignNonPositive      // all are ≤ 0
)

// String is the sign in words.
func (s Sign) String() string {
	return [...]string{"of unknown sign", "zero", "nonnegative", "nonpositive"}[s]
}

func (s Sign) neg() Sign {
	switch s {
	case SignNonNegative:
		return SignNonPositive
	case SignNonPositive:
		return SignNonNegative
	}
	return s
}

// plus is the sign of a sum.
func (s Sign) plus(t Sign) Sign {
	switch {
	case s == SignZero || s == t:
		return t
	case t == SignZero:
		return s
	}
	return SignUnknown
}

// times is the sign of a product.
func (s Sign) times(t Sign) Sign {
	switch {
	case s == SignZero || t == SignZero:
		return SignZero
	case s == SignUnknown || t == SignUnknown:
		return SignUnknown
	case s == t:
		return SignNonNegative
	}
	return SignNonPositive
}

// atLeastZero reports whether no element can be negative.
func (s Sign) atLeastZero() bool { return s == SignNonNegative || s == SignZero }

// atMostZero reports whether no element can be positive.
func (s Sign) atMostZero() bool { return s == SignNonPositive || s == SignZero }

// signOf is the sign of numbers.
func signOf(list []float64) Sign {
	s := SignZero
	for _, v := range list {
		switch {
		case v > 0:
			s = s.plus(SignNonNegative)
		case v < 0:
			s = s.plus(SignNonPositive)
		}
		if s == SignUnknown {
			break
		}
	}
	return s
}

// Curvature is what is known about how an expression depends on the variables.
type Curvature int

// The curvatures.
const (
	CurvatureUnknown  Curvature = iota // it does not follow from the rules
	CurvatureConstant                  // no variable is in it
	CurvatureAffine
	CurvatureConvex
	CurvatureConcave
)

// String is the curvature in words.
func (c Curvature) String() string {
	return [...]string{"of unknown curvature", "constant", "affine", "convex", "concave"}[c]
}

// IsAffine reports whether an expression is affine, which constants are too.
func (c Curvature) IsAffine() bool { return c == CurvatureConstant || c == CurvatureAffine }

// IsConvex reports whether an expression is convex, which affine ones are too.
func (c Curvature) IsConvex() bool { return c.IsAffine() || c == CurvatureConvex }

// IsConcave reports whether an expression is concave, which affine ones are too.
func (c Curvature) IsConcave() bool { return c.IsAffine() || c == CurvatureConcave }

// slope is how a function depends on one argument.
type slope int

const (
	slopeNone slope = iota // neither of the others
	nondecreasing
	nonincreasing
)

func (s slope) String() string {
	return [...]string{"neither nondecreasing nor nonincreasing", "nondecreasing", "nonincreasing"}[s]
}

// slopeOf is the slope of a product in one factor, from the sign of the other.
func slopeOf(factor Sign) slope {
	switch {
	case factor.atLeastZero():
		return nondecreasing
	case factor.atMostZero():
		return nonincreasing
	}
	return slopeNone
}

// compose is the curvature of a function of arguments: the rule of disciplined convex programming.
func compose(f Curvature, slopes []slope, args []Curvature) Curvature {
	constant, convex, concave := true, f.IsConvex(), f.IsConcave()
	for i, a := range args {
		constant = constant && a == CurvatureConstant
		up, down := slopes[i] == nondecreasing, slopes[i] == nonincreasing
		convex = convex && (a.IsAffine() || up && a.IsConvex() || down && a.IsConcave())
		concave = concave && (a.IsAffine() || up && a.IsConcave() || down && a.IsConvex())
	}
	switch {
	case constant:
		return CurvatureConstant
	case convex && concave:
		return CurvatureAffine
	case convex:
		return CurvatureConvex
	case concave:
		return CurvatureConcave
	}
	return CurvatureUnknown
}
