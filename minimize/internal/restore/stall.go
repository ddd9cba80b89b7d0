package restore

// Stall notices a violation of constraints that stays.
type Stall struct {
	Patience int     // iterations until a violation counts as one that stays
	least    float64 // the violation from which the iterations count
	since    int     // iterations since then
}

// Reset starts counting at a point with a violation.
func (s *Stall) Reset(violation float64) { s.least, s.since = violation, 0 }

// Persists reports, once per iteration, whether the violation is above tol and has not fallen by a tenth
// for Patience iterations. The patience doubles each time that it has not.
func (s *Stall) Persists(violation, tol float64) bool {
	if violation <= tol || violation < 0.9*s.least {
		s.Reset(violation)
		return false
	}
	if s.since++; s.since < s.Patience {
		return false
	}
	s.Patience *= 2
	return true
}
