// Package optim has gradient transformations: the rules that turn gradients into the
// steps of stochastic optimizers, such as [Adam], and the pieces to build others,
// such as [Chain], [ClipByGlobalNorm] and [Masked].
//
// A [Transform] takes gradients and gives updates, which [Apply] adds to the
// parameters. Its memory, a [State], is a tree of arrays that goes through
// num.Jit, num.Scan, num.Vmap and num.Grad like the parameters themselves:
//
//	t := optim.Chain(optim.ClipByGlobalNorm(1), optim.Adam(optim.AdamOptions{LearningRate: 1e-3}))
//	state := optim.Init(t, params)
//	for range 100 {
//		grads := num.Grad(loss)(params)
//		updates, next := optim.Update(t, grads, state, params)
//		params, state = optim.Apply(params, updates), next
//	}
//
// Methods, such as [SGD] and [Adam], end in a learning rate and give steps downhill. Pieces,
// such as those named ScaleBy, keep the sign of the gradients; end a chain of pieces with
// [ScaleByLearningRate].
//
// # Numbers
//
// Every hyperparameter is a [Number]: a Go number, a 0-d array, which may be traced and
// differentiated, or a [Schedule], a function of the number of updates made so far. Nil
// means the default. A Go number out of its range panics with a [*num.Error] that names the
// option; arrays are not checked.
//
// Options that are plain ints and floats follow the rule of the other packages: 0 means the
// default, and a negative number asks for 0 itself.
//
// # Trees and types
//
// Parameters are any tree. Their floating-point leaves are updated, each in its own
// dtype, and so are the states that belong to them; other leaves get zero updates, and
// transformations do not see them. Gradients must have the structure, shapes and
// dtypes of the parameters. Trees without leaves and empty leaves are fine.
//
// # Edges
//
// A NaN or infinite gradient goes through to the updates and into the state: of its
// element where a rule works element by element, of the whole leaf or tree where it
// takes norms or means. Signs of NaN are NaN. [ApplyIfFinite] and [ZeroNaNs] protect
// against both. Norms do not overflow. Derivatives of updates follow the formulas, with
// these conventions: square roots and norms have derivative zero at zero, so that parameters
// which the loss does not use do no harm; signs have derivative zero; and minima and maxima
// have the mean of both sides at a kink.
//
// Names and defaults are from optax (DeepMind et al., "The DeepMind JAX
// Ecosystem", 2020); comments mention deviations.
package optim
