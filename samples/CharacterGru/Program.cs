using System.Globalization;
using CharacterGru;
using DeepLearning.Primitives;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{Options.Usage}");
    return 2;
}

if (options.Help)
{
    Console.WriteLine(Options.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The first Ctrl-C ends the learning in good order, a second one the program.
    e.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};

const string Prompt = "It is a truth ";
Book book = Book.Load();
Model model;
Trainer trainer;
try
{
    (model, trainer) = options.Resume ? Checkpoint.Load(options.Checkpoint, book) : New();
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"The checkpoint could not be read: {e.Message}");
    return 1;
}

if (options.NamesPlan || !options.Resume) trainer.Plan = options.Plan;
if (options.Resume) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Resumed after {trainer.Step:N0} steps."));
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{book.Train.Length:N0} characters to learn from, {book.HeldOut.Length:N0} held out; {book.Alphabet.Length} kinds; {model.Cell}, {model.HiddenSize} units, {model.Parameters.Sum(p => p.Shape.ElementCount):N0} numbers."));
Display.Text("before", Write(100));
List<Progress> history = Display.Training(
    trainer.Train(stop.Token),
    report => Display.Text(string.Create(CultureInfo.InvariantCulture, $"after {report.Seconds:F0} s"), Write(100)));

Display.Text("a longer sample", Write(options.Sample));
Progress last = history[^1];
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"Held-out text: {last.HeldOutBits:F3} bits per character after {last.Seconds:F1} s and {last.Characters:N0} characters."));
try
{
    if (options.Smoke)
    {
        if (!Resumption.HasTheSameBits(New, book, model))
        {
            Console.Error.WriteLine("A training that was stopped and resumed has other bits than one in one go.");
            return 1;
        }

        Console.WriteLine("A training that was stopped and resumed has the bits of this one.");
    }
    else
    {
        Checkpoint.Save(options.Checkpoint, model, trainer);
        Console.WriteLine($"Checkpoint after {trainer.Step:N0} steps: {options.Checkpoint} (go on with --resume)");
    }

    if (options.Plot is { } path)
    {
        Chart.Save(path, history);
        Console.WriteLine($"Learning curves: {path}");
    }
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"A file could not be written: {e.Message}");
    return 1;
}

return 0;

(Model, Trainer) New()
{
    var fresh = new Model(options.Cell, book.Alphabet.Length, options.Hidden, new Philox(options.Seed));
    return (fresh, new Trainer(fresh, book) { Plan = options.Plan });
}

string Write(int length) => model.Write(book.Alphabet, Prompt, length, 0.7f, new Philox(options.Seed, stream: 1));
