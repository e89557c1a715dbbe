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
