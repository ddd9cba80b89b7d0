package suggest

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"BFGS", "L-BFGS-B", "Nelder-Mead", "Newton-CG", "trust-exact", "SLSQP"}
	for name, want := range map[string]string{
		"nelder_mead": ` (did you mean "Nelder-Mead"?)`,
		"lbfgs":       ` (did you mean "L-BFGS-B"?)`,
		"lbfgsb":      ` (did you mean "L-BFGS-B"?)`,
		"trust":       ` (did you mean "trust-exact"?)`,
		"SLQSP":       ` (did you mean "SLSQP"?)`,
		"bfsg":        ` (did you mean "BFGS"?)`,
		"adam":        "",
		"":            "",
	} {
		if got := Nearest(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
