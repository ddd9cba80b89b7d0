package minimize

// journal keeps what the functions of a problem answered, so that a search that was
// killed can be made again up to where it was without calling them.
type journal struct{}

// replay sets out to the next answer of the journal, if there is one.
func (j *journal) replay(kind byte, x, out []float64) bool { return false }

// record appends an answer.
func (j *journal) record(kind byte, x, out []float64) {}
