//go:build cgo

package xla_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/argmin-go/argmin/status"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/xla"
)

func init() {
	xla.Register("four", xla.Options{Platform: "cpu", Devices: 4})
}

// onFour is a context for calls on four devices.
func onFour(t testing.TB) context.Context {
	on(t)
	return num.WithBackend(context.Background(), "four")
}

// Arrays come back from the devices as they went there, however they are cut.
func TestShardRoundTrip(t *testing.T) {
	ctx := onFour(t)
	mesh := num.Mesh{{Name: "data", Size: 2}, {Name: "model", Size: 2}}
	x := num.Linspace(0, 1, 4*6*2).Reshape(4, 6, 2)
	for _, axes := range [][]string{{"data", "", ""}, {"", "model", ""}, {"model", "data", ""}, {"", "", "data"},
		{"data", "", "model"}, {"", "", ""}} {
		t.Run(strings.Join(axes, ","), func(t *testing.T) {
			s := num.Shard(x, mesh, axes...)
			if e := maxDiff(s, x); e != 0 {
				t.Errorf("off by %g before any device", e)
			}
			f := num.Jit(func(x A) [2]A { return [2]A{x.Scale(2), x.Sum()} })
			y, err := f.CallContext(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			if e := maxDiff(y[0], x.Scale(2)); e != 0 {
				t.Errorf("off by %g", e)
			}
			if e := maxDiff(y[1], x.Sum()); e > 1e-12 {
				t.Errorf("sum off by %g", e)
			}
			// What came from a program can go into the next, cut otherwise too.
			z, err := f.CallContext(ctx, num.Shard(y[0], mesh, "", "data", "model"))
			if err != nil || maxDiff(z[0], x.Scale(4)) != 0 {
				t.Errorf("%v, the second call is off by %g", err, maxDiff(z[0], x.Scale(4)))
			}
		})
	}
}

// A solver over data that is cut by rows gives the answer of one device, and so
// does its derivative; each device keeps its part of the data.
func TestDataParallel(t *testing.T) {
	ctx := onFour(t)
	d := problem(80, 6, num.Float64)
	for _, n := range []int{2, 4} {
		mesh := num.Mesh{{Name: "data", Size: n}}
		cut := data{num.Shard(d.X, mesh, "data", ""), num.Shard(d.Y, mesh, "data"), d.L2}
		for name, s := range solvers(false) {
			t.Run(fmt.Sprintf("%s/%d", name, n), func(t *testing.T) {
				want, err := s.Run(num.Zeros(6), d)
				if err != nil {
					t.Fatal(err)
				}
				got, err := s.RunContext(ctx, num.Zeros(6), cut)
				if err != nil {
					t.Fatal(err)
				}
				if e := maxDiff(got.Params, want.Params); e > 1e-8 || got.State.Status() != status.Converged {
					t.Errorf("%v, off by %g", got.State.Status(), e)
				}
			})
		}
		s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-10})
		jac := num.Jit(func(d data) A {
			return num.JacobianRev(func(l2 A) A { return s.Argmin(num.Zeros(6), data{d.X, d.Y, l2}) })(d.L2)
		})
		want, err := jac.Call(d)
		if err != nil {
			t.Fatal(err)
		}
		got, err := jac.CallContext(ctx, cut)
		if err != nil || maxDiff(got, want) > 1e-7 {
			t.Errorf("%v, the derivative is off by %g", err, maxDiff(got, want))
		}
	}
}

// A batch of solves is spread over the devices, and parameters are cut over them.
func TestBatchAndModelParallel(t *testing.T) {
	ctx := onFour(t)
	d := problem(30, 8, num.Float64)
	mesh := num.Mesh{{Name: "batch", Size: 4}}
	s := argmin.Minimize(ridge, argmin.LBFGS{}, argmin.Options{Tol: 1e-10})
	solve := num.Jit(num.Vmap(func(l2 A) A { return s.Argmin(num.Zeros(8), data{d.X, d.Y, l2}) }))
	l2s := num.Linspace(0.1, 2, 8)
	want, err := solve.Call(l2s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := solve.CallContext(ctx, num.Shard(l2s, mesh, "batch"))
	if err != nil || maxDiff(got, want) > 1e-8 {
		t.Errorf("%v, the batch is off by %g", err, maxDiff(got, want))
	}

	model := num.Mesh{{Name: "model", Size: 4}}
	cut := data{num.Shard(d.X, model, "", "model"), num.Replicate(d.Y, model), d.L2}
	r, err := s.RunContext(ctx, num.Shard(num.Zeros(8), model, "model"), cut)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := s.Run(num.Zeros(8), d)
	if e := maxDiff(r.Params, one.Params); e > 1e-8 {
		t.Errorf("with cut parameters: off by %g", e)
	}
}

func TestMeshErrors(t *testing.T) {
	ctx := onFour(t)
	mesh := num.Mesh{{Name: "data", Size: 4}}
	x := num.Ones(6, 2)
	for want, f := range map[string]func(){
		"axis 0 of shape [6 2] cannot be cut into 4 equal parts along the mesh's axis \"data\"": func() { num.Shard(x, mesh, "data", "") },
		"has no axis \"rows\"": func() { num.Shard(x, mesh, "rows", "") },
		"1 axes are named":     func() { num.Shard(x, mesh, "data") },
		"cuts two axes":        func() { num.Shard(num.Ones(4, 4), mesh, "data", "data") },
		"the mesh has no axes": func() { num.Shard(x, nil, "", "") },
		"different names and":  func() { num.Shard(x, num.Mesh{{Name: "a", Size: 0}}, "", "") },
	} {
		if _, err := num.Try(func() A { f(); return x }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	f := num.Jit(func(x [2]A) A { return x[0].Add(x[1]) })
	_, err := f.CallContext(ctx, [2]A{num.Shard(num.Ones(8), mesh, "data"), num.Shard(num.Ones(8), num.Mesh{{Name: "data", Size: 2}}, "data")})
	if err == nil || !strings.Contains(err.Error(), "different meshes") {
		t.Errorf("two meshes: %v", err)
	}
	big := num.Mesh{{Name: "data", Size: 8}}
	if _, err := f.CallContext(ctx, [2]A{num.Shard(num.Ones(8), big, "data"), num.Ones(8)}); err == nil ||
		!strings.Contains(err.Error(), "has 8 devices, the backend 4") {
		t.Errorf("a mesh that is too large: %v", err)
	}
}

// With every doubling of the devices each holds half of the data, and an iteration
// talks to the others once.
func TestMemoryAndCollectives(t *testing.T) {
	onFour(t)
	d := problem(800, 20, num.Float64)
	s := argmin.Minimize(ridge, argmin.GradientDescent{StepSize: 0.1, NoAcceleration: true}, argmin.Options{Tol: 1e-6})
	whole := int64(0)
	for _, n := range []int{1, 2, 4} {
		mesh := num.Mesh{{Name: "data", Size: n}}
		cut := data{num.Shard(d.X, mesh, "data", ""), num.Shard(d.Y, mesh, "data"), d.L2}
		st, err := xla.Inspect("four", func(ctx context.Context) error {
			_, err := s.RunContext(ctx, num.Zeros(20), cut)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			whole = st.Arguments
		}
		t.Logf("%d devices: %d bytes of arguments on each, %d temporary, all-reduce %d, in loops %d", n, st.Arguments,
			st.Temporary, st.Ops["all-reduce"], st.LoopOps["all-reduce"])
		if want := whole / int64(n); st.Arguments > want+400 {
			t.Errorf("%d devices: %d bytes on each, want about %d", n, st.Arguments, want)
		}
		want := 1
		if n == 1 {
			want = 0
		}
		if got := st.LoopOps["all-reduce"]; got != want {
			t.Errorf("%d devices: %d collectives in the loop, want %d; %v", n, got, want, st.LoopOps)
		}
	}
}
