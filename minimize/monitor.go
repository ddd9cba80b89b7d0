package minimize

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"time"
)

// Trace is how a search went: a point for every iteration.
type Trace struct{ Points []TracePoint }

// TracePoint is the end of an iteration.
type TracePoint struct {
	NIter, NFev int     // iterations and evaluations of the function until then
	Fun         float64 // the value
	GradNorm    float64 // largest element of the gradient; NaN of methods without one
	Step        float64 // Euclidean length of the iteration's step; NaN for the first
	MaxCV       float64 // largest violation of the constraints
}

// monitor tells how a search goes: to the trace, the log and the terminal.
type monitor struct {
	trace    *Trace
	logger   *slog.Logger
	progress *progress
	last     []float64
}

func newMonitor(opt Options) *monitor {
	if opt.Trace == nil && opt.Logger == nil && opt.Progress == nil {
		return nil
	}
	m := &monitor{trace: opt.Trace, logger: opt.Logger}
	if m.trace != nil {
		m.trace.Points = nil
	}
	if opt.Progress != nil {
		m.progress = newProgress(opt.Progress)
	}
	return m
}

func (m *monitor) iterated(r *run, x []float64, f float64, jac []float64) {
	p := TracePoint{NIter: r.nit, NFev: r.nfev, Fun: f, GradNorm: math.NaN(), Step: math.NaN()}
	if jac != nil {
		p.GradNorm = norm(jac, math.Inf(1))
	}
	if m.last != nil {
		p.Step = 0
		for i, v := range x {
			p.Step = math.Hypot(p.Step, v-m.last[i])
		}
	}
	m.last = append(m.last[:0], x...)
	if r.cons != nil {
		p.MaxCV = r.cons.violation(x)
	}
	if m.trace != nil {
		m.trace.Points = append(m.trace.Points, p)
	}
	if m.logger != nil {
		m.logger.Info("minimize", p.attrs()...)
	}
	if m.progress != nil {
		m.progress.show(p)
	}
}

func (p TracePoint) attrs() []any {
	a := []any{"nit", p.NIter, "nfev", p.NFev, "fun", p.Fun}
	if !math.IsNaN(p.GradNorm) {
		a = append(a, "gnorm", p.GradNorm)
	}
	if !math.IsNaN(p.Step) {
		a = append(a, "step", p.Step)
	}
	if p.MaxCV > 0 {
		a = append(a, "maxcv", p.MaxCV)
	}
	return a
}

// progress shows where a search stands: on a terminal a line that is written anew
// ten times a second at most, elsewhere a record of slog every second.
type progress struct {
	w        io.Writer
	terminal bool
	log      *slog.Logger
	start    time.Time
	shown    time.Time
	p        TracePoint
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, start: time.Now(), shown: time.Now(), log: slog.New(slog.NewTextHandler(w, nil))}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			p.terminal = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

func (p *progress) show(at TracePoint) {
	p.p = at
	every := time.Second
	if p.terminal {
		every = time.Second / 10
	}
	if now := time.Now(); now.Sub(p.shown) >= every {
		p.shown = now
		p.write()
	}
}

func (p *progress) rate() float64 {
	return float64(p.p.NFev) / max(time.Since(p.start).Seconds(), 1e-9)
}

func (p *progress) write() {
	if !p.terminal {
		p.log.Info("minimize", append(p.p.attrs(), "evals_per_s", math.Round(p.rate()))...)
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", p.line())
}

func (p *progress) line() string {
	s := fmt.Sprintf("%6d  f %-14.8g", p.p.NIter, p.p.Fun)
	if !math.IsNaN(p.p.GradNorm) {
		s += fmt.Sprintf("  |g| %-9.3g", p.p.GradNorm)
	}
	if p.p.MaxCV > 0 {
		s += fmt.Sprintf("  violation %-9.3g", p.p.MaxCV)
	}
	return s + fmt.Sprintf("  %d evaluations, %.4g/s", p.p.NFev, p.rate())
}

// done says how the search ended.
func (m *monitor) done(res Result) {
	if m == nil || m.progress == nil {
		return
	}
	p := m.progress
	p.p.NIter, p.p.NFev, p.p.Fun, p.p.MaxCV = res.NIter, res.NFev, res.Fun, res.MaxCV
	if res.Jac != nil {
		p.p.GradNorm = norm(res.Jac, math.Inf(1))
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %v\n", p.line(), res.Reason)
		return
	}
	p.log.Info("minimize", append(p.p.attrs(), "evals_per_s", math.Round(p.rate()), "reason", res.Reason.String())...)
}
