package search

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"time"

	"github.com/argmin-go/argmin/minimize/internal/vec"
	"github.com/argmin-go/argmin/minimize/trace"
	"github.com/argmin-go/argmin/status"
)

// monitor shows how a search goes: to the trace, the log and the terminal.
type monitor struct {
	what     string // in records
	trace    *trace.Trace
	logger   *slog.Logger
	progress *progress
	last     []float64
}

// newMonitor is nil if there is nobody to show a search to.
func newMonitor(what string, show trace.Monitor) *monitor {
	if show.Trace == nil && show.Logger == nil && show.Progress == nil {
		return nil
	}
	m := &monitor{what: what, trace: show.Trace, logger: show.Logger}
	if m.trace != nil {
		m.trace.Points = nil
	}
	if show.Progress != nil {
		m.progress = newProgress(what, show.Progress)
	}
	return m
}

// iterated shows an iteration that ended at x, with the length of its step.
func (m *monitor) iterated(p trace.Point, x []float64) {
	p.Step = math.NaN()
	if m.last != nil {
		p.Step = 0
		for i, v := range x {
			p.Step = math.Hypot(p.Step, v-m.last[i])
		}
	}
	m.last = append(m.last[:0], x...)
	if m.trace != nil {
		m.trace.Points = append(m.trace.Points, p)
	}
	if m.logger != nil {
		m.logger.Info(m.what, attrs(p)...)
	}
	if m.progress != nil {
		m.progress.show(p)
	}
}

func attrs(p trace.Point) []any {
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

// progress shows where a search stands: on a terminal a line that is rewritten
// ten times a second at most, elsewhere a record of slog every second.
type progress struct {
	what     string
	w        io.Writer
	terminal bool
	log      *slog.Logger
	start    time.Time
	shown    time.Time
	p        trace.Point
}

func newProgress(what string, w io.Writer) *progress {
	p := &progress{what: what, w: w, start: time.Now(), shown: time.Now(), log: slog.New(slog.NewTextHandler(w, nil))}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			p.terminal = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return p
}

func (p *progress) show(at trace.Point) {
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
		p.log.Info(p.what, append(attrs(p.p), "evals_per_s", math.Round(p.rate()))...)
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

// done shows how the search ended, at p.
func (m *monitor) done(at trace.Point, reason status.Code) {
	if m == nil || m.progress == nil {
		return
	}
	p := m.progress
	at.Step = p.p.Step
	if math.IsNaN(at.GradNorm) {
		at.GradNorm = p.p.GradNorm
	}
	p.p = at
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %v\n", p.line(), reason)
		return
	}
	p.log.Info(p.what, append(attrs(p.p), "evals_per_s", math.Round(p.rate()), "status", reason.String())...)
}

// GradNorm is the norm of a gradient in a trace, NaN for none.
func GradNorm(g []float64) float64 {
	if g == nil {
		return math.NaN()
	}
	return vec.Norm(g, math.Inf(1))
}
