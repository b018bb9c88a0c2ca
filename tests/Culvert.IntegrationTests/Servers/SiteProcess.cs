using System.Diagnostics;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Servers;

/// <summary>A server of files: the sample StaticSite or <c>culvert files</c>, which take the same options.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    public const string Sample = "StaticSite";
    public const string Command = "culvert files";

    private const string Listening = "listening on ";

    private SiteProcess(ChildProcess child, Uri address)
    {
        Child = child;
        Address = address;
    }

    public ChildProcess Child { get; }

    public Uri Address { get; }

    /// <summary>The pages of the sample.</summary>
    public static string Public { get; } = Path.Combine(Programs.Repository, "samples/StaticSite/public");

    /// <summary>The built sample, of the same configuration as these tests.</summary>
    private static string SampleProgram { get; } = Path.Combine(
        Programs.Repository,
        "samples/StaticSite/bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, // Never null: the tests are in bin/CONFIGURATION.
        "net10.0/StaticSite");

    /// <summary>Starts on a free port, in the directory that is served unless an option says another.</summary>
    public static async Task<SiteProcess> StartAsync(string kind, string directory, params string[] options)
    {
        var child = Launch(kind, directory, ["--port", "0", .. options]);
        try
        {
            var line = await child.Output.FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal)).Within(30);
            return new SiteProcess(child, new Uri(line[Listening.Length..]));
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts with any options, and does not wait.</summary>
    public static ChildProcess Launch(string kind, string directory, params string[] options) => kind == Sample
        ? ChildProcess.Start(SampleProgram, options, directory: directory)
        : ChildProcess.Start(Programs.Culvert, ["files", .. options], directory: directory);

    /// <summary>Runs curl and returns what it printed; paths go out as they are written.</summary>
    public async Task<string> CurlAsync(string path, params string[] options)
    {
        string[] fixedOptions = ["--silent", "--show-error", "--path-as-is", "--max-time", "60", "--include"];
        var address = Address.GetLeftPart(UriPartial.Authority) + path;
        var curl = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(70), "curl", [.. fixedOptions, .. options, address]);
        Assert.True(await curl.Exited == 0, $"curl {path}: {curl.Errors}");
        return string.Join('\n', curl.Output.Lines);
    }

    /// <summary>SIGTERM or another signal; exit code 0, and returns how long that took.</summary>
    public async Task<TimeSpan> StopAsync(int signal)
    {
        var started = Stopwatch.GetTimestamp();
        Child.Signal(signal);
        await Child.MustExitAsync(0, TimeSpan.FromSeconds(20));
        return Stopwatch.GetElapsedTime(started);
    }

    public async ValueTask DisposeAsync()
    {
        await Child.DisposeAsync();
        CulvertProcess.MustHaveNoStackTrace(Child);
    }
}
