using Xunit;

namespace DeepLearning.Primitives.Tests;

public class GradientTapeTests
{
    private readonly GradientTape<double> _tape = new();
    private readonly Parameter<double> _w = new("w", [2], [3, 5]);

    [Fact]
    public void Backward_fills_the_gradient_of_a_parameter()
    {
        Variable<double> w = _tape.Watch(_w);
        _tape.Backward((w * w).Sum());
        Assert.Equal([6, 10], _w.Gradient.ToArray());
    }

    [Fact]
    public void Backward_overwrites_or_accumulates()
    {
        Variable<double> loss = (_tape.Watch(_w) * 2).Sum();
        _tape.Backward(loss);
        _tape.Backward(loss);
        Assert.Equal([2, 2], _w.Gradient.ToArray());
        _tape.Backward(loss, accumulate: true);
        Assert.Equal([4, 4], _w.Gradient.ToArray());
    }

    [Fact]
    public void A_variable_used_several_times_collects_all_its_gradients()
    {
        Variable<double> w = _tape.Watch(_w);
        _tape.Backward((w + w + (w * w) - w).Sum());
        Assert.Equal([7, 11], _w.Gradient.ToArray());
    }

    [Fact]
    public void Watching_twice_gives_the_same_variable()
    {
        Variable<double> a = _tape.Watch(_w), b = _tape.Watch(_w);
        _tape.Backward((a * b).Sum());
        Assert.Equal([6, 10], _w.Gradient.ToArray());
    }

    [Fact]
    public void A_watched_parameter_that_the_loss_does_not_reach_gets_zeros()
    {
        Parameter<double> other = new("other", [3]);
        other.Gradient.Fill(7);
        Variable<double> loss = _tape.Watch(_w).Sum();
        _tape.Watch(other);
        _tape.Backward(loss);
        Assert.Equal([0, 0, 0], other.Gradient.ToArray());
    }

    [Fact]
    public void A_parameter_may_be_the_loss_itself()
    {
        Parameter<double> scalar = new("s", [], [4]);
        _tape.Backward(_tape.Watch(scalar));
        Assert.Equal([1], scalar.Gradient.ToArray());
    }

    [Fact]
    public void Gradients_reach_constants_and_can_be_differentiated_again()
    {
        Variable<double> x = _tape.Constant([2], [1]);
        Variable<double> y = (x * x * x).Sum();
        Variable<double> first = _tape.Gradients(y, x)[0];
        Variable<double> second = _tape.Gradients(first.Sum(), x)[0];
        Variable<double> third = _tape.Gradients(second.Sum(), x)[0];
        Assert.Equal((12, 12, 6), (first.Value[0], second.Value[0], third.Value[0]));
    }

    [Fact]
    public void Gradients_leave_parameters_alone_and_give_zeros_where_nothing_leads()
    {
        Variable<double> w = _tape.Watch(_w), x = _tape.Constant([1, 1], [2]), unused = _tape.Constant([1], [1]);
        Variable<double>[] gradients = _tape.Gradients((w * x).Sum(), x, unused);
        Assert.Equal([3, 5], gradients[0].Value.ToArray());
        Assert.Equal([0], gradients[1].Value.ToArray());
        Assert.Equal([0, 0], _w.Gradient.ToArray());
    }

    [Fact]
    public void A_gradient_can_be_part_of_a_loss()
    {
        Variable<double> w = _tape.Watch(_w);
        // |∇(w³)|² = 9w⁴, whose derivative is 36w³.
        Variable<double> g = _tape.Gradients((w * w * w).Sum(), w)[0];
        _tape.Backward((g * g).Sum());
        Assert.Equal([36 * 27, 36 * 125], _w.Gradient.ToArray());
    }

    [Fact]
    public void Detached_values_pass_no_gradient()
    {
        Variable<double> w = _tape.Watch(_w);
        _tape.Backward((w * w.Detach()).Sum());
        Assert.Equal([3, 5], _w.Gradient.ToArray());
    }

    [Fact]
    public void Variables_from_before_a_reset_are_refused()
    {
        Variable<double> w = _tape.Watch(_w);
        _tape.Reset();
        _tape.Watch(new Parameter<double>("other", [2]));
        Assert.Throws<InvalidOperationException>(() => w + 1);
        Assert.Throws<InvalidOperationException>(() => w.Value.Length);
        Assert.Throws<InvalidOperationException>(() => w.Shape);
        Assert.Throws<InvalidOperationException>(() => _tape.Backward(w));
    }

    [Fact]
    public void Default_variables_are_refused()
    {
        Variable<double> none = default, w = _tape.Watch(_w);
        Assert.Throws<InvalidOperationException>(() => none.Sigmoid());
        Assert.Throws<InvalidOperationException>(() => w + none);
        Assert.Throws<InvalidOperationException>(() => none.Item);
        Assert.Throws<InvalidOperationException>(() => _tape.Backward(none));
    }

    [Fact]
    public void Variables_of_two_tapes_do_not_mix()
    {
        Variable<double> here = _tape.Watch(_w), there = new GradientTape<double>().Constant(1);
        Assert.Throws<ArgumentException>(() => here + there);
        Assert.Throws<ArgumentException>(() => _tape.Backward(there));
        Assert.Throws<ArgumentException>(() => _tape.Gradients(here.Sum(), there));
    }

    [Fact]
    public void Backward_and_item_ask_for_exactly_one_element()
    {
        Variable<double> w = _tape.Watch(_w);
        Assert.Throws<InvalidOperationException>(() => _tape.Backward(w));
        Assert.Throws<InvalidOperationException>(() => w.Item);
        Assert.Equal(8, w.Sum().Item);
    }

    [Fact]
    public void A_tape_without_recording_computes_the_same_values_and_refuses_gradients()
    {
        GradientTape<double> quiet = new(recording: false);
        Variable<double> loss = (quiet.Watch(_w) * 2).Tanh().Sum();
        Assert.Equal((_tape.Watch(_w) * 2).Tanh().Sum().Item, loss.Item);
        Assert.False(loss.IsDifferentiable);
        Assert.Throws<InvalidOperationException>(() => quiet.Backward(loss));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Variable<double> a = _tape.Constant(new double[6], [2, 3]), b = _tape.Constant(new double[8], [2, 4]);
        Assert.Contains("[2, 3] × [2, 4]: inner lengths 3 and 2 differ", Assert.Throws<ArgumentException>(() => a.MatMul(b)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3] and [2, 4]", Assert.Throws<ArgumentException>(() => a * b).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => a.Reshape(4, 2));
        Assert.Throws<ArgumentException>(() => a.Reshape(-1, -1));
        Assert.Throws<ArgumentException>(() => a.Reshape(-1, 5));
        Assert.Throws<ArgumentException>(() => a.Reshape(-2, -3));
        Assert.Throws<ArgumentException>(() => a.BroadcastTo([3, 3]));
        Assert.Throws<ArgumentException>(() => a.BroadcastTo([3]));
        Assert.Throws<ArgumentException>(() => a.Transpose(0, 0));
        Assert.Throws<ArgumentException>(() => a.Transpose(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => a.Sum(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => a.Max(-3));
        Assert.Throws<ArgumentException>(() => a.Mean(0, -2));
        Assert.Throws<ArgumentException>(() => _tape.Constant(new double[5], [2, 3]));
        Assert.Throws<ArgumentNullException>(() => _tape.Watch(null!));
    }

    [Fact]
    public void Element_types_other_than_float_and_double_are_refused() =>
        Assert.Contains("Half", Assert.Throws<NotSupportedException>(() => new GradientTape<Half>()).Message, StringComparison.Ordinal);

    [Fact]
    public void Anomalies_are_named_where_they_begin()
    {
        _tape.DetectAnomalies = true;
        Variable<double> w = _tape.Watch(_w);
        Assert.Contains("Log: element 1", Assert.Throws<InvalidOperationException>(() => (w * _tape.Constant([1, 0], [2])).Log()).Message, StringComparison.Ordinal);
        Variable<double> loss = (w * 0).Sqrt().Sum();
        Assert.Contains("Sqrt, backward: element 0", Assert.Throws<InvalidOperationException>(() => _tape.Backward(loss)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ties_for_the_maximum_share_the_gradient()
    {
        Parameter<double> x = new("x", [2, 3], [1, 4, 4, 7, 7, 7]);
        _tape.Backward((_tape.Watch(x).Max(1) * _tape.Constant([2, 3], [2])).Sum());
        Assert.Equal([0, 1, 1, 1, 1, 1], x.Gradient.ToArray());
    }

    [Fact]
    public void Kinks_are_as_decided()
    {
        Parameter<double> x = new("x", [4], [0, -1, 2, double.NaN]);
        _tape.Backward(_tape.Watch(x).Relu().Sum());
        Assert.Equal([0, 0, 1, double.NaN], x.Gradient.ToArray());
        _tape.Backward(_tape.Watch(x).Abs().Sum());
        Assert.Equal([0, -1, 1, double.NaN], x.Gradient.ToArray());
    }

    [Fact]
    public void Operators_take_numbers_of_any_kind_on_either_side()
    {
        GradientTape<float> tape = new();
        Variable<float> y = tape.Constant(3f);
        Assert.Equal(-2, (1 - y).Item);
        Assert.Equal(1.5f, (0.5 * y).Item);
        Assert.Equal(1.5f, (y * 0.5f).Item);
        Assert.Equal(2f, (6 / y).Item);
        Variable<double> v = _tape.Constant(3.0);
        Assert.Equal(1.5, (0.5 * v).Item);
        Assert.Equal(4, (v + 1).Item);
    }

    [Fact]
    public void An_operation_of_ones_own_takes_part_like_any_other()
    {
        Variable<double> w = _tape.Watch(_w);
        Variable<double> y = _tape.Apply(new Cube(), w);
        Assert.Equal([27, 125], y.Value.ToArray());
        GradientCheck.Verify(x => x[0].Tape.Apply(new Cube(), x[0]), new GradientCheckOptions { Order = 2 }, _w);
    }

    [Fact]
    public void A_wrong_gradient_is_found_and_named()
    {
        GradientCheckException e = Assert.Throws<GradientCheckException>(() => GradientCheck.Verify(x => x[0].Tape.Apply(new WrongCube(), x[0]), _w));
        Assert.Contains("element 1 of parameter w [2]", e.Message, StringComparison.Ordinal);
        Assert.Equal([3, 5], _w.Value.ToArray());
    }

    [Fact]
    public void Long_chains_need_no_recursion()
    {
        Variable<double> y = _tape.Watch(_w);
        for (int i = 0; i < 100_000; i++) y += 1;
        _tape.Backward(y.Sum());
        Assert.Equal([1, 1], _w.Gradient.ToArray());
    }

    [Fact]
    public void Memory_is_kept_from_step_to_step_and_does_not_grow()
    {
        void Step(int length)
        {
            _tape.Reset();
            Variable<double> y = _tape.Watch(_w).Sum().BroadcastTo([length]);
            _tape.Backward((y.Tanh() * y).Transpose(0).Sum());
        }

        Step(10_000);
        // Shorter and longer steps in turn, none longer than the first.
        foreach (int length in (int[])[10_000, 1, 9_999, 10_000, 100]) Assert.Equal(0, Allocation.Of(() => Step(length)));
    }

    private class Cube : Operation<double>
    {
        public override Shape GetShape(ReadOnlySpan<Variable<double>> inputs) => inputs[0].Shape;

        public override void Forward(ReadOnlySpan<Variable<double>> inputs, Span<double> output)
        {
            for (int i = 0; i < output.Length; i++) output[i] = Math.Pow(inputs[0].Value[i], 3);
        }

        public override void Backward(BackwardStep<double> step) => step.Add(0, step.Upstream * (3 * step.Input(0) * step.Input(0)));
    }

    private sealed class WrongCube : Cube
    {
        public override void Backward(BackwardStep<double> step) => step.Add(0, step.Upstream * (2.9 * step.Input(0) * step.Input(0)));
    }
}
