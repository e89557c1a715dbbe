using TorchSharp;
using static DeepLearning.Primitives.Peers.Operands;

namespace DeepLearning.Primitives.Peers;

/// <summary>Maps of one float to one float.</summary>
internal static class ElementwiseRows
{
    private static readonly int[] s_sizes = [1 << 10, 1 << 16, 1 << 20];

    public static IEnumerable<Table> Tables() =>
    [
        new("Elementwise, 1k to 1M floats", "libtorch", s_sizes.SelectMany(Long)),
        new("Elementwise in place, 1k to 1M floats", "libtorch", s_sizes.SelectMany(InPlace)),
        new("Elementwise, 128 floats", "libtorch", Short(128)),
        new("Saturated, 64k floats from −1000 to 1000", "libtorch", Saturated(1 << 16)),
        new("A bare copy in place of the function, which bounds the ratios above", "libtorch", s_sizes.SelectMany(Copy)),
    ];

    private static IEnumerable<Row> Long(int n)
    {
        (float[] x, float[] y, torch.Tensor t) = Make(n);
        yield return new($"sigmoid {Name(n)}", 1.3, () => Activations.Sigmoid<float>(x, y), () => t.sigmoid().Dispose());
        yield return new($"exp {Name(n)}", 2.5, () => Elementary.Exp<float>(x, y), () => t.exp().Dispose());
        yield return new($"tanh {Name(n)}", 4, () => Activations.Tanh<float>(x, y), () => t.tanh().Dispose());
    }

    // Where exponentials underflow, which processors are slow at.
    private static IEnumerable<Row> Saturated(int n)
    {
        float[] x = Floats(n, -1000, 1000), y = new float[n];
        torch.Tensor t = Tensor(x, n);
        yield return new($"sigmoid {Name(n)}", null, () => Activations.Sigmoid<float>(x, y), () => t.sigmoid().Dispose());
        yield return new($"exp {Name(n)}", null, () => Elementary.Exp<float>(x, y), () => t.exp().Dispose());
        yield return new($"SiLU {Name(n)}", null, () => Activations.Silu<float>(x, y), () => torch.nn.functional.silu(t).Dispose());
        yield return new($"GELU {Name(n)}", null, () => Activations.Gelu<float>(x, y), () => torch.nn.functional.gelu(t).Dispose());
    }

    private static IEnumerable<Row> Copy(int n)
    {
        (float[] x, float[] y, torch.Tensor t) = Make(n);
        yield return new($"exp {Name(n)}", null, () => x.CopyTo(y, 0), () => t.exp().Dispose());
        yield return new($"tanh {Name(n)}", null, () => x.CopyTo(y, 0), () => t.tanh().Dispose());
    }

    // Only functions that may be applied to their own result for ever.
    private static IEnumerable<Row> InPlace(int n)
    {
        (float[] x, float[] y, torch.Tensor t) = Make(n);
        torch.Tensor u = t.clone();
        yield return new($"sigmoid {Name(n)}", null, () => Activations.Sigmoid<float>(x, x), () => t.sigmoid_());
        yield return new($"tanh {Name(n)}", null, () => Activations.Tanh<float>(y, y), () => u.tanh_());
    }

    private static IEnumerable<Row> Short(int n)
    {
        (float[] x, float[] y, torch.Tensor t) = Make(n);
        float[] p = Floats(n, 0.1f, 10);
        torch.Tensor u = Tensor(p, n);
        yield return new($"sigmoid {n}", 8, () => Activations.Sigmoid<float>(x, y), () => t.sigmoid().Dispose());
        yield return new($"relu {n}", 8, () => Activations.Relu<float>(x, y), () => t.relu().Dispose());
        yield return new($"tanh {n}", 8, () => Activations.Tanh<float>(x, y), () => t.tanh().Dispose());
        yield return new($"exp {n}", 8, () => Elementary.Exp<float>(x, y), () => t.exp().Dispose());
        yield return new($"expm1 {n}", 8, () => Elementary.ExpM1<float>(x, y), () => t.expm1().Dispose());
        yield return new($"log {n}", 8, () => Elementary.Log<float>(p, y), () => u.log().Dispose());
        yield return new($"log1p {n}", 8, () => Elementary.Log1P<float>(p, y), () => u.log1p().Dispose());
        yield return new($"erf {n}", 8, () => Elementary.Erf<float>(x, y), () => t.erf().Dispose());
        yield return new($"erfc {n}", 8, () => Elementary.Erfc<float>(x, y), () => t.erfc().Dispose());
        yield return new($"sqrt {n}", 8, () => Elementary.Sqrt<float>(p, y), () => u.sqrt().Dispose());
        yield return new($"add {n}", 8, () => Elementary.Add<float>(x, p, y), () => (t + u).Dispose());
        yield return new($"multiply {n}", 8, () => Elementary.Multiply<float>(x, p, y), () => (t * u).Dispose());
    }

    private static (float[] X, float[] Y, torch.Tensor T) Make(int n)
    {
        float[] x = Floats(n);
        return (x, new float[n], Tensor(x, n));
    }
}
