package xla_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argmin-go/argmin"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/xla"
)

var update = flag.Bool("update", false, "write the expected texts again")

// programs are functions whose text is kept in testdata.
var programs = map[string]func(ctx context.Context) error{
	"gradient": func(ctx context.Context) error {
		f := func(p struct{ W, B num.Array }) num.Array { return p.W.Scale(2).Add(p.B).Tanh().Sum() }
		_, err := num.Jit(num.Grad(f)).CallContext(ctx, struct{ W, B num.Array }{num.Ones(2, 3), num.Ones(3)})
		return err
	},
	"collatz": func(ctx context.Context) error {
		type state struct{ N, Steps num.Array }
		two := num.Full(num.Int32, 2)
		next := func(n num.Array) num.Array {
			return num.Cond(n.Rem(two).Eq(num.Full(num.Int32, 0)),
				func(n num.Array) num.Array { return n.Div(two) },
				func(n num.Array) num.Array { return n.Scale(3).AddScalar(1) }, n)
		}
		f := func(n num.Array) num.Array {
			return num.While(func(s state) num.Array { return s.N.Gt(num.Full(num.Int32, 1)) },
				func(s state) state { return state{next(s.N), s.Steps.AddScalar(1)} },
				state{n, num.Full(num.Int32, 0)}).Steps
		}
		_, err := num.Jit(num.Vmap(f)).CallContext(ctx, num.New([]int32{1, 7, 27}))
		return err
	},
	"solve": func(ctx context.Context) error {
		f := func(a [2]num.Array) num.Array { return num.Solve(a[0], a[1]) }
		_, err := num.Jit(f).CallContext(ctx, [2]num.Array{num.Eye(3), num.Ones(3)})
		return err
	},
	"sharded": func(ctx context.Context) error {
		mesh := num.Mesh{{Name: "data", Size: 2}}
		f := func(x num.Array) num.Array { return num.Shard(x.MatMul(x.T()), mesh, "", "data").Sum(0) }
		_, err := num.Jit(f).CallContext(ctx, num.Shard(num.Ones(4, 3), mesh, "data", ""))
		return err
	},
}

// The text of a program is the same every time, and readable.
func TestGolden(t *testing.T) {
	for name, call := range programs {
		got, err := xla.Export(call)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, _ := xla.Export(call)
		if again != got {
			t.Errorf("%s: two exports differ", name)
		}
		file := filepath.Join("testdata", name+".mlir")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s has changed; if that is meant, run go test -run Golden -update; got\n%s", name, got)
		}
	}
}

// A whole solver, with the data as inputs.
func TestExportSolver(t *testing.T) {
	type table struct{ X, Y num.Array }
	f := func(w num.Array, d table) num.Array { return d.X.MatMul(w).Sub(d.Y).Square().Sum() }
	s := argmin.Minimize(f, argmin.LBFGS{}, argmin.Options{})
	text, err := xla.Export(func(ctx context.Context) error {
		_, err := s.RunContext(ctx, num.Zeros(2), table{num.Ones(3, 2), num.Ones(3)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"%Init: tensor<2xf64>, %Data_X: tensor<3x2xf64>, %Data_Y: tensor<3xf64>)",
		"stablehlo.while", `loc("export_test.go":`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "%captured") {
		t.Error("arrays of the library are inputs")
	}
	if _, err := xla.Export(func(context.Context) error { return nil }); err == nil || !strings.Contains(err.Error(), "ran no program") {
		t.Errorf("nothing to export: %v", err)
	}
}

// Every golden program compiles.
func TestGoldenRuns(t *testing.T) {
	if _, err := xla.Devices("xla:cpu"); err != nil {
		t.Skipf("no plugin: %v", err)
	}
	for name, call := range programs {
		ctx := num.WithBackend(context.Background(), "xla:cpu")
		if name == "sharded" {
			ctx = num.WithBackend(context.Background(), "four")
		}
		if err := call(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
