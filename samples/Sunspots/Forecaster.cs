using DeepLearning.Primitives;

namespace Sunspots;

/// <summary>An LSTM that reads the years one by one and says what it expects of the next: the change from this one.</summary>
internal sealed class Forecaster
{
    private const int HiddenSize = 12, Window = 48;
    private const float LearningRate = 1e-2f;

    private readonly Lstm<float> _lstm;
    private readonly Linear<float> _output;
    private readonly AdamW<float> _optimizer;
    private readonly GradientTape<float> _tape = new();
    private readonly Philox _random;
    private readonly double _scale;

    /// <param name="scale">The size of a large number of the years to learn from.</param>
    /// <param name="random">Draws the weights and the windows.</param>
    public Forecaster(double scale, Philox random)
    {
        (_scale, _random) = (scale, random);
        _lstm = new Lstm<float>(1, HiddenSize, random, new() { ForgetBias = 1, RecurrentDropout = 0.3 });
        _output = new Linear<float>(HiddenSize, 1, random);
        _optimizer = new AdamW<float>([.. _lstm.Parameters, .. _output.Parameters]) { WeightDecay = 1e-2f };
    }

    /// <summary>
    /// Learns from random windows of the series; reports the error of the first steps, of the last ones and in between.
    /// </summary>
    public IEnumerable<double> Train(double[] series, int steps)
    {
        const int Batch = 16;
        float[] input = new float[Window * Batch], target = new float[Window * Batch];
        double error = 0;
        for (int step = 0; step < steps; step++)
        {
            _optimizer.LearningRate = LearningRate * (float)(0.5 * (1 + Math.Cos(Math.PI * step / steps)));
            for (int row = 0; row < Batch; row++)
            {
                int start = _random.Next(series.Length - Window);
                for (int t = 0; t < Window; t++)
                {
                    input[(t * Batch) + row] = Scaled(series[start + t]);
                    target[(t * Batch) + row] = Scaled(series[start + t + 1]);
                }
            }

            _tape.Reset();
            Variable<float> known = _tape.Constant(input, [Window, Batch, 1]);
            Variable<float> wrong = known + Change(known, _random) - _tape.Constant(target, [Window, Batch, 1]);
            Variable<float> loss = (wrong * wrong).Mean();
            _tape.Backward(loss);
            _optimizer.Step();
            error = step == 0 ? loss.Item : error + (0.05 * (loss.Item - error));
            yield return Math.Sqrt(error) * _scale;
        }
    }

    /// <summary>For each year of the series what was expected of the next, knowing the years up to it and no other.</summary>
    public double[] Forecast(double[] series)
    {
        _tape.Reset();
        Variable<float> known = _tape.Constant(Array.ConvertAll(series, Scaled), [series.Length, 1, 1]);
        ReadOnlySpan<float> changes = Change(known, null).Value;
        double[] forecasts = new double[series.Length];
        for (int i = 0; i < forecasts.Length; i++) forecasts[i] = series[i] + (changes[i] * _scale);
        return forecasts;
    }

    private Variable<float> Change(Variable<float> known, Philox? random) => _output.Forward(_lstm.Forward(known, random: random).Output);

    private float Scaled(double number) => (float)(number / _scale);
}
