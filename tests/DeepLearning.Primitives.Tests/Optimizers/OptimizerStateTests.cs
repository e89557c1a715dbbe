using System.Numerics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>Optimizers that go on from saved states, and what they refuse to go on from.</summary>
public class OptimizerStateTests
{
    private const int Length = 37;

    public static TheoryData<string> Kinds => ["sgd", "momentum", "adam", "adamw"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_interrupted_training_has_the_bits_of_one_in_one_go(string kind)
    {
        Check<float>(kind);
        Check<double>(kind);

        static void Check<T>(string kind)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Parameter<T>[] whole = Parameters<T>();
            Optimizer<T> optimizer = New(kind, whole);
            Train(optimizer, 0, 9);

            // Before the first step, and when one parameter was never stepped, there is less to remember.
            foreach (int stop in (int[])[0, 1, 4])
            {
                Parameter<T>[] first = Parameters<T>(), second = Parameters<T>();
                Optimizer<T> before = New(kind, first), after = New(kind, second);
                Train(before, 0, stop);
                using MemoryStream file = new();
                before.SaveState(file);
                file.WriteByte(77);
                file.Position = 0;
                for (int i = 0; i < first.Length; i++) first[i].Value.CopyTo(second[i].Value);
                after.LoadState(file);
                Assert.Equal(77, file.ReadByte());
                Train(after, stop, 9);
                for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i].Value.ToArray(), second[i].Value.ToArray());
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        Optimizer<float> adam = New("adam", Parameters<float>());
        Train(adam, 0, 3);
        byte[] saved = Saved(adam);
        Optimizer<float> other = New("adam", Parameters<float>());
        Train(other, 0, 2);
        byte[] before = Saved(other);

        Refuses(saved[..^1], "ends too early");
        Refuses([], "ends too early");
        Refuses([1, 2, 3, .. saved], "no optimizer's state");
        Refuses(Saved(New("adamw", Parameters<float>())), "kind is 'AdamW of Single', not 'Adam of Single'");
        Refuses(Saved(New("adam", Parameters<double>())), "'Adam of Double'");
        Refuses(Saved(New("adam", Parameters<float>()[..1])), "number of parameters is '1', not '2'");
        Refuses(Saved(New<float>("adam", [new("a", [Length + 1]), new("b", [1])])), "length of a is '38', not '37'");
        Refuses(Saved(New<float>("adam", [new("a", [Length]), new("c", [1])])), "name of parameter 1 is 'c', not 'b'");
        Assert.Equal(before, Saved(other));
        Assert.Throws<ArgumentNullException>(() => other.LoadState(null!));
        Assert.Throws<ArgumentNullException>(() => other.SaveState(null!));
        other.LoadState(new MemoryStream(saved));
        Assert.Equal(saved, Saved(other));

        void Refuses(byte[] file, string why) => Assert.Contains(
            why, Assert.Throws<InvalidDataException>(() => other.LoadState(new MemoryStream(file))).Message, StringComparison.Ordinal);
    }

    private static byte[] Saved<T>(Optimizer<T> optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MemoryStream file = new();
        optimizer.SaveState(file);
        return file.ToArray();
    }

    private static Parameter<T>[] Parameters<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [new("a", [Length], RecurrentTests.Numbers<T>(Length, 1)), new("b", [1])];

    private static Optimizer<T> New<T>(string kind, Parameter<T>[] parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => kind switch
        {
            "sgd" => new Sgd<T>(parameters),
            "momentum" => new Sgd<T>(parameters) { Momentum = T.CreateChecked(0.9), Dampening = T.CreateChecked(0.5), Nesterov = true },
            "adam" => new Adam<T>(parameters),
            _ => new AdamW<T>(parameters),
        };

    /// <summary>The second parameter has a gradient from the third step on.</summary>
    private static void Train<T>(Optimizer<T> optimizer, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        GradientTape<T> tape = new();
        for (int step = from; step < to; step++)
        {
            tape.Reset();
            Variable<T> loss = (tape.Watch(optimizer.Parameters[0]) * tape.Constant(RecurrentTests.Numbers<T>(Length, step + 2), [Length])).Tanh().Sum();
            if (step >= 2) loss += (tape.Watch(optimizer.Parameters[1]) - 1).L2Penalty();
            tape.Backward(loss);
            optimizer.Step();
        }
    }
}
