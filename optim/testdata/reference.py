"""Parameters after six updates of each transformation, by optax 0.2.8 with float64.

    pip install optax==0.2.8 jax
    python reference.py > reference.txt

The parameters are a tree of a vector, a scalar and a matrix; the gradients are sines.
"""
import jax
jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib

def tree(k):
    wave = lambda n, s: np.sin(1 + 0.7 * np.arange(n) + s + 1.3 * k) * (1 + np.arange(n) % 3)
    return dict(a=jnp.asarray(wave(3, 0.0)), b=jnp.asarray(wave(1, 0.5)[0]), w=jnp.asarray(wave(6, 0.9).reshape(2, 3)))

masked = lambda p: dict(a=False, b=False, w=True)
cases = dict(
    SGD=optax.sgd(0.1), SGDMomentum=optax.sgd(0.1, momentum=0.8), SGDNesterov=optax.sgd(0.1, momentum=0.8, nesterov=True),
    SignSGD=optax.sign_sgd(0.1), Adam=optax.adam(0.1), AdamOptions=optax.adam(0.1, b1=0.7, b2=0.8, eps=1e-3, eps_root=1e-2),
    AdamW=optax.adamw(0.1, weight_decay=0.2), AdamWMasked=optax.adamw(0.1, weight_decay=0.2, mask=masked),
    NAdam=optax.nadam(0.1), NAdamW=optax.nadamw(0.1, weight_decay=0.2), AMSGrad=optax.amsgrad(0.1), AdaMax=optax.adamax(0.1),
    AdaBelief=optax.adabelief(0.1), Yogi=optax.yogi(0.1), RAdam=optax.radam(0.1), RAdamEarly=optax.radam(0.1, b2=0.9), Lion=optax.lion(0.1),
    LAMB=optax.lamb(0.1, weight_decay=0.1), LARS=optax.lars(0.1, weight_decay=0.1), Adagrad=optax.adagrad(0.1),
    RMSProp=optax.rmsprop(0.1), RMSPropCentered=optax.rmsprop(0.1, centered=True, momentum=0.9, nesterov=True),
    Adadelta=optax.adadelta(0.1, weight_decay=0.1),
    Clip=optax.chain(optax.clip(0.5), optax.sgd(0.1)), ClipByGlobalNorm=optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.1)),
    ClipByBlockRMS=optax.chain(optax.clip_by_block_rms(0.5), optax.sgd(0.1)), AdaptiveGradClip=optax.chain(optax.adaptive_grad_clip(0.1), optax.sgd(0.1)),
    EMA=optax.chain(optax.ema(0.9), optax.sgd(0.1)), EMAPlain=optax.chain(optax.ema(0.9, debias=False), optax.sgd(0.1)),
    Centralize=optax.chain(optax.centralize(), optax.sgd(0.1)), Masked=optax.chain(optax.masked(optax.scale(3.0), masked), optax.sgd(0.1)),
    ScaleByTrustRatio=optax.chain(optax.scale_by_trust_ratio(), optax.sgd(0.1)), ScaleByParamRMS=optax.chain(optax.scale_by_param_block_rms(), optax.sgd(0.1)),
    Cosine=optax.sgd(optax.cosine_decay_schedule(0.1, 5, alpha=0.1)), Linear=optax.sgd(optax.linear_schedule(0.1, 0.01, 4)),
    ExponentialDecay=optax.sgd(optax.exponential_decay(0.1, 2, 0.5)), WarmupCosine=optax.sgd(optax.warmup_cosine_decay_schedule(0.0, 0.1, 2, 6, 0.01)),
    PiecewiseConstant=optax.sgd(optax.piecewise_constant_schedule(0.1, {2: 0.5, 4: 0.1})),
    MultiSteps=optax.MultiSteps(optax.adam(0.1), 2),
    ApplyIfFinite=optax.apply_if_finite(optax.adam(0.1), 3),
    Adafactor=optax.adafactor(0.1, min_dim_size_to_factor=2), AdafactorPlain=optax.adafactor(0.1, multiply_by_parameter_scale=False, momentum=0.9, weight_decay_rate=0.01),
    ScheduleFreeSGD=optax.contrib.schedule_free_sgd(0.1), ScheduleFreeAdamW=optax.contrib.schedule_free_adamw(0.1, weight_decay=0.2),
    MultiTransform=optax.multi_transform(dict(x=optax.adam(0.1), y=optax.sgd(0.5)), dict(a="x", b="y", w="x")),
)
for name, t in cases.items():
    params, state = tree(0), t.init(tree(0))
    for k in range(1, 7):
        updates, state = t.update(tree(k), state, params)
        params = optax.apply_updates(params, updates)
    print(name, *(repr(float(v)) for leaf in (params["a"], params["b"], params["w"]) for v in np.ravel(leaf)))
