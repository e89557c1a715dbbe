using System.Numerics;
using System.Reflection;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>The theories over <see cref="OperatorCatalogue"/>.</summary>
public class OperatorTests
{
    // Every length up to past two of the widest vectors of floats, and one that leaves the first block of a sum.
    private static readonly int[] s_sizes = [.. Enumerable.Range(0, 36), 63, 64, 65, 127, 128, 129, 130];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, OperatorCatalogue.All.Count)];

    public static TheoryData<int> ElementRows => [.. Enumerable.Range(0, OperatorCatalogue.ElementByElement.Count)];

    public static TheoryData<int> DifferentiableRows =>
        [.. Enumerable.Range(0, OperatorCatalogue.All.Count).Where(i => OperatorCatalogue.All[i].IsDifferentiable)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Value_is_that_of_the_reference(int row)
    {
        Operator op = OperatorCatalogue.All[row];
        GradientTape<double> doubles = new();
        GradientTape<float> floats = new();
        foreach (int n in s_sizes)
        {
            double[] expected = op.Reference(op.Sample(n), op.Shapes(n));
            AssertClose(expected, Evaluate(doubles, op.OnDouble, op, n), op.Tolerance * Math.ScaleB(1, -53), op, n);
            AssertClose(expected, Evaluate(floats, op.OnFloat, op, n), op.Tolerance * Math.ScaleB(1, -24), op, n);
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableRows))]
    public void Gradients_to_second_order_are_those_of_central_differences(int row)
    {
        Operator op = OperatorCatalogue.All[row];
        foreach (int n in (int[])[1, 2, 5])
        {
            double[][] inputs = op.Sample(n);
            Shape[] shapes = op.Shapes(n);
            Parameter<double>[] parameters = [.. inputs.Select((x, i) => new Parameter<double>($"x{i}", shapes[i], x))];
            GradientCheck.Verify(op.OnDouble, new GradientCheckOptions { Order = 2 }, parameters);
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableRows))]
    public void Fused_gradients_are_the_recorded_ones(int row)
    {
        Operator op = OperatorCatalogue.All[row];
        foreach (int n in (int[])[1, 7, 40])
        {
            double[][] inputs = op.Sample(n);
            Shape[] shapes = op.Shapes(n);
            Parameter<double>[] parameters = [.. inputs.Select((x, i) => new Parameter<double>($"x{i}", shapes[i], x))];
            GradientTape<double> tape = new();
            Variable<double>[] watched = [.. parameters.Select(tape.Watch)];
            Variable<double> loss = (op.OnDouble(watched) * 1.25).Sum();
            Variable<double>[] recorded = tape.Gradients(loss, watched);
            tape.Backward(loss);
            // The two take different but equally good roundings of the same sums.
            for (int i = 0; i < parameters.Length; i++)
                AssertClose(recorded[i].Value.ToArray(), parameters[i].Gradient.ToArray(), 64 * Math.ScaleB(1, -53), op, n);
        }
    }

    /// <summary>An element that is not taken may have come from anything.</summary>
    [Theory]
    [MemberData(nameof(ElementRows))]
    public void What_is_not_taken_gets_no_gradient(int row)
    {
        Operator op = OperatorCatalogue.ElementByElement[row];
        double[] special = [0, double.NaN, -1, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue];
        for (int shift = 0; shift < special.Length; shift++)
        {
            // Every pair of special numbers meets in operations of two inputs.
            Parameter<double>[] parameters =
                [.. op.Shapes(6).Select((shape, k) => new Parameter<double>($"x{k}", shape, [.. Enumerable.Range(0, shape.ElementCount).Select(i => special[(i + (k * shift)) % special.Length])]))];
            GradientTape<double> tape = new();
            Variable<double>[] watched = [.. parameters.Select(tape.Watch)];
            Variable<double> result = op.OnDouble(watched), loss = result.Where(new bool[result.Shape.ElementCount], 0).Sum();
            tape.Backward(loss);
            Variable<double>[] first = tape.Gradients(loss, watched);
            Variable<double>[] second = tape.Gradients(first.Select(g => g.Sum()).Aggregate((a, b) => a + b), watched);
            for (int k = 0; k < parameters.Length; k++)
            {
                AssertZeros(parameters[k].Gradient, "fused gradient", k);
                AssertZeros(first[k].Value, "recorded gradient", k);
                AssertZeros(second[k].Value, "second gradient", k);
            }
        }

        void AssertZeros(ReadOnlySpan<double> gradient, string which, int input) => OperatorTests.AssertZeros(gradient, $"{op}: the {which} of input {input}");
    }

    private static void AssertZeros(ReadOnlySpan<double> gradient, string what)
    {
        int other = gradient.IndexOfAnyExcept(0);
        if (other >= 0) Assert.Fail($"{what} has {gradient[other]} at {other}.");
    }

    /// <summary>The same for results of several elements, in rows below and above a vector and over axes that are not rows.</summary>
    [Fact]
    public void Reductions_that_are_not_taken_get_no_gradient()
    {
        Func<Variable<double>, int[], Variable<double>>[] reductions =
            [(x, axes) => x.Sum(axes), (x, axes) => x.Mean(axes), (x, axes) => x.Max(axes), (x, axes) => x.LogSumExp(axes)];
        foreach (Func<Variable<double>, int[], Variable<double>> reduction in reductions)
        {
            foreach (int length in (int[])[1, 5, 40])
            {
                foreach (int[] axes in (int[][])[[0], [1], [0, 2], [2]])
                {
                    Parameter<double> x = new("x", [3, 2, length], Tests.Rows.Random<double>(6 * length, 1));
                    for (int i = 0; i < x.Value.Length; i += 3) x.Value[i] = i % 2 == 0 ? double.NaN : double.PositiveInfinity;
                    GradientTape<double> tape = new();
                    Variable<double> watched = tape.Watch(x), result = reduction(watched, axes);
                    bool[] isTaken = [.. result.Value.ToArray().Select(double.IsFinite)];
                    Variable<double> loss = result.Where(isTaken, 0).Sum();
                    tape.Backward(loss);
                    double[] recorded = tape.Gradients(loss, watched)[0].Value.ToArray();
                    Assert.All(recorded, v => Assert.InRange(v, 0, 1));
                    // Exponentials to an ULP, twice.
                    AssertClose(recorded, x.Gradient.ToArray(), Math.ScaleB(1, -50), OperatorCatalogue.All[0], length);
                }
            }
        }
    }

    /// <summary>A row that is not taken may hold anything: the gradients are those of numbers in its place.</summary>
    [Fact]
    public void Rows_that_are_not_taken_get_no_gradient()
    {
        bool[] mask = [.. Enumerable.Range(0, 800).Select(i => i % 7 != 3)];
        Func<Variable<double>, int, Variable<double>>[] functions =
        [
            (x, axis) => x.Softmax(axis), (x, axis) => x.Softmax(axis, 0.5), (x, axis) => x.LogSoftmax(axis), (x, axis) => x.LogSoftmax(axis, 3),
            (x, axis) => x.Softmin(axis, 2), (x, axis) => x.Sparsemax(axis), (x, axis) => x.GumbelSoftmax(new Philox(1), 0.7, axis: axis),
            (x, axis) => x.GumbelSoftmax(new Philox(1), isHard: true, axis: axis), (x, _) => x.CausalSoftmax(1), (x, _) => x.CausalLogSoftmax(1),
            (x, axis) => x.MaskedSoftmax(mask.AsSpan(0, x.Value.Length), x.Shape, axis), (x, axis) => x.MaskedSoftmax(Bias(x), axis),
            (x, axis) => x.MaskedLogSoftmax(mask.AsSpan(0, x.Value.Length), x.Shape, axis), (x, axis) => x.MaskedLogSoftmax(Bias(x), axis),
        ];
        foreach (int length in (int[])[1, 2, 5, 16, 40])
        {
            for (int axis = 0; axis < 3; axis++)
            {
                Shape shape = Shape.Create([axis == 0 ? length : 4, axis == 1 ? length : 5, axis == 2 ? length : 3]);
                int inner = shape.Product(axis + 1, 3);
                double[] clean = Tests.Rows.Random<double>(shape.ElementCount, 1), weights = Tests.Rows.Random<double>(clean.Length, 2), x = [.. clean];
                int[] rows = [.. Enumerable.Range(0, x.Length).Select(i => (i / (inner * length) * inner) + (i % inner))];
                for (int i = 0; i < x.Length; i++)
                    if (rows[i] % 3 != 0 && i / inner % length == rows[i] % length) x[i] = rows[i] % 3 == 1 ? double.NaN : double.PositiveInfinity;
                foreach (Func<Variable<double>, int, Variable<double>> function in axis == 2 ? functions : functions.Where((_, i) => i is not (8 or 9)))
                {
                    double[][] due = Gradients(clean), actual = Gradients(x);
                    for (int k = 0; k < due.Length; k++)
                    {
                        Assert.All(due[k], (v, i) => Assert.True(rows[i] % 3 == 0 ? double.IsFinite(v) : v == 0));
                        Assert.True(due[k].AsSpan().SequenceEqual(actual[k]), $"function {Array.IndexOf(functions, function)}, axis {axis}, length {length}, gradient {k}");
                    }

                    double[][] Gradients(double[] input)
                    {
                        Parameter<double> parameter = new("x", shape, input);
                        GradientTape<double> tape = new();
                        Variable<double> watched = tape.Watch(parameter), result = function(watched, axis);
                        double[] values = result.Value.ToArray();
                        bool[] isTaken = [.. values.Select((v, i) => rows[i] % 3 == 0 && double.IsFinite(v))];
                        Variable<double> scale = tape.Constant(weights, shape), taken = result.Where(isTaken, 0), loss = (taken * taken * scale).Sum();
                        tape.Backward(loss);
                        Variable<double> first = tape.Gradients(loss, watched)[0];
                        return [parameter.Gradient.ToArray(), first.Value.ToArray(), tape.Gradients((first * scale).Sum(), watched)[0].Value.ToArray()];
                    }
                }
            }
        }

        Variable<double> Bias(Variable<double> x) =>
            x.Tape.Constant([.. mask.Take(x.Value.Length).Select((m, i) => m ? i % 3 : double.NegativeInfinity)], x.Shape);
    }

    [Fact]
    public void A_row_of_NaN_to_which_something_arrives_has_a_gradient_of_NaN()
    {
        Func<Variable<double>, Variable<double>>[] functions = [x => x.Softmax(), x => x.LogSoftmax(), x => x.Softmin(), x => x.Sparsemax()];
        foreach (Func<Variable<double>, Variable<double>> function in functions)
        {
            Parameter<double> x = new("x", [2, 3], [1, 2, 3, 4, double.NaN, 5]);
            GradientTape<double> tape = new();
            Variable<double> watched = tape.Watch(x), loss = (function(watched) * tape.Constant([0, 1, 0, 0, 1, 0], [2, 3])).Sum();
            tape.Backward(loss);
            foreach (double[] gradient in (double[][])[x.Gradient.ToArray(), tape.Gradients(loss, watched)[0].Value.ToArray()])
                Assert.Equal([true, true, true, false, false, false], gradient.Select(double.IsFinite));
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableRows))]
    public void A_step_allocates_nothing_after_the_first(int row)
    {
        Operator op = OperatorCatalogue.All[row];
        const int Size = 33;
        float[][] inputs = Array.ConvertAll(op.Sample(Size), x => Array.ConvertAll(x, v => (float)v));
        Shape[] shapes = op.Shapes(Size);
        Parameter<float>[] parameters = [.. inputs.Select((x, i) => new Parameter<float>($"x{i}", shapes[i], x))];
        GradientTape<float> tape = null!;
        Variable<float>[] watched = new Variable<float>[parameters.Length];
        void First()
        {
            tape = new();
            Step();
        }

        void Step()
        {
            tape.Reset();
            for (int i = 0; i < watched.Length; i++) watched[i] = tape.Watch(parameters[i]);
            tape.Backward(op.OnFloat(watched).Sum());
        }

        // What the row's own lambda allocates (its labels, say) is not the library's.
        long lambda = op.Name switch
        {
            "CrossEntropy" => Allocation.Of(() => OperatorCatalogue.Labels(shapes[0])),
            "ConnectionistTemporalClassification" => Allocation.Of(() => _ = (int[])[Size, Size]),
            _ => 0,
        };

        Assert.Equal(lambda, Allocation.Of(Step, First));
    }

    [Fact]
    public void Every_public_operation_on_variables_has_a_row()
    {
        HashSet<string> rows = [.. OperatorCatalogue.All.Select(op => op.Name)];
        IEnumerable<string> operations = typeof(Variable<double>)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(m => m.ReturnType == typeof(Variable<double>))
            .Select(m => m.Name)
            .Distinct();
        Assert.DoesNotContain(operations, name => !rows.Contains(name));
    }

    [Fact]
    public void Every_public_span_function_has_a_row()
    {
        HashSet<string> rows = [.. OperatorCatalogue.All.Select(op => op.Name), .. SpanFunctionsTestedApart];
        Type[] classes = [typeof(Activations), typeof(Elementary), typeof(LinearAlgebra), typeof(Losses), typeof(Penalties)];
        IEnumerable<string> functions = classes
            .SelectMany(c => c.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(m => m.Name.EndsWith("Gradient", StringComparison.Ordinal) ? m.Name[..^"Gradient".Length] : m.Name)
            .Distinct();
        Assert.DoesNotContain(functions, name => !rows.Contains(name) && !rows.Contains(name + "Penalty"));
    }

    // Spans only, with tests of their own; on a tape arithmetic is the operators'.
    private static readonly string[] SpanFunctionsTestedApart =
    [
        "SoftThreshold", "BlockSoftThreshold", "ElasticNetThreshold", "CrossEntropyPerRow",
        "Add", "Subtract", "Multiply", "Divide", "Negate", "PowExponent",
    ];

    private static double[] Evaluate<T>(GradientTape<T> tape, Func<Variable<T>[], Variable<T>> call, Operator op, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        tape.Reset();
        Shape[] shapes = op.Shapes(n);
        Variable<T>[] variables = [.. op.Sample(n).Select((x, i) => tape.Constant(Array.ConvertAll(x, T.CreateChecked), shapes[i]))];
        return Array.ConvertAll(call(variables).Value.ToArray(), double.CreateChecked);
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance, Operator op, int n)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i].Equals(actual[i])) continue;
            double error = Math.Abs(expected[i] - actual[i]) / Math.Max(1, Math.Abs(expected[i]));
            Assert.True(error <= tolerance, $"{op}, n = {n}, element {i}: {actual[i]:R}, expected {expected[i]:R}, error {error:E2} > {tolerance:E2}");
        }
    }
}
