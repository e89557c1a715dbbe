namespace DeepLearning.Primitives.Tests;

/// <summary>
/// Every operation once: its call on a tape, a naive reference in double, where to sample it and how exact it is. The
/// theories, the instruction-set lanes and the benchmarks all enumerate this list.
/// </summary>
public static partial class OperatorCatalogue
{
    // In units of the precision of T. The unary functions are held to their bounds in ULP by the accuracy runner; here
    // the reference itself (Math.*) and a last rounding add one each.
    private const double UnaryTolerance = 4;

    /// <summary>Those whose elements depend on one element of each input, or on the two halves of a gated one.</summary>
    public static IReadOnlyList<Operator> ElementByElement { get; } = [.. ElementaryFunctions(), .. ActivationFunctions()];

    public static IReadOnlyList<Operator> All { get; } =
    [
        .. ElementByElement,
        .. SoftmaxFamily(),
        .. LossesAndPenalties(),
        .. RowLosses(),
        .. Regularizers(),
        Unary("Detach", x => x.Detach(), x => x.Detach(), v => v, -3, 3) with { IsDifferentiable = false },
        .. Axes("Sum", (x, axes) => x.Sum(axes), (x, axes) => x.Sum(axes), values => values.Sum()),
        .. Axes("Mean", (x, axes) => x.Mean(axes), (x, axes) => x.Mean(axes), values => values.DefaultIfEmpty(double.NaN).Average()),
        .. Axes("Max", (x, axes) => x.Max(axes), (x, axes) => x.Max(axes), values => values.DefaultIfEmpty(double.NegativeInfinity).Max()),
        new("Reshape", x => x[0].Reshape(-1, 2), x => x[0].Reshape(-1, 2)) { Shapes = n => [[2, n]], Reference = (x, _) => x[0] },
        new("BroadcastTo", x => x[0].BroadcastTo([2, 3, x[0].Shape[^1]]), x => x[0].BroadcastTo([2, 3, x[0].Shape[^1]]))
        {
            Shapes = n => [[3, n]],
            Reference = (x, _) => [.. x[0], .. x[0]],
        },
        new("Transpose", x => x[0].Transpose(), x => x[0].Transpose())
        {
            Shapes = n => [[2, 3, n]],
            Reference = (x, shapes) => References.Transpose(x[0], shapes[0], [0, 2, 1]),
        },
        new("Transpose", x => x[0].Transpose(2, 0, 3, 1), x => x[0].Transpose(2, 0, 3, 1))
        {
            Shapes = n => [[2, 3, n, 2]],
            Reference = (x, shapes) => References.Transpose(x[0], shapes[0], [2, 0, 3, 1]),
        },
        .. MatMul(),
    ];

    /// <summary>Class indices for rows of logits: fixed, every class in turn.</summary>
    public static int[] Labels(Shape logits) => [.. Enumerable.Range(0, logits[0]).Select(i => i * 7 % logits[1])];

    private static Operator Unary(
        string name,
        Func<Variable<float>, Variable<float>> onFloat,
        Func<Variable<double>, Variable<double>> onDouble,
        Func<double, double> reference,
        double low,
        double high) =>
        new(name, x => onFloat(x[0]), x => onDouble(x[0]))
        {
            Shapes = n => [[n]],
            Low = low,
            High = high,
            Reference = (x, _) => [.. x[0].Select(reference)],
            Tolerance = UnaryTolerance,
            IsElementwise = true,
        };

    private static IEnumerable<Operator> Binary(
        string name,
        Func<Variable<float>[], Variable<float>> onFloat,
        Func<Variable<double>[], Variable<double>> onDouble,
        Func<double, double, double> reference)
    {
        Func<int, Shape[]>[] shapes =
        [
            n => [[n], [n]],
            n => [[n], []],
            n => [[], [n]],
            n => [[3, n], [n]],
            n => [[3, 1], [n]],
            n => [[2, 1, n, 1], [3, 1, 2]],
            n => [[1, 2, 1, 2, 1, 2, 1, n], [2, 1, 2, 1, 2, 1, 2, 1]],
        ];
        return shapes.Select((shape, i) => new Operator(name, onFloat, onDouble)
        {
            Shapes = shape,
            // Away from 0: a quotient of small numbers has large higher derivatives, which central differences miss.
            Low = 0.5,
            High = 2,
            Reference = (x, s) => References.Broadcast(x[0], s[0], x[1], s[1], reference),
            IsElementwise = i == 0,
        });
    }

    private static IEnumerable<Operator> Axes(
        string name,
        Func<Variable<float>, int[], Variable<float>> onFloat,
        Func<Variable<double>, int[], Variable<double>> onDouble,
        Func<IEnumerable<double>, double> reference)
    {
        foreach (int[] axes in (int[][])[[0], [1], [-1], [0, 1], [0, 2], [2, 1, 0], []])
        {
            yield return new Operator(name, x => onFloat(x[0], axes), x => onDouble(x[0], axes))
            {
                Shapes = n => [[3, n, 2]],
                Reference = (x, shapes) => References.Reduce(x[0], shapes[0], axes, reference),
                // A rounding or two for each of up to 130 terms of size 3, in a sum that may cancel.
                Tolerance = 256,
            };
        }
    }

    private static Operator Rows(
        string name,
        Func<Variable<float>, Variable<float>> onFloat,
        Func<Variable<double>, Variable<double>> onDouble,
        Func<double[], double[]> reference) =>
        new(name, x => onFloat(x[0]), x => onDouble(x[0]))
        {
            Shapes = n => [[2, n + 1]],
            Reference = (x, shapes) => [.. x[0].Chunk(shapes[0][^1]).SelectMany(reference)],
            // Exponentials of differences: absolute errors of the logits, up to 6 here, come back as relative ones.
            Tolerance = 64,
        };

    private static Operator Scalar(
        string name,
        Func<Variable<float>, Variable<float>> onFloat,
        Func<Variable<double>, Variable<double>> onDouble,
        Func<double[], double> reference) =>
        new(name, x => onFloat(x[0]), x => onDouble(x[0])) { Shapes = n => [[n]], Reference = (x, _) => [reference(x[0])], Tolerance = 16 };

    private static IEnumerable<Operator> MatMul()
    {
        (Func<int, Shape[]> Shapes, bool TransposeA, bool TransposeB)[] cases =
        [
            (n => [[3, n], [n, 4]], false, false),
            (n => [[n, 3], [n, 4]], true, false),
            (n => [[3, n], [4, n]], false, true),
            (n => [[n, 3], [4, n]], true, true),
            (n => [[n, 2], [2, n]], false, false),
            (n => [[2, 3, n], [n, 2]], false, false),
            (n => [[2, 3, n], [2, n, 2]], false, false),
            (n => [[2, 1, 2, n], [3, n, 2]], false, false),
            (n => [[2, 1, n, 2], [3, 2, n]], true, true),
            (n => [[n], [n, 2]], false, false),
            (n => [[2, 3, n], [n]], false, false),
            (n => [[n], [n]], false, false),
        ];
        foreach ((Func<int, Shape[]> shapes, bool transposeA, bool transposeB) in cases)
        {
            yield return new Operator(
                "MatMul", x => x[0].MatMul(x[1], transposeA, transposeB), x => x[0].MatMul(x[1], transposeA, transposeB))
            {
                Shapes = shapes,
                Reference = (x, s) => References.MatMul(x[0], s[0], transposeA, x[1], s[1], transposeB),
                // One rounding for each of up to 130 terms, whose sum may cancel.
                Tolerance = 256,
            };
        }
    }
}

/// <summary>A row of the catalogue.</summary>
public sealed record Operator(
    string Name, Func<Variable<float>[], Variable<float>> OnFloat, Func<Variable<double>[], Variable<double>> OnDouble)
{
    /// <summary>The inputs' shapes for a size n of 0 or more.</summary>
    public required Func<int, Shape[]> Shapes { get; init; }

    /// <summary>The result, row-major, from the inputs in double.</summary>
    public required Func<double[][], Shape[], double[]> Reference { get; init; }

    /// <summary>The domain to sample.</summary>
    public double Low { get; init; } = -3;

    public double High { get; init; } = 3;

    /// <summary>The allowed error in units of the type's precision, relative to the larger of 1 and the result.</summary>
    public double Tolerance { get; init; } = 4;

    public bool IsDifferentiable { get; init; } = true;

    /// <summary>True when each element of the result depends on one element of each input alone.</summary>
    public bool IsElementwise { get; init; }

    /// <summary>The inputs for a size: fixed numbers that look random, no two alike and none at a kink.</summary>
    public double[][] Sample(int n)
    {
        Shape[] shapes = Shapes(n);
        double[][] inputs = new double[shapes.Length][];
        for (int k = 0; k < inputs.Length; k++)
        {
            inputs[k] = new double[shapes[k].ElementCount];
            for (int i = 0; i < inputs[k].Length; i++)
            {
                // Weyl's sequence of the golden ratio fills the interval evenly; rounding to float makes the inputs
                // of both types the same numbers.
                double fraction = (0.5 + ((i + (k * 1000) + 1) * 0.6180339887498949)) % 1;
                inputs[k][i] = (float)(Low + ((High - Low) * fraction));
            }
        }

        return inputs;
    }

    public override string ToString() => $"{Name} {string.Join(" × ", Shapes(5).Select(s => s.ToString()))}";
}
