using static TorchSharp.torch;

namespace DeepLearning.Primitives.GoldenVectors;

/// <summary>Activations, softmax, penalties, arithmetic with broadcasting, reductions, matrix products, the linear layer.</summary>
internal static class FunctionCases
{
    // Around 0, both sides of every change of method, far tails; finite, for at infinity and NaN the semantics differ.
    private static readonly double[] s_points =
    [
        0, 1e-30, -1e-30, 1e-8, -1e-8, 1e-4, -1e-4, 0.01, -0.01, 0.1, -0.1, 0.5, -0.5, 0.6931472, -0.6931472, 1, -1,
        1.5, -1.5, 2, -2, 3.3, -3.3, 5, -5, 8.5, -8.5, 12, -12, 17, -17, 20, -20, 30, -30, 50, -50, 80, -80,
    ];

    public static void Write(VectorFile file)
    {
        Tensor points = Points();
        Tensor positive = points[points > 0];
        Map("sigmoid", x => x.sigmoid(), points);
        Map("relu", x => x.relu(), points);
        Map("tanh", x => x.tanh(), points);
        Map("exp", x => x.exp(), points);
        Map("expm1", x => x.expm1(), points);
        Map("erf", x => x.erf(), points);
        Map("erfc", x => x.erfc(), points);
        Map("log", x => x.log(), positive);
        Map("log1p", x => x.log1p(), positive);
        Map("sqrt", x => x.sqrt(), positive);

        Tensor wide = tensor(new double[] { 1000, 1001, 1002, -1000, -1001, -1002, 0, 100, -100, 3, 3, 3 }).reshape(4, 3);
        (string, Tensor)[] rows =
            [("matrix", file.Uniform(4, 3, 5)), ("cube", file.Uniform(4, 2, 3, 4)), ("long", file.Uniform(6, 2, 67)), ("wide", wide)];
        foreach ((string name, Tensor x) in rows)
        {
            Map($"softmax/{name}", x => x.softmax(-1), x);
            Map($"log_softmax/{name}", x => x.log_softmax(-1), x);
        }

        Tensor weights = cat([file.Uniform(2, 20), zeros(3, ScalarType.Float64)]);
        Map("penalty/l1", w => w.abs().sum(), weights);
        Map("penalty/l2", w => w.square().sum(), weights);
        Map("penalty/l2_norm", w => w.norm(), weights);

        Arithmetic(file);
        Reductions(file);
        Products(file);

        void Map(string name, Func<Tensor, Tensor> function, Tensor input) => file.Gradient(name, v => function(v[0]), true, ("x", input));
    }

    internal static Tensor Points() => tensor(s_points).to(ScalarType.Float32).to(ScalarType.Float64);

    private static void Arithmetic(VectorFile file)
    {
        (string Name, long[] A, long[] B)[] shapes =
        [
            ("same", [2, 3], [2, 3]), ("row", [3, 4], [4]), ("column", [3, 4], [3, 1]), ("scalar", [3, 4], []),
            ("outer", [2, 1, 3], [4, 1]), ("batch", [2, 1, 3, 1], [5, 1, 4]),
        ];
        foreach ((string name, long[] a, long[] b) in shapes)
        {
            (string, Tensor)[] inputs = [("a", file.Uniform(3, a)), ("b", file.Uniform(3, b))];
            file.Gradient($"add/{name}", v => v[0] + v[1], false, inputs);
            file.Gradient($"subtract/{name}", v => v[0] - v[1], false, inputs);
            file.Gradient($"multiply/{name}", v => v[0] * v[1], false, inputs);
            file.Gradient($"divide/{name}", v => v[0] / v[1], false, inputs);
        }
    }

    private static void Reductions(VectorFile file)
    {
        Tensor x = file.Uniform(3, 2, 3, 4), ties = tensor(new double[] { 1, 5, 5, 2, 7, 7, 7, 0, -1, -1, -3, -1 }).reshape(3, 4);
        foreach (long[] axes in (long[][])[[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]])
        {
            string name = string.Join('_', axes);
            file.Gradient($"sum/{name}", v => v[0].sum(axes), false, ("x", x));
            file.Gradient($"mean/{name}", v => v[0].mean(axes), false, ("x", x));
            file.Gradient($"max/{name}", v => v[0].amax(axes), false, ("x", x));
            file.Gradient($"sum/{name}/keep", v => v[0].sum(axes, keepdim: true), false, ("x", x));
        }

        file.Gradient("max/ties", v => v[0].amax([1]), false, ("x", ties));
        file.Gradient("max/ties_all", v => v[0].amax([0, 1]), false, ("x", ties));
    }

    private static void Products(VectorFile file)
    {
        (string Name, long[] A, long[] B)[] shapes =
        [
            ("matrix", [3, 4], [4, 5]), ("row", [1, 7], [7, 3]), ("column", [5, 1], [1, 4]), ("square", [9, 9], [9, 9]),
            ("batch", [2, 3, 4], [2, 4, 5]), ("batch_matrix", [2, 3, 4], [4, 5]), ("matrix_batch", [3, 4], [2, 4, 5]),
            ("broadcast", [2, 1, 3, 4], [3, 4, 2]),
        ];
        foreach ((string name, long[] a, long[] b) in shapes)
        {
            (string, Tensor)[] inputs = [("a", file.Uniform(2, a)), ("b", file.Uniform(2, b))];
            file.Gradient($"matmul/{name}", v => v[0].matmul(v[1]), name == "matrix", inputs);
        }

        file.Gradient("linear", v => nn.functional.linear(v[0], v[1], v[2]), true,
            ("x", file.Uniform(2, 5, 4)), ("weight", file.Uniform(1, 3, 4)), ("bias", file.Uniform(1, 3)));
        file.Gradient("linear/batch", v => nn.functional.linear(v[0], v[1], v[2]), false,
            ("x", file.Uniform(2, 2, 5, 4)), ("weight", file.Uniform(1, 3, 4)), ("bias", file.Uniform(1, 3)));
    }
}
