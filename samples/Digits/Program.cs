using DeepLearning.Primitives;
using Digits;

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

Philox random = new(options.Seed);
(DigitData train, DigitData test) = DigitData.Load().Split(random);
Console.WriteLine($"{train.Count} digits to learn from, {test.Count} to be tested on; shuffled with seed {options.Seed}.");
Trainer trainer = new(random);
List<EpochReport> history = Display.Progress(options.Epochs, trainer.Train(train, options.Epochs));

int[] predicted = trainer.Predict(test);
ConfusionMatrix matrix = new(DigitData.Classes);
matrix.Add(test.Labels, predicted);
Display.Scores(matrix);
Display.Misread(test, predicted, most: 4);
if (options.Plot is { } path)
{
    try
    {
        Chart.Save(path, history, matrix);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"The plot could not be written to {path}: {e.Message}");
        return 1;
    }

    Console.WriteLine($"Loss curve and confusion matrix: {path}");
}

return 0;
