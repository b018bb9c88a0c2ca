using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Bots;

/// <summary>Starts the sample RoomBot.</summary>
internal static class BotProcess
{
    /// <summary>The built sample, of the same configuration as these tests.</summary>
    private static string Program { get; } = Path.Combine(
        Programs.Repository,
        "samples/RoomBot/bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, // Never null: the tests are in bin/CONFIGURATION.
        "net10.0/RoomBot");

    /// <summary>Starts the sample with any arguments.</summary>
    public static ChildProcess Run(params string[] arguments) => ChildProcess.Start(Program, arguments);

    /// <summary>Starts the bot in the lobby; it follows when this returns.</summary>
    public static async Task<ChildProcess> StartAsync(Uri server, string token, params string[] options)
    {
        var child = Run([$"{server}", "lobby", "--token", token, .. options]);
        await child.Output.FirstAsync(l => l == "ready").Within(60);
        return child;
    }
}
