using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Servers;

/// <summary>The sample GreetingStream, serving on a free port.</summary>
internal sealed class GreetingProcess : IAsyncDisposable
{
    private const string Listening = "listening on ";

    private GreetingProcess(ChildProcess child, Uri address)
    {
        Child = child;
        Address = address;
    }

    public ChildProcess Child { get; }

    /// <summary>Where the stream is.</summary>
    public Uri Address { get; }

    /// <summary>The built sample, of the same configuration as these tests.</summary>
    private static string Program { get; } = Path.Combine(
        Programs.Repository,
        "samples/GreetingStream/bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, // Never null: the tests are in bin/CONFIGURATION.
        "net10.0/GreetingStream");

    public static async Task<GreetingProcess> StartAsync()
    {
        var child = Run("serve", "--host", "127.0.0.1", "--port", "0");
        var line = await child.Output.FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal)).Within(30);
        return new GreetingProcess(child, new Uri(new Uri(line[Listening.Length..]), "/stream"));
    }

    /// <summary>Starts the sample with any arguments.</summary>
    public static ChildProcess Run(params string[] arguments) => ChildProcess.Start(Program, arguments);

    public ValueTask DisposeAsync() => Child.DisposeAsync();
}
