using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DeepLearning.Primitives.Peers;
using TorchSharp;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

if (options.ShowHelp)
{
    Console.WriteLine(Options.Help);
    return 0;
}

OlderLinux.Prepare();
string width = Vector512.IsHardwareAccelerated ? "AVX-512" : Vector256.IsHardwareAccelerated ? "AVX2" : "128 bits";
Console.WriteLine($"libtorch {torch.__version__}, {RuntimeInformation.FrameworkDescription}, {width}, threads: {options.Threads}");

var report = new Report(options);
IEnumerable<Table> tables =
[
    .. ElementwiseRows.Tables(),
    .. ActivationRows.Tables(),
    .. ElementaryRows.Tables(),
    .. ManagedRows.Tables(),
    .. SoftmaxRows.Tables(),
    .. SoftmaxFamilyRows.Tables(),
    .. GatedRows.Tables(),
    .. LossRows.Tables(),
    .. MatMulRows.Tables(),
    .. TapeRows.Tables(),
    .. RecurrentRows.Tables(),
    .. OnnxRecurrentRows.Tables(),
    .. MetricsRows.Tables(),
    .. ThreadRows.Tables(),
];
foreach (Table table in tables)
{
    report.Print(table);
}

if (report.Missed > 0) Console.WriteLine($"\nMissed goals: {report.Missed}");
return options.Check && report.Missed > 0 ? 1 : 0;
