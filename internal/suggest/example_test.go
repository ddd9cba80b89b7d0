package suggest_test

import (
	"fmt"

	"github.com/argmin-go/argmin/internal/suggest"
)

func ExampleNearest() {
	known := []string{"BFGS", "L-BFGS-B", "Powell"}
	fmt.Printf("no method %q%s\n", "lbfgs", suggest.Nearest("lbfgs", known))
	fmt.Printf("no method %q%s\n", "simplex", suggest.Nearest("simplex", known))
	// Output:
	// no method "lbfgs" (did you mean "L-BFGS-B"?)
	// no method "simplex"
}
