package prim

import "github.com/argmin-go/argmin/internal/core/ir"

// The factorizations as loops, for tests.
var (
	LULoop        = func(a *ir.Value) []*ir.Value { return luLoop(values{a}) }
	JacobiEigh    = func(a *ir.Value) []*ir.Value { return jacobiEigh(values{a}) }
	HouseholderQR = householderQR
	JacobiSVD     = jacobiSVD
	Eye           = eye
	Slab          = slab
	ByColumn      = byColumn
)
