package plot_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/argmin-go/argmin/plot"
)

// Two solvers on three problems, of which the second solves only two.
func ExampleProfile() {
	dir, err := os.MkdirTemp("", "plot")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	evaluations := [][]float64{{20, 15}, {130, math.NaN()}, {45, 90}}
	file := filepath.Join(dir, "profile.svg")
	fmt.Println(plot.Profile(file, "three problems", []string{"BFGS", "Powell"}, evaluations))
	// Output: <nil>
}
