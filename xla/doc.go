// Package xla runs programs on XLA, through a PJRT plugin: on CPUs, GPUs and TPUs.
//
// A blank import makes the backends "xla", "xla:cpu", "xla:cuda" and "xla:tpu"
// known:
//
//	import _ "github.com/argmin-go/argmin/xla"
//
//	num.SetBackend("xla")                           // for everything, or
//	ctx = num.WithBackend(ctx, "xla:cuda")          // for calls with this context
//
// What [num.Jit] prepared, and with it the solvers' Run, Steps and Update, is then
// one XLA program each, loops included: a whole solve is one dispatch. Its results
// stay on the device until their numbers are read; arrays that go in are copied to
// it once.
//
// A plugin is a shared library. It is sought at [Options].Plugin, or in
// the places that the command github.com/argmin-go/argmin/xla/cmd/plugin lists,
// which can install one too.
//
// What cannot run there: callbacks to Go ([num.Callback], [num.Observe] and so a
// solver's Logger). A program that has begun is not stopped by its context.
package xla
