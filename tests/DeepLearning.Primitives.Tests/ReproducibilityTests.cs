using System.Diagnostics;
using Xunit;

namespace DeepLearning.Primitives.Tests;

/// <summary>The same bits whatever the processor offers, the number of threads, the position and the batch.</summary>
public class ReproducibilityTests
{
    // The runner, tests/DeepLearning.Primitives.Lanes, has all lanes in full, and compares them with its hashes.txt.
    private static readonly Lazy<string> s_all = new(() => Run("")), s_part = new(() => Run("--quick"));

    public static TheoryData<int> Elementwise =>
        [.. Enumerable.Range(0, OperatorCatalogue.All.Count).Where(i => OperatorCatalogue.All[i].IsElementwise)];

    [Theory]
    [InlineData("--threads 1")]
    [InlineData("--threads 7")]
    public void Bits_do_not_depend_on_the_number_of_threads(string arguments) => Assert.Equal(s_all.Value, Run(arguments));

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    [InlineData("DOTNET_TieredCompilation", "0")]
    public void Bits_do_not_depend_on_the_instruction_set_or_the_compiler(string name, string value) =>
        Assert.Equal(s_part.Value, Run("--quick --threads 2", name, value));

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Bits_of_an_element_do_not_depend_on_its_position(int row)
    {
        Operator op = OperatorCatalogue.All[row];
        GradientTape<float> tape = new();
        float[][] inputs = Array.ConvertAll(op.Sample(130), x => Array.ConvertAll(x, v => (float)v));
        float[] all = Evaluate(0, 130);
        foreach (int length in (int[])[1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 65])
            for (int start = 0; start + length <= 130; start += 5) Assert.Equal(all[start..(start + length)], Evaluate(start, length));

        float[] Evaluate(int start, int length)
        {
            tape.Reset();
            return op.OnFloat([.. inputs.Select(x => tape.Constant(x.AsSpan(start, length), [length]))]).Value.ToArray();
        }
    }

    private static string Run(string arguments, string variable = "", string value = "")
    {
        string program = Path.Combine(AppContext.BaseDirectory, "DeepLearning.Primitives.Lanes.dll");
        ProcessStartInfo start = new("dotnet", $"\"{program}\" --work {arguments}") { RedirectStandardOutput = true };
        if (variable.Length > 0) start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("Digits: ", output, StringComparison.Ordinal);
        return output;
    }
}
