package search

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Box is the bounds of variables in full length, and x0 moved into them.
func Box(x0, lower, upper []float64) (lo, hi, x []float64, err error) {
	lower, upper = both(lower, upper)
	if n := len(x0); len(lower) != n || len(upper) != n {
		return nil, nil, nil, fmt.Errorf("minimize: bounds have lengths %d and %d, x0 has %d", len(lower), len(upper), n)
	}
	lower, upper, x = slices.Clone(lower), slices.Clone(upper), slices.Clone(x0)
	for i, v := range x0 {
		if err := checkLimits(lower[i], upper[i]); err != nil {
			return nil, nil, nil, fmt.Errorf("minimize: x[%d]: %w", i, err)
		}
		x[i] = min(max(v, lower[i]), upper[i])
	}
	return lower, upper, x, nil
}

// both makes infinite limits of those that are nil, where the others are not.
func both(lower, upper []float64) (lo, hi []float64) {
	if lower == nil && upper != nil {
		lower = slices.Repeat([]float64{math.Inf(-1)}, len(upper))
	}
	if upper == nil && lower != nil {
		upper = slices.Repeat([]float64{math.Inf(1)}, len(lower))
	}
	return lower, upper
}

// checkLimits reports what is wrong with the limits of a number.
func checkLimits(lower, upper float64) error {
	switch {
	case math.IsNaN(lower) || math.IsNaN(upper):
		return fmt.Errorf("the bounds are %g and %g; infinity says that there is none", lower, upper)
	case lower > upper:
		return fmt.Errorf("lower bound %g is above the upper bound %g", lower, upper)
	case math.IsInf(lower, 1) || math.IsInf(upper, -1):
		return fmt.Errorf("no number is between the bounds %g and %g", lower, upper)
	}
	return nil
}

// CheckStart refuses a start that is empty or not finite.
func CheckStart(x0 []float64) error {
	if len(x0) == 0 {
		return errors.New("minimize: x0 is empty")
	}
	for i, v := range x0 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("minimize: x0[%d] is %g, want a finite number", i, v)
		}
	}
	return nil
}
