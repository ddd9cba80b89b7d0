package prim_test

import (
	"strings"
	"testing"

	"github.com/argmin-go/argmin/internal/core/ir"
	"github.com/argmin-go/argmin/internal/core/prim/samples"
)

// Every primitive prints without addresses, and names the programs inside.
func TestDescribe(t *testing.T) {
	var ops []ir.Op
	for _, of := range samples.All() {
		for _, s := range of {
			if s.Build != nil {
				s.Op = s.Build(ir.Float64)
			}
			ops = append(ops, s.Op)
		}
	}
	for _, op := range ops {
		params, names := ir.Describe(op)
		if strings.Contains(params, "0x") {
			t.Errorf("%s prints an address: %s", op.Name(), params)
		}
		sub, ok := op.(ir.Programs)
		if !ok {
			continue
		}
		if len(names) != len(sub.Programs()) {
			t.Errorf("%s has %d programs and names %q", op.Name(), len(sub.Programs()), names)
		}
		for _, n := range names {
			if strings.HasPrefix(n, "program ") {
				t.Errorf("%s does not name its programs: %q", op.Name(), names)
			}
		}
	}
}
