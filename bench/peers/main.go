// Peers compares solvers on the Go executor with JAX and jaxopt, and quadratic programs with OSQP, qpax, PIQP, Clarabel and HiGHS, on the same
// machine, the same data and in the same run. For each case it prints the ratio of the times, ours to
// theirs, and how far apart the answers are:
//
//	go run ./bench/peers               the short cases; makes a virtual environment first
//	go run ./bench/peers -cases .      all: rosen1e6, the lasso path, derivatives through duals
//	                                   of support vector machines with up to 10000 features
//	                                   of support vector machines, all methods of minimize against SciPy's
//	go run ./bench/peers -cases 'svm/100/'
//	go run ./bench/peers -cases '^qp'  batches of small quadratic programs and their gradients, which are compared with
//	                                   differences of converged solves, ours and those of the peer
//	go run ./bench/peers -cases '^qp1/'  one dense quadratic program of 2 to 50 variables, with all that a solve takes; qpth is
//	                                   compared too where the Python has it
//	go run ./bench/peers -cases '^sparse'  sparse quadratic programs with 10⁴ and 10⁵ variables, a linear one with 10⁵ nonzeros
//	go run ./bench/peers -python P     uses the Python P, which has jax and jaxopt
package main

import "github.com/argmin-go/argmin/internal/check/peers"

func main() { peers.Main("cpu") }
