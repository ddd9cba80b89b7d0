package door

import (
	"container/list"
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/argmin-go/argmin/internal/door/program"
	"github.com/argmin-go/argmin/num"
	"github.com/argmin-go/argmin/status"
)

// solveProgram runs a program (package program), which is the options. Arrays: its arguments, named by their places,
// "0", "1" and so on; so are the results. A program is compiled at its first run.
func solveProgram(ctx context.Context, r *request) (Result, error) {
	f, err := programs.of(string(r.Options))
	if err != nil {
		return Result{}, err
	}
	if len(r.Functions) > 0 {
		return Result{}, fmt.Errorf("program has no functions")
	}
	x := make([]num.Array, len(r.Arrays))
	for i := range x {
		a, ok := r.Arrays[strconv.Itoa(i)]
		if !ok {
			return Result{}, fmt.Errorf("program has no array %q, and there are %d, want them to be named by their places", strconv.Itoa(i), len(x))
		}
		x[i] = a
	}
	y, err := f.CallContext(ctx, x)
	if err != nil {
		return Result{}, err
	}
	out := Result{Arrays: make(map[string]num.Array, len(y))}
	for i, a := range y {
		out.Arrays[strconv.Itoa(i)] = a
	}
	return out, nil
}

// describePrograms says what programs can have: operations, methods with their options, and the ways in which a solve can end.
func describePrograms(context.Context, *request) (Result, error) {
	var codes []string
	for c := status.Running; c <= status.NotConvex; c++ {
		codes = append(codes, c.String())
	}
	return Result{Info: map[string]any{"operations": program.Operations(), "methods": program.Methods(), "options": program.Options(),
		"state": program.StateNames, "codes": codes}}, nil
}

// compiled is a program with the plans for its arguments.
type compiled = num.Jitted[[]num.Array, []num.Array]

// cache keeps the programs that were used last.
type cache struct {
	mu    sync.Mutex
	room  int
	items map[string]*list.Element // of entries
	order *list.List               // the one used last in front
}

type entry struct {
	text string
	f    *compiled
}

// programs has room for what a session works with: a program with its gradient, its solves and their derivatives are a few each.
var programs = &cache{room: 256, items: map[string]*list.Element{}, order: list.New()}

// of is the program of a text.
func (c *cache) of(text string) (*compiled, error) {
	c.mu.Lock()
	e, ok := c.items[text]
	if ok {
		c.order.MoveToFront(e)
	}
	c.mu.Unlock()
	if ok {
		return e.Value.(entry).f, nil
	}
	p, err := program.Read([]byte(text))
	if err != nil {
		return nil, err
	}
	f := num.Jit(p.Call)
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[text]; ok { // another thread was faster
		return e.Value.(entry).f, nil
	}
	c.items[text] = c.order.PushFront(entry{text, f})
	for c.order.Len() > c.room {
		last := c.order.Back()
		delete(c.items, last.Value.(entry).text)
		c.order.Remove(last)
	}
	return f, nil
}
