package argmin

import (
	"context"
	"iter"

	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// Update makes one iteration on data that may differ from the data of the previous step: the
// objective is evaluated again at the step's point, so that an update costs one evaluation
// more than an iteration of [Solver.Run] and [Solver.Steps]. The status is the one on this
// data alone: Converged if the stopping test holds, which leaves the point where it is, and a
// step that stopped on other data goes on. Values on different data cannot be compared, so the
// result is the latest point, not the best one. A step that is infeasible or has reached
// Options.MaxIter is returned unchanged. On a backend with devices, the new step reuses the storage of the old
// one: a step can be updated only once.
func (s *Solver[P, D]) Update(step Step[P], data D) (Step[P], error) {
	s, err := s.prepared()
	if err != nil {
		return step, err
	}
	if step.Result.State.Code == (num.Array{}) {
		return step, wrong("Solver.Update", "the step is zero; make one with Init")
	}
	if c := step.Result.State.Status(); c == status.Infeasible || c == status.IterationLimit {
		return step, nil
	}
	st, err := s.batch.CallContext(context.Background(), stepInput[P, D]{From: step, Data: data})
	if err != nil {
		return step, failed(err)
	}
	return st, nil
}

// Continue runs on from a step until the run stops, with what the method remembers: a warm start
// after the data changed, or after a limit was reached. It returns the last step, whose Result is the
// answer and from which the next run can continue. Iterations, evaluations and Options.MaxIter count
// from this start; the objective is evaluated once more at the step's point. As after
// [Solver.Update], a step may be continued only once on a backend with devices.
func (s *Solver[P, D]) Continue(ctx context.Context, step Step[P], data D) (Step[P], error) {
	if err := ended(ctx); err != nil {
		return step, err
	}
	s, err := s.prepared()
	if err != nil {
		return step, err
	}
	if step.Result.State.Code == (num.Array{}) {
		return step, wrong("Solver.Continue", "the step is zero; make one with Init")
	}
	st, err := s.rest.CallContext(ctx, stepInput[P, D]{From: step, Data: data})
	if err != nil {
		if st.Result.State.Code == (num.Array{}) { // nothing ran
			st = step
		}
		st.Result = interrupted(ctx, st.Result)
		return st, failed(err)
	}
	return st, nil
}

// RunIterator makes one update for each element of batches, such as mini-batches of data,
// which must all have the same structure, shapes and dtypes. It ends with the sequence, with
// the status Running; when numbers are lost or the values fall without end on a batch; after
// Options.MaxIter updates if that is set; or when ctx ends, with the context's error.
//
// A batch on which the stopping test holds or a line search fails does not end the run, as the
// next one may have more to say. The result is the latest point, with the value and error on
// the last batch.
//
// The next batch is made in another goroutine while an update is computed, so that
// loading takes no extra time: the sequence is at most two batches ahead of the updates, and
// is left before RunIterator returns. A panic in the sequence becomes a panic of
// RunIterator.
func (s *Solver[P, D]) RunIterator(ctx context.Context, init P, batches iter.Seq[D]) (Result[P], error) {
	r := untouched(init)
	s, err := s.prepared()
	if err != nil {
		return interrupted(ctx, r), err
	}
	if batches == nil {
		return interrupted(ctx, r), wrong("Solver.RunIterator", "batches is nil")
	}
	var st Step[P]
	begun := false
	for data := range ahead(batches) {
		if err := ended(ctx); err != nil {
			return interrupted(ctx, running(r)), err
		}
		fresh := !begun
		if fresh {
			if st, err = s.first.CallContext(ctx, input[P, D]{init, data}); err != nil {
				return interrupted(ctx, r), failed(err)
			}
			if r = st.Result; s.over(r.State.Status()) {
				return r, nil
			}
			begun = true
			st.Carry.Iterate.Code = code(status.Running)
		}
		if st, err = s.batch.CallContext(ctx, stepInput[P, D]{From: st, Data: data, Fresh: fresh}); err != nil {
			return interrupted(ctx, running(r)), failed(err)
		}
		if r = st.Result; s.over(r.State.Status()) {
			return r, nil
		}
		st.Carry.Iterate.Code = code(status.Running)
	}
	return running(r), nil
}

// over reports whether a status on one batch ends a run on batches.
func (s *Solver[P, D]) over(c status.Code) bool {
	switch c {
	case status.NonFinite, status.Unbounded, status.Infeasible:
		return true
	case status.IterationLimit:
		return s.limited
	}
	return false
}

// running is a result that another batch may change.
func running[P any](r Result[P]) Result[P] {
	r.State.Code = code(status.Running)
	return r
}
