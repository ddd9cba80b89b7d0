package argmin

// TrustRegionReflective is
type TrustRegionReflective struct{}

func (m TrustRegionReflective) boundedLeastSquares() definition { return definition{} }
