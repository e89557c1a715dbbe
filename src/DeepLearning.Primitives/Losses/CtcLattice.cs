using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Primitives;

/// <summary>
/// The alignments of one sequence with its labels, in log space and in double: cell (t, s) is step t at symbol s of the labels
/// with a blank before, between and after them. α(t, s) sums the ways there, emissions included; β(t, s) those from there on,
/// emission t left out (Graves et al. 2006).
/// </summary>
internal readonly ref struct CtcLattice
{
    private readonly int _steps;
    private readonly int _symbols;
    private readonly int _width;
    private readonly int _blank;
    private readonly ReadOnlySpan<int> _labels;
    private readonly Span<double> _emissions;
    private readonly Span<double> _alpha;
    private readonly Span<double> _beta;
    private readonly Span<double> _skips;
    private readonly Span<double> _scratch;

    public CtcLattice(ReadOnlySpan<int> labels, int steps, int blank, Span<double> memory)
    {
        _labels = labels;
        (_steps, _symbols, _blank) = (steps, (2 * labels.Length) + 1, blank);
        // Two cells of −∞ stand before each row of α, and after each row of what β is made from.
        _width = _symbols + 2;
        int rows = steps * _width;
        _emissions = memory[..rows];
        _alpha = memory.Slice(rows, rows);
        _beta = memory.Slice(2 * rows, rows);
        _skips = memory.Slice(3 * rows, _width);
        _scratch = memory.Slice((3 * rows) + _width, _width);
        _skips.Fill(double.NegativeInfinity);
        // A blank between two different labels may be skipped.
        for (int s = 3; s < _symbols; s += 2)
            if (labels[s / 2] != labels[(s / 2) - 1]) _skips[s] = 0;
    }

    /// <summary>Doubles that a lattice of so many steps and labels needs.</summary>
    public static int Memory(int steps, int labels) => checked(((3 * steps) + 2) * ((2 * labels) + 3));

    /// <summary>log P of the labels; <paramref name="x"/> is the sequence's part of the log-probabilities, a step apart.</summary>
    public double Forward<T>(ReadOnlySpan<T> x, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_steps == 0) return _labels.IsEmpty ? 0 : double.NegativeInfinity;
        for (int t = 0; t < _steps; t++)
        {
            Span<double> emissions = Emissions(t);
            ReadOnlySpan<T> step = x[(t * stride)..];
            double blank = double.CreateTruncating(step[_blank]);
            for (int s = 0; s < _symbols; s += 2) emissions[s] = blank;
            for (int s = 0; s < _labels.Length; s++) emissions[(2 * s) + 1] = double.CreateTruncating(step[_labels[s]]);
        }

        Span<double> first = _alpha[.._width];
        first.Fill(double.NegativeInfinity);
        first[2] = Emissions(0)[0];
        if (_symbols > 1) first[3] = Emissions(0)[1];
        for (int t = 1; t < _steps; t++)
        {
            ReadOnlySpan<double> last = _alpha.Slice((t - 1) * _width, _width);
            Span<double> next = _alpha.Slice(t * _width, _width), skipped = _scratch[.._symbols], cells = next[2..];
            next[..2].Fill(double.NegativeInfinity);
            Elementwise.Map<double, Add<double>>(last[.._symbols], _skips[.._symbols], skipped, default);
            Elementwise.Map<double, LogSumExp3>(last.Slice(2, _symbols), last.Slice(1, _symbols), skipped, cells, default);
            Elementwise.Map<double, Add<double>>(cells, Emissions(t), cells, default);
        }

        ReadOnlySpan<double> end = Alpha(_steps - 1);
        return LogSumExp(end[^1], _symbols > 1 ? end[^2] : double.NegativeInfinity);
    }

    /// <summary>Adds −scale·P(symbol at t | labels) to the gradient, after <see cref="Forward"/> gave a finite log P.</summary>
    public void Backward<T>(double logProbability, double scale, Span<T> gradient, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FillBeta();
        for (int t = 0; t < _steps; t++)
        {
            Span<double> posterior = _scratch[.._symbols];
            Elementwise.Map(Alpha(t), Beta(t), posterior, new Posterior(logProbability));
            Span<T> slopes = gradient[(t * stride)..];
            double blank = 0;
            for (int s = 0; s < _symbols; s += 2) blank += posterior[s];
            slopes[_blank] -= T.CreateTruncating(scale * blank);
            for (int s = 0; s < _labels.Length; s++) slopes[_labels[s]] -= T.CreateTruncating(scale * posterior[(2 * s) + 1]);
        }
    }

    /// <summary>
    /// Adds the derivative of what <see cref="Backward"/> adds along <paramref name="direction"/>, which is the Hessian's product
    /// with it: the same recursions for the tangents of α and β.
    /// </summary>
    public void Along<T>(double logProbability, double scale, ReadOnlySpan<T> direction, Span<T> product, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FillBeta();
        using Rented<double> rented = new(2 * _steps * _symbols);
        Span<double> alpha = rented.Span[..(_steps * _symbols)], beta = rented.Span[(_steps * _symbols)..];
        for (int t = 0; t < _steps; t++)
        {
            for (int s = 0; s < _symbols; s++)
            {
                double tangent = double.CreateTruncating(direction[(t * stride) + Symbol(s)]);
                double before = Alpha(t)[s] - Emissions(t)[s];
                for (int from = Math.Max(0, s - 2); from <= s && t > 0; from++)
                {
                    if (from == s - 2 && _skips[s] != 0) continue;
                    tangent += Share(Alpha(t - 1)[from] - before) * alpha[((t - 1) * _symbols) + from];
                }

                alpha[(t * _symbols) + s] = tangent;
            }
        }

        for (int t = _steps - 1; t >= 0; t--)
        {
            for (int s = 0; s < _symbols; s++)
            {
                double tangent = 0;
                for (int to = s; to <= Math.Min(_symbols - 1, s + 2) && t < _steps - 1; to++)
                {
                    if (to == s + 2 && _skips[to] != 0) continue;
                    double own = double.CreateTruncating(direction[((t + 1) * stride) + Symbol(to)]) + beta[((t + 1) * _symbols) + to];
                    tangent += Share(Beta(t + 1)[to] + Emissions(t + 1)[to] - Beta(t)[s]) * own;
                }

                beta[(t * _symbols) + s] = tangent;
            }
        }

        double whole = 0;
        for (int s = Math.Max(0, _symbols - 2); s < _symbols; s++)
            whole += Share(Alpha(_steps - 1)[s] - logProbability) * alpha[((_steps - 1) * _symbols) + s];
        for (int t = 0; t < _steps; t++)
        {
            for (int s = 0; s < _symbols; s++)
            {
                double posterior = Share(Alpha(t)[s] + Beta(t)[s] - logProbability);
                double change = posterior * (alpha[(t * _symbols) + s] + beta[(t * _symbols) + s] - whole);
                product[(t * stride) + Symbol(s)] -= T.CreateTruncating(scale * change);
            }
        }
    }

    private void FillBeta()
    {
        Span<double> last = Beta(_steps - 1), ahead = _scratch;
        last.Fill(double.NegativeInfinity);
        last[Math.Max(0, _symbols - 2)..].Clear();
        using Rented<double> rented = new(_symbols);
        for (int t = _steps - 2; t >= 0; t--)
        {
            Elementwise.Map<double, Add<double>>(Beta(t + 1), Emissions(t + 1), ahead, default);
            ahead.Slice(_symbols, 2).Fill(double.NegativeInfinity);
            Span<double> skipped = rented.Span;
            Elementwise.Map<double, Add<double>>(ahead.Slice(2, _symbols), _skips.Slice(2, _symbols), skipped, default);
            Elementwise.Map<double, LogSumExp3>(ahead[.._symbols], ahead.Slice(1, _symbols), skipped, Beta(t), default);
        }
    }

    private Span<double> Emissions(int t) => _emissions.Slice(t * _width, _symbols);

    private Span<double> Alpha(int t) => _alpha.Slice((t * _width) + 2, _symbols);

    private Span<double> Beta(int t) => _beta.Slice(t * _width, _symbols);

    private int Symbol(int s) => s % 2 == 0 ? _blank : _labels[s / 2];

    /// <summary>e^x; 0 for a way that is none, from nowhere or to nowhere.</summary>
    private static double Share(double x) => double.IsNaN(x) || double.IsNegativeInfinity(x) ? 0 : ScalarMath.Exp(x);

    private static double LogSumExp(double a, double b)
    {
        Simd128<double> none = double.NegativeInfinity;
        return default(LogSumExp3).Invoke(Simd128<double>.Create(a), Simd128<double>.Create(b), none).First;
    }

    /// <summary>log(eᵃ + eᵇ + eᶜ); −∞ of three −∞.</summary>
    private readonly struct LogSumExp3 : IMap3<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b, TVector c)
            where TVector : struct, ISimd<TVector, double>
        {
            TVector max = TVector.Max(a, TVector.Max(b, c)), none = TVector.Equal(max, double.NegativeInfinity);
            TVector shift = TVector.Select(none, 0, max), sum = Term(a, shift) + Term(b, shift) + Term(c, shift);
            // The largest term is 1, so that the sum is ordinary; a NaN is handed on.
            TVector result = TVector.Select(none, double.NegativeInfinity, max + VectorMath.LogOfOrdinary<TVector, double>(sum));
            return TVector.SelectEqual(sum, sum, result, sum);
        }

        /// <summary>What is too small to be ordinary is lost beside 1. A NaN stands on the right of Max and stays.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Term<TVector>(TVector x, TVector shift)
            where TVector : struct, ISimd<TVector, double> =>
            VectorMath.ExpOfOrdinary<TVector, double>(TVector.Max(-700, x - shift));
    }

    /// <summary>e^(α + β − log P), which is 0 for cells on no way.</summary>
    private readonly struct Posterior(double logProbability) : IMap2<double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector>(TVector a, TVector b)
            where TVector : struct, ISimd<TVector, double> =>
            VectorMath.Exp<TVector, double>(a + b - logProbability);
    }
}
