using System.Globalization;

namespace DeepLearning.Primitives;

/// <summary>Compares the gradients of a tape with central differences, in double.</summary>
public static class GradientCheck
{
    /// <summary>
    /// Verifies the gradient of <paramref name="function"/> in every element of every parameter, at their present values:
    /// <c>|analytic − (f(x + h) − f(x − h)) / 2h| ≤ absolute + relative · |numeric|</c>. A function with more than one
    /// element is weighed with fixed numbers and summed first.
    /// </summary>
    /// <param name="function">Takes the watched parameters, in order.</param>
    /// <param name="parameters">Where to differentiate; their values are the same afterwards, their gradients are overwritten.</param>
    /// <exception cref="GradientCheckException">A gradient is wrong; the message names the worst element.</exception>
    public static void Verify(Func<Variable<double>[], Variable<double>> function, params ReadOnlySpan<Parameter<double>> parameters) =>
        Verify(function, new GradientCheckOptions(), parameters);

    /// <summary>As the other form, with tolerances, step and order chosen.</summary>
    /// <inheritdoc cref="Verify(Func{Variable{double}[], Variable{double}}, ReadOnlySpan{Parameter{double}})"/>
    public static void Verify(
        Func<Variable<double>[], Variable<double>> function,
        GradientCheckOptions? options,
        params ReadOnlySpan<Parameter<double>> parameters)
    {
        ArgumentNullException.ThrowIfNull(function);
        options ??= new GradientCheckOptions();
        foreach (Parameter<double> parameter in parameters) ArgumentNullException.ThrowIfNull(parameter, nameof(parameters));
        VerifyScalar(inputs => Weigh(function(inputs)), "gradient", options, parameters);
        if (options.Order == 2) VerifyScalar(inputs => WeighGradients(Weigh(function(inputs)), inputs), "second-order gradient", options, parameters);
    }

    private static void VerifyScalar(
        Func<Variable<double>[], Variable<double>> function,
        string what,
        GradientCheckOptions options,
        ReadOnlySpan<Parameter<double>> parameters)
    {
        GradientTape<double> tape = new();
        tape.Backward(Evaluate(tape, function, parameters));
        double worst = 0;
        string report = "";
        foreach (Parameter<double> parameter in parameters)
        {
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                double numeric = CentralDifference(tape, function, parameters, parameter, i, options.Step);
                double analytic = parameter.Gradient[i];
                double error = Math.Abs(analytic - numeric) / (options.AbsoluteTolerance + (options.RelativeTolerance * Math.Abs(numeric)));
                if (analytic.Equals(numeric) || error <= Math.Max(1, worst)) continue;
                // A NaN is the worst there is.
                worst = double.IsNaN(error) ? double.PositiveInfinity : error;
                report = string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {what} in element {i} of parameter {parameter} is {analytic:R}; central differences give {numeric:R}.");
            }
        }

        if (worst > 1) throw new GradientCheckException(report);
    }

    private static double CentralDifference(
        GradientTape<double> tape,
        Func<Variable<double>[], Variable<double>> function,
        ReadOnlySpan<Parameter<double>> parameters,
        Parameter<double> parameter,
        int index,
        double step)
    {
        double at = parameter.Value[index];
        // The step actually taken is a difference of representable numbers.
        double above = at + (step * Math.Max(1, Math.Abs(at))), below = at - (above - at);
        try
        {
            parameter.Value[index] = above;
            double high = Evaluate(tape, function, parameters).Item;
            parameter.Value[index] = below;
            double low = Evaluate(tape, function, parameters).Item;
            return (high - low) / (above - below);
        }
        finally
        {
            parameter.Value[index] = at;
        }
    }

    private static Variable<double> Evaluate(
        GradientTape<double> tape, Func<Variable<double>[], Variable<double>> function, ReadOnlySpan<Parameter<double>> parameters)
    {
        tape.Reset();
        Variable<double>[] inputs = new Variable<double>[parameters.Length];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = tape.Watch(parameters[i]);
        return function(inputs);
    }

    private static Variable<double> Weigh(Variable<double> value)
    {
        if (value.Shape.ElementCount == 1) return value;
        double[] weights = new double[value.Shape.ElementCount];
        for (int i = 0; i < weights.Length; i++) weights[i] = 1 + (0.5 * Math.Sin(1 + (2.3 * i)));
        return (value * value.Tape.Constant(weights, value.Shape)).Sum();
    }

    private static Variable<double> WeighGradients(Variable<double> loss, Variable<double>[] inputs)
    {
        Variable<double> total = loss.Tape.Constant(0);
        foreach (Variable<double> gradient in loss.Tape.Gradients(loss, inputs)) total += Weigh(gradient).Reshape();
        return total;
    }
}

/// <summary>How close is close enough, for <see cref="GradientCheck"/>.</summary>
public sealed class GradientCheckOptions
{
    private readonly int _order = 1;

    /// <summary>
    /// The step h of the differences, relative to elements above 1; the cube root of double's precision by default,
    /// where the errors of truncation (h²) and of rounding (ε/h) meet.
    /// </summary>
    public double Step { get; init; } = 6e-6;

    /// <summary>The absolute part of the tolerance; 1e-7 by default.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-7;

    /// <summary>The part of the tolerance relative to the numeric gradient; 1e-6 by default.</summary>
    public double RelativeTolerance { get; init; } = 1e-6;

    /// <summary>1 checks the gradient, 2 the gradient's gradient as well.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither 1 nor 2.</exception>
    public int Order
    {
        get => _order;
        init
        {
            if (value is not (1 or 2)) throw new ArgumentOutOfRangeException(nameof(value), value, "The order is 1 or 2.");
            _order = value;
        }
    }
}
