using TorchSharp;

namespace DeepLearning.Primitives.Peers;

/// <summary>The same numbers as arrays and as tensors; uniform, from a fixed seed.</summary>
internal static class Operands
{
    public static float[] Floats(int length, float low = -5, float high = 5)
    {
        var random = new Random(1);
        float[] values = new float[length];
        foreach (ref float value in values.AsSpan()) value = low + (high - low) * random.NextSingle();
        return values;
    }

    public static int[] Labels(int length, int classes)
    {
        var random = new Random(2);
        int[] labels = new int[length];
        foreach (ref int label in labels.AsSpan()) label = random.Next(classes);
        return labels;
    }

    public static torch.Tensor Tensor(float[] values, params long[] shape) => torch.tensor(values).reshape(shape);

    public static torch.Tensor Tensor(int[] labels) => torch.tensor(Array.ConvertAll(labels, l => (long)l));

    public static string Name(int length) => length switch
    {
        >= 1 << 20 => $"{length >> 20}M",
        >= 1 << 10 => $"{length >> 10}k",
        _ => $"{length}",
    };
}
