// Package perturb makes functions that jump differentiable by adding noise to their
// argument: decisions such as an argmax, a ranking or a shortest path, whose derivative is
// zero or does not exist,
//
//	f_σ(x) = E f(x + σ Z)
//
// (Berthet, Blondel, Teboul, Cuturi, Vert & Bach, "Learning with differentiable
// perturbed optimizers", 2020; Abernethy, Lee & Tewari, "Perturbation techniques in
// online learning and optimization", 2016). f_σ is smooth for any f. [Fun] smooths any
// function, [Argmax] a function that gives the maximizer of a linear function, and [Max] the
// maximum itself.
//
// Expectations are means over a number of samples. So are derivatives: with the
// density p of the noise and its logarithm's gradient,
//
//	f_σ'(x) = E f(x + σ Z) · (-∇log p(Z))ᵀ / σ,
//
// which needs only values of f (Stein's identity; Williams, "Simple statistical
// gradient-following algorithms", 1992). Derivatives work in both modes and of any order, are
// unbiased, and are noisy: the error is proportional to 1/√samples, and for the k-th
// derivative to 1/σᵏ. A [Baseline] makes it smaller.
//
// Samples come from a key: the same key gives the same numbers, in a batch too. Give each
// member of a batch and each step of an optimization a different key, by
// [num.Split] or [num.FoldIn].
package perturb
