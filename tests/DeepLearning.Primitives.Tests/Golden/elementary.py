"""Writes elementary.txt: true values of the elementary functions at doubles, for VectorMathTests.

Each line: the function's name, then `x y r` triples: x and the nearest double y as hex bits, and r, the rest of the
true value beyond y in thousandths of y's last place. Needs mpmath: python3 elementary.py
"""
import math, random, struct
from mpmath import mp, mpf
import mpmath

mp.prec = 400
random.seed(20240607)
DENSITY = 2
LEAST = 2.0 ** -1074


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def nearest(v):
    """The double nearest to v, subnormal ones included."""
    if abs(v) >= mpf(2) ** -1022:
        return float(v)
    return float(mpmath.nint(v * mpf(2) ** 1074)) * LEAST


def ulp(y):
    return max(math.ulp(y), LEAST)


def uniform(count, low, high):
    return [random.uniform(low, high) for _ in range(DENSITY * count)]


def scaled(count, low, high):
    """Both signs, magnitudes from 2^low to 2^high, evenly over the binades."""
    return [random.choice((-1, 1)) * 2 ** random.uniform(low, high) for _ in range(DENSITY * count)]


def positive(xs):
    return [abs(x) for x in xs]


def near_quarters(count):
    """Doubles next to multiples of half of pi, small and large."""
    return [float(mpf(round(2 ** random.uniform(0, 60))) * mpmath.pi / 2) for _ in range(DENSITY * count)]


POINTS = {
    "Exp": (mpmath.exp, uniform(500, -1, 1) + uniform(300, -708, 709.78) + uniform(150, -745.2, -708) + scaled(150, -60, 1)),
    "ExpM1": (mpmath.expm1, uniform(700, -1.5, 1.5) + uniform(200, -40, 40) + uniform(100, -708, 709.78) + scaled(150, -60, 1)
              + scaled(50, -1074, -60)),
    "Log": (mpmath.log, uniform(500, 0.4, 2.5) + positive(scaled(300, -1022, 1023.9)) + positive(scaled(100, -1074, -1022))
            + [1 + d for d in scaled(200, -52, -2)]),
    "Log1P": (mpmath.log1p, uniform(600, -0.7, 2.5) + [-1 + 2.0 ** random.uniform(-53, -1) for _ in range(100)]
              + positive(scaled(200, 0, 1023.9)) + scaled(200, -60, 0) + scaled(50, -1074, -60)),
    "Sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), uniform(500, -5, 5) + uniform(200, -40, 40) + uniform(200, -708, -30)
                + uniform(150, -745.2, -707)),
    "Tanh": (mpmath.tanh, uniform(800, -1.5, 1.5) + uniform(200, -20, 20) + scaled(150, -40, 1) + scaled(50, -1074, -40)),
    "Erf": (mpmath.erf, uniform(700, -2, 2) + uniform(300, -6.2, 6.2) + scaled(150, -40, 1) + scaled(50, -1074, -40)),
    "Erfc": (mpmath.erfc, uniform(600, -6.2, 3) + uniform(600, 0, 27) + uniform(150, 26.4, 27.3) + scaled(150, -60, 1)),
    "Rsqrt": (lambda x: 1 / mpmath.sqrt(x), positive(scaled(300, -1022, 1023.9)) + positive(scaled(60, -1074, -1022)) + uniform(200, 0.1, 10)),
    "Sin": (mpmath.sin, uniform(500, -10, 10) + scaled(200, 0, 1023.9) + scaled(100, 0, 40) + scaled(60, -1074, 0) + near_quarters(300)),
    "Cos": (mpmath.cos, uniform(500, -10, 10) + scaled(200, 0, 1023.9) + scaled(100, 0, 40) + scaled(60, -1074, 0) + near_quarters(300)),
    "Pow(3)": (lambda x: x ** 3, scaled(300, -340, 340) + uniform(300, -4, 4)),
    "Pow(-0.5)": (lambda x: 1 / mpmath.sqrt(x), positive(scaled(200, -1074, 1023.9)) + uniform(200, 0.5, 2)),
    "Pow(1.7)": (lambda x: x ** mpf(struct.unpack("<f", struct.pack("<f", 1.7))[0]), positive(scaled(300, -630, 600)) + uniform(300, 0.5, 2)),
}

with open("elementary.txt", "w", newline="\n") as file:
    for name, (function, points) in POINTS.items():
        parts = [name]
        for i, x in enumerate(points):
            # Every fourth is a float, for the references that are made for floats.
            x = struct.unpack("<f", struct.pack("<f", x))[0] if i % 4 == 0 and 1e-30 < abs(x) < 1e38 and x > -0.999999 * (name == "Log1P") - 1e38 * (name != "Log1P") else float(x)
            value = function(mpf(x))
            y = nearest(value)
            rest = int(mpmath.nint((value - mpf(y)) / mpf(ulp(y)) * 1000)) if not math.isinf(y) else 0
            parts.append(f"{bits(x):x} {bits(y):x} {rest}")
        file.write("\t".join(parts) + "\n")
