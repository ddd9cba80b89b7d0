"""Records what scipy.optimize.least_squares does on the problems of
leastsquares_peers_test.go: SciPy 1.17.1, NumPy's defaults.

    python scipy_leastsquares.py > scipy_leastsquares.txt

Columns: problem, method, status, nfev, cost. NIST's data sets have their start after a
colon, and Jacobians by complex steps; the others have two-point differences.
"""
import glob, os, re, warnings
import numpy as np
from scipy.optimize import least_squares

warnings.simplefilter("ignore")
here = os.path.dirname(os.path.abspath(__file__))
exp, sqrt, pi = np.exp, np.sqrt, np.pi
gauss = lambda b, x: b[0]*exp(-b[1]*x) + b[2]*exp(-(x-b[3])**2/b[4]**2) + b[5]*exp(-(x-b[6])**2/b[7]**2)
lanczos = lambda b, x: b[0]*exp(-b[1]*x) + b[2]*exp(-b[3]*x) + b[4]*exp(-b[5]*x)
cubic = lambda b, x: (b[0]+b[1]*x+b[2]*x**2+b[3]*x**3)/(1+b[4]*x+b[5]*x**2+b[6]*x**3)
chwirut = lambda b, x: exp(-b[0]*x)/(b[1]+b[2]*x)
saturating = lambda b, x: b[0]*(1-exp(-b[1]*x))


def power(a, e):  # of a negative number there is none
    return np.where(np.real(a) < 0, np.nan, a**e)


models = {
    "Misra1a": saturating, "BoxBOD": saturating,
    "Misra1b": lambda b, x: b[0]*(1-(1+b[1]*x/2)**-2),
    "Misra1c": lambda b, x: b[0]*(1-power(1+2*b[1]*x, -.5)),
    "Misra1d": lambda b, x: b[0]*b[1]*x/(1+b[1]*x),
    "Chwirut1": chwirut, "Chwirut2": chwirut,
    "DanWood": lambda b, x: b[0]*power(x, b[1]),
    "Lanczos1": lanczos, "Lanczos2": lanczos, "Lanczos3": lanczos,
    "Gauss1": gauss, "Gauss2": gauss, "Gauss3": gauss,
    "ENSO": lambda b, x: b[0]+b[1]*np.cos(2*pi*x/12)+b[2]*np.sin(2*pi*x/12)
        + b[4]*np.cos(2*pi*x/b[3])+b[5]*np.sin(2*pi*x/b[3]) + b[7]*np.cos(2*pi*x/b[6])+b[8]*np.sin(2*pi*x/b[6]),
    "Eckerle4": lambda b, x: b[0]/b[1]*exp(-.5*((x-b[2])/b[1])**2),
    "Hahn1": cubic, "Thurber": cubic,
    "Kirby2": lambda b, x: (b[0]+b[1]*x+b[2]*x**2)/(1+b[3]*x+b[4]*x**2),
    "MGH09": lambda b, x: b[0]*(x**2+x*b[1])/(x**2+x*b[2]+b[3]),
    "MGH10": lambda b, x: b[0]*exp(b[1]/(x+b[2])),
    "MGH17": lambda b, x: b[0]+b[1]*exp(-x*b[3])+b[2]*exp(-x*b[4]),
    "Nelson": lambda b, x: b[0]-b[1]*x[:, 0]*exp(-b[2]*x[:, 1]),
    "Rat42": lambda b, x: b[0]/(1+exp(b[1]-b[2]*x)),
    "Rat43": lambda b, x: b[0]/power(1+exp(b[1]-b[2]*x), 1/b[3]),
    "Roszman1": lambda b, x: b[0]-b[1]*x-np.arctan(b[2]/(x-b[3]))/pi,
    "Bennett5": lambda b, x: b[0]*power(b[1]+x, -1/b[2]),
}


def nist(path):
    text = open(path).read()
    starts = [[float(v) for v in m] for m in re.findall(r"b\d+ =\s+(\S+)\s+(\S+)\s+\S+\s+\S+", text)]
    data = np.loadtxt(path, skiprows=60)
    return np.array(starts).T, data[:, 0], data[:, 1:]


def record(name, label, f, x0, **kw):
    try:
        r = least_squares(f, x0, **kw)
        print(name, label, r.status, r.nfev, repr(float(r.cost)))
    except Exception:
        print(name, label, "error", 0, "nan")


print("# See scipy_leastsquares.py.")
for path in sorted(glob.glob(os.path.join(here, "nist", "*.dat"))):
    name = os.path.basename(path)[:-4]
    starts, y, x = nist(path)
    if name == "Nelson":
        y = np.log(y)
    else:
        x = x[:, 0]
    model = models[name]

    def jac(b):
        j = np.empty((len(y), len(b)))
        for k in range(len(b)):
            z = np.array(b, complex)
            z[k] += 1e-30j
            j[:, k] = model(z, x).imag/1e-30
        return j

    for k, b in enumerate(starts):
        for m in ["trf", "dogbox", "lm"]:
            for s in [None, "jac"]:
                label = m + ("-jac" if s else "")
                if label != "lm-jac":
                    record(f"{name}:{k+1}", label, lambda b: np.real(model(b, x)) - y, b, jac=jac, method=m, x_scale=s)

# Moré, Garbow & Hillstrom, "Testing unconstrained optimization software", 1981.
a, c = np.array, np.concatenate


def helical(x):
    theta = np.arctan(x[1]/x[0])/(2*pi) + (.5 if x[0] < 0 else 0)
    return a([10*(x[2]-10*theta), 10*(sqrt(x[0]**2+x[1]**2)-1), x[2]])


def bard(x):
    u = np.arange(1, 16.)
    v, y = 16-u, a([.14, .18, .22, .25, .29, .32, .35, .39, .37, .58, .73, .96, 1.34, 2.1, 4.39])
    return y-(x[0]+u/(v*x[1]+np.minimum(u, v)*x[2]))


def box(x):
    t = np.arange(1, 11)/10
    return exp(-t*x[0])-exp(-t*x[1])-x[2]*(exp(-t)-exp(-10*t))


def kowalik(x):
    y = a([.1957, .1947, .1735, .16, .0844, .0627, .0456, .0342, .0323, .0235, .0246])
    u = a([4, 2, 1, .5, .25, .167, .125, .1, .0833, .0714, .0625])
    return y-x[0]*(u**2+u*x[1])/(u**2+u*x[2]+x[3])


def browndennis(x):
    t = np.arange(1, 21)/5
    return (x[0]+t*x[1]-exp(t))**2+(x[2]+x[3]*np.sin(t)-np.cos(t))**2


def biggs(x):
    t = np.arange(1, 14)/10
    y = exp(-t)-5*exp(-10*t)+3*exp(-4*t)
    return x[2]*exp(-t*x[0])-x[3]*exp(-t*x[1])+x[5]*exp(-t*x[4])-y


def watson(x):
    t, j = (np.arange(1, 30)/29)[:, None], np.arange(len(x))
    r = (j[1:]*x[1:]*t**(j[1:]-1)).sum(1)-(x*t**j).sum(1)**2-1
    return c([r, [x[0], x[1]-x[0]**2-1]])


def variably(x):
    j = np.arange(1, len(x)+1)
    s = (j*(x-1)).sum()
    return c([x-1, [s, s*s]])


def trigonometric(x):
    n = len(x)
    return n-np.cos(x).sum()+np.arange(1, n+1)*(1-np.cos(x))-np.sin(x)


def brownlinear(x):
    r = x+x.sum()-(len(x)+1)
    r[-1] = x.prod()-1
    return r


def boundary(x):
    n = len(x)
    h = 1/(n+1)
    t = np.arange(1, n+1)*h
    return 2*x-c([[0], x[:-1]])-c([x[1:], [0]])+h*h*(x+t+1)**3/2


def tridiagonal(x):
    return (3-2*x)*x-c([[0], x[:-1]])-2*c([x[1:], [0]])+1


def banded(x):
    n = len(x)
    r = x*(2+5*x*x)+1
    for i in range(n):
        for j in range(max(0, i-5), min(n, i+2)):
            if j != i:
                r[i] -= x[j]*(1+x[j])
    return r


def rank1(x):
    return np.arange(1, 11)*(np.arange(1, len(x)+1)*x).sum()-1


def chebyquad(x):
    n = len(x)
    t0, t1, r = np.ones(n), 2*x-1, []
    for i in range(1, n+1):
        r.append(t1.mean()+(1/(i*i-1) if i % 2 == 0 else 0))
        t0, t1 = t1, 2*(2*x-1)*t1-t0
    return a(r)


rosen = lambda x: a([10*(x[1]-x[0]**2), 1-x[0]])
beale = lambda x: a([1.5, 2.25, 2.625])-x[0]*(1-x[1]**a([1, 2, 3]))
wood = lambda x: a([10*(x[1]-x[0]**2), 1-x[0], sqrt(90)*(x[3]-x[2]**2), 1-x[2], sqrt(10)*(x[1]+x[3]-2), (x[1]-x[3])/sqrt(10)])
powell = lambda x: a([x[0]+10*x[1], sqrt(5)*(x[2]-x[3]), (x[1]-2*x[2])**2, sqrt(10)*(x[0]-x[3])**2])
k10 = np.arange(1, 11)
mgh = {
    "rosenbrock": (rosen, [-1.2, 1]),
    "freudenstein": (lambda x: a([-13+x[0]+((5-x[1])*x[1]-2)*x[1], -29+x[0]+((x[1]+1)*x[1]-14)*x[1]]), [.5, -2]),
    "powellbad": (lambda x: a([1e4*x[0]*x[1]-1, exp(-x[0])+exp(-x[1])-1.0001]), [0, 1]),
    "brownbad": (lambda x: a([x[0]-1e6, x[1]-2e-6, x[0]*x[1]-2]), [1, 1]),
    "beale": (beale, [1, 1]),
    "jennrich": (lambda x: 2+2*k10-(exp(k10*x[0])+exp(k10*x[1])), [.3, .4]),
    "helical": (helical, [-1, 0, 0]),
    "bard": (bard, [1, 1, 1]),
    "box": (box, [0, 10, 20]),
    "powell": (powell, [3, -1, 0, 1]),
    "wood": (wood, [-3, -1, -3, -1]),
    "kowalik": (kowalik, [.25, .39, .415, .39]),
    "browndennis": (browndennis, [25, 5, -5, -1]),
    "biggs": (biggs, [1, 2, 1, 1, 1, 1]),
    "watson6": (watson, np.zeros(6)),
    "penalty": (lambda x: c([sqrt(1e-5)*(x-1), [x@x-.25]]), [1, 2, 3, 4]),
    "variably": (variably, 1-np.arange(1, 11)/10),
    "trigonometric": (trigonometric, np.full(10, .1)),
    "brownlinear": (brownlinear, np.full(10, .5)),
    "boundary": (boundary, np.arange(1, 11)/11*(np.arange(1, 11)/11-1)),
    "tridiagonal": (tridiagonal, np.full(10, -1.)),
    "banded": (banded, np.full(10, -1.)),
    "rank1": (rank1, np.ones(5)),
    "chebyquad": (chebyquad, np.arange(1, 9)/9),
}
for name, (f, x0) in mgh.items():
    for m in ["trf", "dogbox", "lm"]:
        record(name, m, f, x0, method=m)
    for m in ["trf", "dogbox"]:
        record(name, m+"-lsmr", f, x0, method=m, tr_solver="lsmr")
        record(name, m+"-jac", f, x0, method=m, x_scale="jac")
        for l in ["huber", "soft_l1", "cauchy", "arctan"]:
            record(name, m+"-"+l, f, x0, method=m, loss=l, f_scale=.7)

# With bounds: active and inactive at the minimum, infinite ones, and starts on them.
inf = np.inf
bounded = {
    "rosenbrock/a": (rosen, [-1.2, 1], [-inf, -1.5], [inf, inf]),
    "rosenbrock/b": (rosen, [2, 2], [-inf, 1.5], [inf, inf]),
    "rosenbrock/c": (rosen, [-2, 1], [-inf, -inf], [.5, inf]),
    "rosenbrock/d": (rosen, [-1, 1.5], [-50, 1.5], [.5, 100]),
    "rosenbrock/e": (rosen, [0, 2], [-2, 0], [2, 2]),
    "beale/a": (beale, [1, 1], [.6, .5], [10, 100]),
    "beale/b": (beale, [1, .5], [0, -inf], [2.5, .4]),
    "helical/a": (helical, [-1, 1, 0], [-100, .8, -100], [.8, 100, 100]),
    "bard/a": (bard, [1, 1, 1], [0, 0, 0], [.05, 2, 2]),
    "box/a": (box, [0, 10, 20], [0, 5, 0], [2, 9.5, 20]),
    "powell/a": (powell, [3, -1, 0, 1], [.1, -20, -1, -1], [100, 20, 1, 50]),
    "wood/a": (wood, [-3, -1, -3, -1], [-100]*4, [0, 10, 100, 100]),
    "kowalik/a": (kowalik, [.25, .39, .415, .39], [0]*4, [.2, 1, 1, .1]),
    "browndennis/a": (browndennis, [25, 5, -5, -1], [-10, 0, -100, -20], [100, 15, 0, .2]),
    "biggs/a": (biggs, [1, 2, 1, 1, 1, 1], [0, 0, 0, 1, 0, 0], [2, 8, 1, 7, 5, 5]),
    "watson6/a": (watson, np.zeros(6), [-.015, -inf, -inf, -inf, -inf, .99], [inf]*6),
    "variably/a": (variably, 1-np.arange(1, 11)/10, [0]*10, [.9]*10),
    "trigonometric/a": (trigonometric, np.full(10, .1), [0]*10, [.1]*10),
    "tridiagonal/a": (tridiagonal, np.full(10, -1.), [-1]*10, [-.5]*10),
    "banded/a": (banded, np.full(10, -1.), [-1]*10, [-.45]*10),
}
for name, (f, x0, lo, hi) in bounded.items():
    x0 = np.clip(x0, lo, hi)
    for m in ["trf", "dogbox"]:
        record(name, m, f, x0, method=m, bounds=(lo, hi))
        record(name, m+"-lsmr", f, x0, method=m, bounds=(lo, hi), tr_solver="lsmr")
        record(name, m+"-jac", f, x0, method=m, bounds=(lo, hi), x_scale="jac")
        record(name, m+"-soft_l1", f, x0, method=m, bounds=(lo, hi), loss="soft_l1", f_scale=.7)
