package argmin

import (
	"github.com/argmin-go/argmin/internal/option"
	"github.com/argmin-go/argmin/linesearch"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/optim"
)

// FirstStep selects which step a line search tries first.
type FirstStep int

// The first steps. A step is a multiple of the method's direction.
const (
	// FirstByMethod is the method's own choice: 1 for quasi-Newton directions, and twice the last
	// step where no curvature was found.
	FirstByMethod FirstStep = iota
	// FirstMax is StepControl.MaxStepSize, or 1 if that is not set.
	FirstMax
	// FirstCurrent is the last step.
	FirstCurrent
	// FirstIncreased is the last step times StepControl.Increase.
	FirstIncreased
)

// StepControl has the options by which quasi-Newton methods and [NonlinearCG] find how far to go
// along their directions. The zero value is useful: a line search without limits.
type StepControl struct {
	StepSize      float64        // the same step in every iteration, without a line search; default a line search
	Schedule      optim.Schedule // a step for each iteration, from the number of iterations so far; it replaces StepSize
	First         FirstStep      // what a line search tries first; default FirstByMethod
	Increase      float64        // factor of the last step for FirstIncreased; default 1.5
	MaxStepSize   float64        // longest step; default no limit
	MinStepSize   float64        // shortest first step of a line search; default no limit
	StopOnFailure bool           // end the run when a line search fails, instead of trying the gradient once without memory
}

func (c StepControl) stepRanges() []option.Range {
	return []option.Range{option.Positive("StepSize", c.StepSize), option.AtLeast("First", float64(c.First), 0).AtMost(float64(FirstIncreased)),
		option.AtLeast("Increase", c.Increase, 1), option.Positive("MaxStepSize", c.MaxStepSize), option.Positive("MinStepSize", c.MinStepSize)}
}

// fixed is the step that needs no search, if there is one.
func (c StepControl) fixed(it Iterate) (num.Array, bool) {
	return fixedStep(c.StepSize, c.Schedule, it)
}

// fixedStep is a step by a schedule or of a fixed size, if one of them is set.
func fixedStep(size float64, schedule optim.Schedule, it Iterate) (num.Array, bool) {
	switch {
	case schedule != nil:
		s := schedule(it.NIter)
		if s == (num.Array{}) || s.Rank() > 0 {
			throwf("StepControl", "Schedule returned %v, want a scalar", s)
		}
		return s.AsType(it.X.DType()), true
	case size > 0:
		return it.X.Const(size), true
	}
	return num.Array{}, false
}

// first is the step to try first, where own is the method's choice and last the last step, 0 if
// there was none.
func (c StepControl) first(own, last num.Array) num.Array {
	step := own
	some := last.Gt(num.Const(0))
	switch c.First {
	case FirstMax:
		step = own.Const(1)
		if c.MaxStepSize > 0 {
			step = own.Const(c.MaxStepSize)
		}
	case FirstCurrent:
		step = num.Where(some, last, own)
	case FirstIncreased:
		step = num.Where(some, last.Scale(option.Or(c.Increase, 1.5)), own)
	}
	if c.MinStepSize > 0 {
		step = num.Maximum(step, num.Const(c.MinStepSize))
	}
	if c.MaxStepSize > 0 {
		step = num.Minimum(step, num.Const(c.MaxStepSize))
	}
	return step
}

// search is Problem.Search under the control. The first step is own unless the control says
// otherwise; last is the last step.
func (c StepControl) search(p *Problem, it Iterate, search linesearch.Search, dir, own, last num.Array) (Iterate, linesearch.Result) {
	if step, ok := c.fixed(it); ok {
		next := p.At(it, it.X.Add(dir.Mul(step)))
		next.StepSize = step
		return next, linesearch.Result{Step: step, X: next.X, Value: next.Value, Grad: next.Grad, NFev: num.Int(1), Code: num.Int(linesearch.Found)}
	}
	limited := search
	if c.MaxStepSize > 0 {
		limited = func(f linesearch.Func, s linesearch.Start) linesearch.Result {
			s.MaxStep = s.Step.Const(c.MaxStepSize)
			return search(f, s)
		}
	}
	return p.Search(it, limited, dir, c.first(own, last))
}

// restarted is Iterate.restarted unless failures end the run.
func (c StepControl) restarted(it Iterate, plain num.Array) (Iterate, num.Array) {
	if c.StopOnFailure {
		return it, num.Full(num.Bool, 0)
	}
	return it.restarted(plain)
}
