package num_test

import (
	"fmt"

	"github.com/argmin-go/argmin/num"
)

// The examples of docs/inside.md, which shows their code and what they print.

// wave is Σ xᵢ sin xᵢ.
func wave(x num.Array) num.Array {
	return x.Sin().Mul(x).Sum()
}

// point is an argument of wave and a direction.
type point struct{ X, DX num.Array }

// slope is the value of wave and its derivative along a direction.
func slope(p point) [2]num.Array {
	y, dy := num.JVP(wave, p.X, p.DX)
	return [2]num.Array{y, dy}
}

func Example_program() {
	fmt.Println(num.ProgramOf(wave, num.Zeros(3)))
	// Output:
	// wave(a:f64[3]) {
	//   b:f64[3] = sin a
	//   c:f64[3] = mul b a
	//   d:f64[] = reduce_sum[axes=[0]] c
	//   return d
	// }
}

func Example_jvp() {
	x := num.Zeros(3)
	fmt.Println(num.ProgramOf(slope, point{x, x}))
	// Output:
	// slope(a:f64[3], b:f64[3]) {
	//   c:f64[3] = sin a
	//   d:f64[3] = cos a
	//   e:f64[3] = mul b d
	//   f:f64[3] = mul c a
	//   g:f64[3] = mul e a
	//   h:f64[3] = mul c b
	//   i:f64[3] = add g h
	//   j:f64[] = reduce_sum[axes=[0]] f
	//   k:f64[] = reduce_sum[axes=[0]] i
	//   return j, k
	// }
}

func Example_linear() {
	x := num.Vector(1, 2, 3)
	_, dwave := num.Linearize(wave, x)
	fmt.Println(num.ProgramOf(dwave, x))
	// Output:
	// Linearize(a:f64[3], b:f64[3], c:f64[3]; d:f64[3]) {
	//   e:f64[3] = mul d a
	//   f:f64[3] = mul e b
	//   g:f64[3] = mul c d
	//   h:f64[3] = add f g
	//   i:f64[] = reduce_sum[axes=[0]] h
	//   return i
	// }
}

func Example_transpose() {
	x := num.Vector(1, 2, 3)
	_, back := num.VJP(wave, x)
	fmt.Println(num.ProgramOf(back, num.Scalar(1)))
	// Output:
	// VJP(a:f64[3], b:f64[3], c:f64[3]; d:f64[]) {
	//   e:f64[3] = broadcast d
	//   f:f64[3] = mul a e
	//   g:f64[3] = mul e b
	//   h:f64[3] = mul g c
	//   i:f64[3] = add f h
	//   return i
	// }
}

func Example_gradient() {
	fmt.Println(num.ProgramOf(num.Grad(wave), num.Zeros(3)))
	// Output:
	// Grad(a:f64[3]) {
	//   b:f64[3] = sin a
	//   c:f64[3] = cos a
	//   d:f64[3] = mul b 1:f64[3]
	//   e:f64[3] = mul 1:f64[3] a
	//   f:f64[3] = mul e c
	//   g:f64[3] = add d f
	//   return g
	// }
}

func Example_batch() {
	fmt.Println(num.ProgramOf(num.Vmap(wave), num.Zeros(100, 3)))
	// Output:
	// Vmap(a:f64[100,3]) {
	//   b:f64[100,3] = sin a
	//   c:f64[100,3] = mul b a
	//   d:f64[100] = reduce_sum[axes=[1]] c
	//   return d
	// }
}

func Example_plan() {
	plan, err := num.ProgramOf(num.Grad(wave), num.Zeros(3)).Plan()
	if err != nil {
		panic(err)
	}
	fmt.Println(plan)
	// Output:
	// plan of Grad: 1 step, 256 bytes of memory
	// 1. fused over 3 elements:
	//      b = sin a                 → register
	//      c = cos a                 → register
	//      d = mul b 1               → register
	//      e = mul 1 a               → register
	//      f = mul e c               → register
	//      g = add d f               → result 0
}

func Example_planOfBatch() {
	plan, err := num.ProgramOf(num.Vmap(wave), num.Zeros(1000, 3)).Plan()
	if err != nil {
		panic(err)
	}
	fmt.Println(plan)
	// Output:
	// plan of Vmap: 2 steps, 28096 bytes of memory
	// 1. fused over 3000 elements, 512 at a time:
	//      b = sin a                 → register
	//      c = mul b a               → memory at 0
	// 2. d = reduce_sum[axes=[1]] c  → result 0
}

func Example_stableHLO() {
	module, err := num.ProgramOf(wave, num.Zeros(3)).StableHLO()
	if err != nil {
		panic(err)
	}
	fmt.Println(module)
	// Output:
	// module @wave {
	//   func.func public @main(%arg: tensor<3xf64>) -> (tensor<f64>) {
	//     %sine = stablehlo.sine %arg : tensor<3xf64>
	//     %multiply = stablehlo.multiply %sine, %arg : tensor<3xf64>
	//     %cst = stablehlo.constant dense<0.0e+00> : tensor<f64>
	//     %reduce = stablehlo.reduce(%multiply init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<3xf64>, tensor<f64>) -> tensor<f64>
	//     return %reduce : tensor<f64>
	//   }
	// }
}
