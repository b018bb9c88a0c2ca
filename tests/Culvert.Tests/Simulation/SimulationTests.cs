using System.Globalization;

namespace Culvert.Tests.Simulation;

/// <summary>
/// Seeded runs of whole rooms. A failure prints its seed; <c>CULVERT_SIMULATION_SEED</c> runs one seed and
/// <c>CULVERT_SIMULATION_RUNS</c> that many from it on.
/// </summary>
public sealed class SimulationTests
{
    private const int Runs = 60;
    private const int Steps = 1500;

    private static readonly string[] Expected =
    [
        "ready", "gap", "bye", "here", "hb", "cursor", "msg", "edit", "erase", "react", "join", "leave", "kick", "ban",
        "unban", "mute", "clear", "settings", "Committed", "Duplicate", "Unchanged", "NoSuchMessage", "NotAuthor",
        "StorageFull", "StorageFailed",
    ];

    // What happens between nodes only.
    private static readonly string[] ExpectedOfMany =
        ["Moved", "Presence", "News", "paused", "killed", "waited", "Committed", "ready", "gap", "bye", "ban"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_reader_gets_the_log_and_nothing_else(int nodes)
    {
        // Continuations must run where they are released, and nowhere else.
        SynchronizationContext.SetSynchronizationContext(null);
        var first = Number("CULVERT_SIMULATION_SEED", 1);
        var runs = Number("CULVERT_SIMULATION_RUNS", first == 1 ? Runs : 1);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = first; seed < first + runs; seed++)
        {
            Run(seed, nodes, seen);
        }

        if (runs >= Runs)
        {
            // A story in which nothing happens proves nothing.
            Assert.All(
                nodes == 1 ? Expected : ExpectedOfMany,
                what => Assert.True(seen.GetValueOrDefault(what) > runs / 4, $"{what} is too rare."));
        }
    }

    private static void Run(int seed, int nodes, Dictionary<string, int> seen)
    {
        try
        {
            using var story = new Story(seed, nodes);
            story.Run(Steps);
            story.Check();
            foreach (var (what, count) in story.Seen)
            {
                seen[what] = seen.GetValueOrDefault(what) + count;
            }
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Simulation of {nodes} nodes failed with CULVERT_SIMULATION_SEED={seed}", exception);
        }
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}
