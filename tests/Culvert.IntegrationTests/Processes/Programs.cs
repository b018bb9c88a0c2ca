namespace Culvert.IntegrationTests.Processes;

/// <summary>Where the programs are that the tests run.</summary>
internal static class Programs
{
    /// <summary>The top of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The built server, of the same configuration as these tests.</summary>
    public static string Culvert { get; } =
        Environment.GetEnvironmentVariable("CULVERT_TEST_EXE") is { Length: > 0 } named
            ? named
            : Path.Combine(Repository, "src/Culvert/bin", Configuration, "net10.0/culvert");

    /// <summary>A Python with Debian's websockets and aiohttp.</summary>
    public static string Python { get; } =
        Environment.GetEnvironmentVariable("CULVERT_TEST_PYTHON") is { Length: > 0 } named ? named : "/usr/bin/python3";

    /// <summary>The directory that holds the Node modules.</summary>
    public static string? NodeModules { get; } = Environment.GetEnvironmentVariable("CULVERT_TEST_NODE_MODULES");

    /// <summary>True when the runs that take minutes were asked for.</summary>
    public static bool IsFullRun { get; } = Environment.GetEnvironmentVariable("CULVERT_TEST_FULL") == "1";

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>A program that stands beside the tests under Peers.</summary>
    public static string Peer(string name) => Path.Combine(Repository, "tests/Culvert.IntegrationTests/Peers", name);

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Culvert.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("the tests must run inside the repository");
    }
}
