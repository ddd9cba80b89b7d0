package ground

import "github.com/argmin-go/argmin/internal/core/ir"

func (b BroadcastOp) Describe() (string, []string) { return ir.ListParam("dims", b.Dims), nil }
func (ReshapeOp) Describe() (string, []string)     { return "", nil }
func (t TransposeOp) Describe() (string, []string) { return ir.ListParam("perm", t.Perm), nil }
func (s SumOp) Describe() (string, []string)       { return ir.ListParam("axes", s.Axes), nil }
