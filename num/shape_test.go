package num_test

import (
	"testing"

	"github.com/argmin-go/argmin/num"
)

func TestShapes(t *testing.T) {
	x := num.Arange(num.Float64, 0, 6).Reshape(2, 3)
	for what, c := range map[string]struct {
		got  A
		want string
	}{
		"Flip":        {x.Flip(1), "[[2 1 0] [5 4 3]]"},
		"Roll":        {x.Roll(1, 1), "[[2 0 1] [5 3 4]]"},
		"Roll back":   {x.Roll(-1, 0), "[[3 4 5] [0 1 2]]"},
		"Tile":        {num.Vector(1, 2).Tile(2), "[1 2 1 2]"},
		"Repeat":      {num.Vector(1, 2).Repeat(2, 0), "[1 1 2 2]"},
		"Pad":         {num.Vector(1, 2).Pad([]int{1}, []int{2}), "[0 1 2 0 0]"},
		"ExpandDims":  {num.Vector(1, 2).ExpandDims(-1), "[[1] [2]]"},
		"Squeeze":     {num.Ones(1, 2, 1).Squeeze(), "[1 1]"},
		"Squeeze one": {num.Ones(1, 2, 1).Squeeze(-1), "[[1 1]]"},
		"BroadcastTo": {num.Vector(1, 2).BroadcastTo(2, 2), "[[1 2] [1 2]]"},
		"Xor":         {num.New([]int32{6}).Xor(num.New([]int32{3})), "[5]"},
		"Rem":         {num.Vector(-7, 7).Rem(num.Vector(3, -3)), "[-1 1]"},
		"Clip":        {num.Vector(-3, 0.5, 3).Clip(-1, 1), "[-1 0.5 1]"},
	} {
		if c.got.String() != c.want {
			t.Errorf("%s: %v, want %s", what, c.got, c.want)
		}
	}
}
