using CsCheck;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Random programs on a tape: every step gives the shape that NumPy's rules say, or throws <see cref="ArgumentException"/>
/// for shapes and variables that do not fit and <see cref="InvalidOperationException"/> for stale ones and defaults.
/// </summary>
public class FuzzTapeTests
{
    private const int Kinds = 20;

    [Fact]
    public void Programs_have_the_shapes_of_NumPy_or_throw()
    {
        Gen<int[]> program = Gen.Int[0, int.MaxValue - 1].Array[4, 200];
        int succeeded = 0;
        Fuzz.Run(program, 1500, words => succeeded += new Program(words).Run());
        // Most programs get somewhere: were it otherwise, nothing but refusals would be tested.
        Assert.InRange(succeeded, 5000, int.MaxValue);
    }

    /// <summary>A program read from a list of numbers, so that a failing one shrinks.</summary>
    private sealed class Program(int[] words)
    {
        private readonly GradientTape<float> _tape = new();
        private readonly List<(Variable<float> Variable, int[] Shape, Type? Fault)> _pool = [(default, [], typeof(InvalidOperationException))];
        private readonly Parameter<float>[] _parameters = [new("a", [2, 3]), new("b", [3]), new("c", []), new("d", [0, 2])];
        private int _at;

        /// <summary>Runs the program; how many of its operations succeeded.</summary>
        public int Run()
        {
            GradientTape<float> other = new();
            _pool.Add((other.Constant([1, 2, 3], [3]), [3], typeof(ArgumentException)));
            while (_at < words.Length) Step(Next(Kinds));
            return _pool.Count - 2;
        }

        // The program ends when the numbers do.
        private int Next(int count) => _at < words.Length ? words[_at++] % count : 0;

        private int Length() => Next(9) switch { 0 => 0, 1 or 2 => 1, 3 or 4 => 2, 5 or 6 => 3, 7 => 5, _ => Next(4) == 0 ? Fuzzed() : 2 };

        private int Fuzzed() => Next(5) switch { 0 => -1, 1 => int.MinValue, 2 => 65536, 3 => int.MaxValue, _ => -2 };

        private int[] Lengths(int mostRank) => [.. Enumerable.Range(0, Next(mostRank + 1)).Select(_ => Length())];

        private (Variable<float> Variable, int[] Shape, Type? Fault) Operand() => _pool[_pool.Count - 1 - Next(Math.Min(_pool.Count, 12))];

        private void Step(int kind)
        {
            var (x, shape, fault) = kind is 0 or 1 or 2 ? default : Operand();
            switch (kind)
            {
                case 0:
                    int[] lengths = Lengths(Next(8) == 0 ? 10 : 3);
                    bool isShape = IsShape(lengths) && Count(lengths) < 300_000;
                    int count = isShape ? (int)Count(lengths) + (Next(8) == 0 ? 1 : 0) : 3;
                    Judge(isShape && count == Count(lengths) ? lengths : null, () => _tape.Constant(new float[count], Shape.Create(lengths)));
                    break;
                case 1:
                    int which = Next(_parameters.Length);
                    Judge([.. _parameters[which].Shape], () => _tape.Watch(_parameters[which]));
                    break;
                case 2 when Next(4) == 0:
                    _tape.Reset();
                    for (int i = 0; i < _pool.Count; i++)
                        if (_pool[i].Fault != typeof(ArgumentException)) _pool[i] = _pool[i] with { Fault = typeof(InvalidOperationException) };
                    break;
                case 2:
                    break;
                case 3 or 4 or 5:
                    var (y, yShape, yFault) = Operand();
                    int sign = Next(4);
                    // An operation belongs to the tape of its left operand; two of another tape are at home there.
                    if (fault == typeof(ArgumentException) && yFault == fault) return;
                    Judge(
                        Broadcast(shape, yShape),
                        () => sign switch { 0 => x + y, 1 => x - y, 2 => x * y, _ => x / y },
                        fault, yFault);
                    break;
                case 6:
                    int function = Next(9);
                    if (fault == typeof(ArgumentException)) return;
                    Judge(shape, () => Unary(function, x), fault);
                    break;
                case 7 or 8:
                    var (right, rightShape, rightFault) = Operand();
                    (bool ta, bool tb) = (Next(4) == 0, Next(4) == 0);
                    if (fault == typeof(ArgumentException) || rightFault == typeof(ArgumentException)) return;
                    Judge(MatMul(shape, rightShape, ta, tb), () => x.MatMul(right, ta, tb), fault, rightFault);
                    break;
                case 9 or 10:
                    int[] axes = [.. Enumerable.Range(0, Next(4)).Select(_ => Next(10) == 0 ? Fuzzed() : Next(4) - 1)];
                    (int reduction, bool keep) = (Next(3), Next(2) == 0);
                    if (fault == typeof(ArgumentException)) return;
                    Judge(
                        Reduce(shape, axes, keep),
                        () => reduction switch { 0 => x.Sum(axes, keep), 1 => x.Mean(axes, keep), _ => x.Max(axes, keep) },
                        fault);
                    break;
                case 11:
                    int[] to = Next(2) == 0 ? [.. shape.Reverse()] : Next(2) == 0 ? [-1, .. shape.Skip(1)] : Lengths(4);
                    if (fault == typeof(ArgumentException)) return;
                    Judge(Reshape(shape, to), () => x.Reshape(to), fault);
                    break;
                case 12:
                    int[] larger = Next(2) == 0 ? [2, .. shape] : Lengths(4);
                    if (fault == typeof(ArgumentException)) return;
                    bool fits = IsShape(larger) && Count(larger) < 300_000 && Broadcast(shape, larger) is { } both && both.SequenceEqual(larger);
                    if (IsShape(larger)) Judge(fits ? larger : null, () => x.BroadcastTo(Shape.Create(larger)), fault);
                    break;
                case 13:
                    int[] order = [.. Enumerable.Range(0, shape.Length).OrderBy(_ => Next(100))];
                    if (Next(6) == 0) order = [.. order, 0];
                    if (order.Length > 0 && Next(6) == 0) order[0] = Next(2) == 0 ? -1 : Fuzzed();
                    if (fault == typeof(ArgumentException)) return;
                    bool isOrder = order.Length == shape.Length && order.All(o => o >= -shape.Length && o < shape.Length)
                        && order.Select(o => o < 0 ? o + shape.Length : o).Distinct().Count() == shape.Length;
                    int[]? turned = isOrder ? [.. order.Select(o => shape[o < 0 ? o + shape.Length : o])] : null;
                    Judge(turned is not null && IsShape(turned) ? turned : null, () => x.Transpose(order), fault);
                    break;
                case 14:
                    int rows = shape.Length == 0 ? 0 : (int)Math.Min(50, Count(shape.AsSpan(..^1)));
                    int[] labels = [.. Enumerable.Range(0, rows + (Next(8) == 0 ? 1 : 0)).Select(_ => Next(12) == 0 ? -100 : Next(12) == 0 ? Fuzzed() : Next(3))];
                    if (fault == typeof(ArgumentException)) return;
                    bool isLabelled = shape.Length > 0 && labels.Length == Count(shape.AsSpan(..^1)) && labels.All(l => l == -100 || (l >= 0 && l < shape[^1]));
                    Judge(isLabelled ? [] : null, () => x.CrossEntropy(labels), fault);
                    break;
                case 15:
                    Differentiate(x, shape, fault);
                    break;
                case 16:
                    var (slope, slopeShape, slopeFault) = Operand();
                    int channels = Next(10) == 0 ? Fuzzed() : Next(5) - 2;
                    if (fault == typeof(ArgumentException)) return;
                    bool isSlope = Count(slopeShape) == 1 || (slopeShape.Length == 1 && IsAxis(channels) && slopeShape[0] == shape[channels < 0 ? channels + shape.Length : channels]);
                    Judge(isSlope ? shape : null, () => x.PRelu(slope, channels), fault, slopeFault);
                    break;
                case 17:
                    var (otherwise, otherShape, otherFault) = Operand();
                    (bool[] condition, int[] conditionShape, bool isMask) = Mask();
                    if (fault == typeof(ArgumentException)) return;
                    Judge(
                        isMask && Broadcast(shape, otherShape) is { } pair ? Broadcast(pair, conditionShape) : null,
                        () => x.Where(condition, Shape.Create(conditionShape), otherwise), fault, otherFault);
                    break;
                case 18:
                    (bool[] mask, int[] maskShape, isMask) = Mask();
                    (int axis, bool log) = (Next(10) == 0 ? Fuzzed() : Next(5) - 2, Next(2) == 0);
                    if (fault == typeof(ArgumentException)) return;
                    bool isMasked = isMask && IsAxis(axis) && Broadcast(shape, maskShape) is { } masked && masked.SequenceEqual(shape);
                    Judge(
                        isMasked ? shape : null,
                        () => log ? x.MaskedLogSoftmax(mask, Shape.Create(maskShape), axis) : x.MaskedSoftmax(mask, Shape.Create(maskShape), axis), fault);
                    break;
                default:
                    if (fault == typeof(ArgumentException)) return;
                    Type[] due = fault is not null || Count(shape) != 1 ? [typeof(InvalidOperationException)] : [];
                    Fuzz.Judge(Array.Empty<int>(), () => _ = x.Item, due);
                    break;
            }

            bool IsAxis(int at) => at >= -shape.Length && at < shape.Length;

            // Often of the operand's shape, or of the end of it.
            (bool[] Mask, int[] Shape, bool IsMask) Mask()
            {
                int[] lengths = Next(3) switch { 0 => Lengths(3), 1 => shape[Math.Min(shape.Length, 1)..], _ => shape };
                bool isShape = IsShape(lengths) && Count(lengths) < 300_000;
                int count = (isShape ? (int)Count(lengths) : 3) + (Next(8) == 0 ? 1 : 0);
                int word = Next(1000);
                return ([.. Enumerable.Range(0, count).Select(i => (word >> (i % 10) & 1) != 0)], lengths, isShape && count == Count(lengths));
            }
        }

        private void Differentiate(Variable<float> x, int[] shape, Type? fault)
        {
            (bool backward, bool accumulate) = (Next(2) == 0, Next(2) == 0);
            var (at, atShape, atFault) = Operand();
            List<Type> due = [];
            if (fault is not null) due.Add(fault);
            else if (Count(shape) != 1) due.Add(typeof(InvalidOperationException));
            if (!backward && atFault is not null) due.Add(atFault);
            Fuzz.Judge(Array.Empty<int>(), Call, [.. due]);

            void Call()
            {
                if (backward)
                {
                    _tape.Backward(x, accumulate);
                    return;
                }

                Variable<float> gradient = _tape.Gradients(x, at)[0];
                Assert.Equal(atShape, gradient.Shape.ToArray());
                if (Count(atShape) < 1000) _pool.Add((gradient, atShape, null));
            }
        }

        /// <summary>The call gives this shape, or throws when there is none or an operand is at fault.</summary>
        private void Judge(int[]? expected, Func<Variable<float>> call, params ReadOnlySpan<Type?> faults)
        {
            List<Type> due = [];
            foreach (Type? fault in faults)
                if (fault is not null) due.Add(fault);
            if (expected is null || !IsShape(expected)) due.Add(typeof(ArgumentException));
            else if (Count(expected) > 300_000) return;
            Variable<float> result = default;
            if (!Fuzz.Judge(Array.Empty<int>(), () => result = call(), [.. due])) return;
            Assert.Equal(expected!, result.Shape.ToArray());
            Assert.Equal(Count(expected!), result.Value.Length);
            if (Count(expected!) < 1000) _pool.Add((result, expected!, null));
        }

        private static Variable<float> Unary(int function, Variable<float> x) => function switch
        {
            0 => x.Sigmoid(),
            1 => x.Tanh(),
            2 => x.Relu(),
            3 => -x,
            4 => x.Detach(),
            5 => 0.5 * x,
            6 => 1f - x,
            7 => x.Abs(),
            _ => x.Erf(),
        };
    }

    private static long Count(ReadOnlySpan<int> lengths)
    {
        long count = 1;
        foreach (int length in lengths) count *= length;
        return count;
    }

    /// <summary>At most 8 lengths, none negative, whose products from the left fit an array.</summary>
    private static bool IsShape(int[] lengths)
    {
        if (lengths.Length > 8 || lengths.Any(l => l < 0)) return false;
        long count = 1;
        return lengths.All(l => (count *= l) <= Array.MaxLength);
    }

    private static int[]? Broadcast(int[] a, int[] b)
    {
        int[] result = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            int p = i <= a.Length ? a[^i] : 1, q = i <= b.Length ? b[^i] : 1;
            if (p != q && p != 1 && q != 1) return null;
            result[^i] = p == 1 ? q : p;
        }

        return result;
    }

    private static int[]? MatMul(int[] a, int[] b, bool transposeA, bool transposeB)
    {
        if (a.Length == 0 || b.Length == 0) return null;
        // A vector is not transposed: it is the one matrix it can be.
        int[] left = a.Length == 1 ? [1, a[0]] : a, right = b.Length == 1 ? [b[0], 1] : b;
        (transposeA, transposeB) = (transposeA && a.Length > 1, transposeB && b.Length > 1);
        if (left[transposeA ? ^2 : ^1] != right[transposeB ? ^1 : ^2]) return null;
        if (Broadcast(left[..^2], right[..^2]) is not { } batch) return null;
        return [.. batch, .. a.Length == 1 ? [] : (int[])[left[transposeA ? ^1 : ^2]], .. b.Length == 1 ? [] : (int[])[right[transposeB ? ^2 : ^1]]];
    }

    private static int[]? Reduce(int[] shape, int[] axes, bool keep)
    {
        int rank = shape.Length;
        if (axes.Any(axis => axis < -rank || axis >= rank)) return null;
        int[] named = [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
        if (named.Distinct().Count() != named.Length) return null;
        return [.. shape.Select((length, i) => (length, i)).Where(p => keep || !named.Contains(p.i)).Select(p => named.Contains(p.i) ? 1 : p.length)];
    }

    private static int[]? Reshape(int[] shape, int[] to)
    {
        int open = Array.IndexOf(to, -1);
        if (open < 0) return IsShape(to) && Count(to) == Count(shape) ? to : null;
        int[] rest = [.. to[..open], .. to[(open + 1)..]];
        if (to.Length > 8 || !IsShape(rest) || Count(rest) == 0 || Count(shape) % Count(rest) != 0) return null;
        return [.. to[..open], (int)(Count(shape) / Count(rest)), .. to[(open + 1)..]];
    }
}
