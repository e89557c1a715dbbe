"""Writes activations.txt: true values of the smooth activations and of their derivatives (′) at doubles, in the format
of elementary.txt (see elementary.py). Needs mpmath: python3 activations.py
"""
import math, random, struct
from mpmath import mp, mpf, exp, expm1, log1p, tanh, erfc, sqrt, pi, nint

mp.prec = 300
random.seed(20240608)
LEAST = 2.0 ** -1074


def single(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def nearest(v):
    return float(v) if abs(v) >= mpf(2) ** -1022 else float(nint(v * mpf(2) ** 1074)) * LEAST


def points(count, left, right):
    """Around 0, over the whole range with its tails, and of all magnitudes; every fourth a float."""
    xs = [random.uniform(-4, 4) for _ in range(count)] + [random.uniform(left, right) for _ in range(count)]
    xs += [random.choice((-1, 1)) * 2 ** random.uniform(-40, 2) for _ in range(count // 2)]
    return [single(x) if i % 4 == 0 else x for i, x in enumerate(xs)]


def sigma(x):
    return 1 / (1 + exp(-x))


def phi(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def normal(x):
    return erfc(-x / sqrt(2)) / 2


def argument(x):
    return sqrt(8 / pi) * (x + mpf("0.044715") * x ** 3)


def elu(a, scale=1):
    return (lambda x: scale * x if x > 0 else scale * a * expm1(x)), (lambda x: scale if x > 0 else scale * a * exp(x))


def silu(b):
    return (lambda x: x * sigma(b * x)), (lambda x: sigma(b * x) * (1 + b * x * sigma(-b * x)))


def softplus(b):
    return (lambda x: log1p(exp(b * x)) / b), (lambda x: sigma(b * x))


def mish_slope(x):
    t = tanh(log1p(exp(x)))
    return t + x * sigma(x) * (1 - t * t)


P = mpf(single(1.7))
SCALE, ALPHA = mpf(1.0507009873554805), mpf("1.6732632423543772848170429916717")
FUNCTIONS = {
    "LogSigmoid": ((lambda x: -log1p(exp(-x)), lambda x: sigma(-x)), -800, 745),
    "Tanhshrink": ((lambda x: x - tanh(x), lambda x: tanh(x) ** 2), -25, 25),
    "Elu": (elu(1), -745, 10),
    "Elu(1.7)": (elu(P), -745, 10),
    "Selu": (elu(ALPHA, mpf("1.0507009873554804934193349852946")), -745, 10),
    "Celu": (elu(1), -745, 10),
    "Celu(1.7)": ((lambda x: x if x > 0 else P * expm1(x / P), lambda x: 1 if x > 0 else exp(x / P)), -1260, 10),
    "Gelu": ((lambda x: x * normal(x), lambda x: normal(x) + x * phi(x)), -38.5, 10),
    "GeluTanh": ((lambda x: x * sigma(argument(x)), lambda x: sigma(argument(x)) * (
        1 + x * sqrt(8 / pi) * (1 + 3 * mpf("0.044715") * x * x) * sigma(-argument(x)))), -21.2, 10),
    "Silu": (silu(1), -750, 40),
    "Silu(1.7)": (silu(P), -440, 30),
    "Mish": ((lambda x: x * tanh(log1p(exp(x))), mish_slope), -750, 40),
    "Softplus": (softplus(1), -745, 40),
    "Softplus(1.7)": (softplus(P), -438, 30),
    "Squareplus": ((lambda x: (x + sqrt(x * x + 4)) / 2, lambda x: (1 + x / sqrt(x * x + 4)) / 2), -1e4, 1e4),
    "Softsign": ((lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2), -1e4, 1e4),
    "Erf′": ((None, lambda x: 2 / sqrt(pi) * exp(-x * x)), -27, 27),
}

with open("activations.txt", "w", newline="\n") as file:
    for name, ((value, slope), left, right) in FUNCTIONS.items():
        for function, title in ((value, name), (slope, name.rstrip("′") + "′")):
            if function is None:
                continue
            parts = [title]
            for x in points(100, left, right):
                true = mpf(function(mpf(x)))
                y = nearest(true)
                rest = int(nint((true - mpf(y)) / mpf(max(math.ulp(y), LEAST)) * 1000))
                parts.append(f"{bits(x):x} {bits(y):x} {rest}")
            file.write("\t".join(parts) + "\n")
