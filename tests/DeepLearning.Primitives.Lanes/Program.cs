using System.Globalization;
using DeepLearning.Primitives;
using DeepLearning.Primitives.Lanes;

// Without --work: runs the workload in child processes, one for each lane, and compares their hashes with each other and
// with hashes.txt. With --work: is such a child, and prints a line for each part of the workload.
const string Help = """
    Computes the same things in several ways and fails if a bit of a result differs.

    dotnet run -c Release --project tests/DeepLearning.Primitives.Lanes [-- options]

      --update         writes the hashes of this machine's widest lane into hashes.txt
      --lane TEXT      only lanes whose name contains TEXT
      --no-arm64       leaves out the emulated Arm64 lane
      --work           the workload alone, in this process (--quick: a part of it; --threads N)
    """;

bool work = false, quick = false, update = false, arm64 = true;
string? lane = null;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--work": work = true; break;
        case "--quick": quick = true; break;
        case "--update": update = true; break;
        case "--no-arm64": arm64 = false; break;
        case "--lane" when i + 1 < args.Length: lane = args[++i]; break;
        case "--threads" when i + 1 < args.Length: Compute.MaxDegreeOfParallelism = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
        default:
            Console.WriteLine(Help);
            return args[i] is "--help" or "-h" ? 0 : 2;
    }
}

return work ? Workload.Run(quick) : Runner.Run(update, lane, arm64);
