using System.Net;
using System.Net.Sockets;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>A start that cannot work says why in one line, and its exit code is the documented one.</summary>
public sealed class BadStartTests
{
    private const int Failed = 1;
    private const int Usage = 2;

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var directory = new TestDirectory();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        await MustFailAsync(Failed, address, "serve", "--listen", address, "--data", directory.File("data"));
    }

    [Fact]
    public async Task A_data_directory_of_another_server_is_named_and_left_alone()
    {
        await using var server = await CulvertProcess.StartAsync();

        await MustFailAsync(
            Failed, server.Data, "serve", "--listen", "http://127.0.0.1:0", "--data", server.Data);

        await server.Owner.PublishTextsAsync("lobby", ["still here"]);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_written_is_named()
    {
        using var directory = new TestDirectory();
        await MakeReadOnlyAsync(directory.Path);
        try
        {
            await MustFailAsync(
                Failed, directory.Path, "serve", "--listen", "http://127.0.0.1:0", "--data", directory.File("data"));
        }
        finally
        {
            await MakeWritableAsync(directory.Path);
        }
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_named_and_left_alone()
    {
        using var directory = new TestDirectory();
        var data = directory.File("data");
        await using (var server = await CulvertProcess.StartOnAsync(data))
        {
            await server.TerminateAsync();
        }

        var database = Directory.EnumerateFiles(data, "*.db").Single();
        const string raise =
            "import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute('pragma user_version=9999')";
        await (await ChildProcess.RunAsync(TimeSpan.FromSeconds(20), Programs.Python, ["-c", raise, database]))
            .MustExitAsync(0, TimeSpan.FromSeconds(1));

        await MustFailAsync(Failed, "newer", "serve", "--listen", "http://127.0.0.1:0", "--data", data);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        using var directory = new TestDirectory();
        await File.WriteAllTextAsync(
            directory.File("culvert.db"), new string('x', 100_000), Bounded.Cancelled);

        await MustFailAsync(
            Failed, "culvert.db", "serve", "--listen", "http://127.0.0.1:0", "--data", directory.Path);
    }

    [Theory]
    [InlineData("--lsten", "serve", "--lsten", "http://127.0.0.1:0")]
    [InlineData("registration", "serve", "--registration", "sometimes")]
    [InlineData("listen", "serve", "--listen", "nowhere")]
    [InlineData("listen", "serve", "--listen", "http://127.0.0.1:99999")]
    [InlineData("pipe", "serve", "--pipe", "/echo")]
    [InlineData("pipe", "serve", "--pipe", "echo=echo:")]
    [InlineData("no-such-file.json", "serve", "--config", "no-such-file.json")]
    [InlineData("srve", "srve")]
    public async Task A_wrong_option_is_named_and_nothing_is_made(string named, params string[] arguments)
    {
        using var directory = new TestDirectory();

        await MustFailInAsync(directory.Path, [], Usage, named, arguments);

        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task A_wrong_setting_of_the_environment_or_of_the_file_is_named()
    {
        using var directory = new TestDirectory();
        var variables = new Dictionary<string, string?> { ["CULVERT__LISTNE"] = "http://127.0.0.1:0" };
        await MustFailInAsync(directory.Path, variables, Usage, "CULVERT__LISTNE", "serve");

        await File.WriteAllTextAsync(directory.File("culvert.json"), """{"dta":"x"}""", Bounded.Cancelled);
        await MustFailInAsync(directory.Path, [], Usage, "dta", "serve");

        await File.WriteAllTextAsync(directory.File("culvert.json"), "{", Bounded.Cancelled);
        await MustFailInAsync(directory.Path, [], Usage, "culvert.json", "serve");
    }

    [Fact]
    public async Task A_token_that_somebody_spoilt_is_named()
    {
        using var directory = new TestDirectory();
        await File.WriteAllTextAsync(directory.File("admin.token"), "short\n", Bounded.Cancelled);

        await MustFailAsync(
            Failed, "admin.token", "serve", "--listen", "http://127.0.0.1:0", "--data", directory.Path);
    }

    private static async Task MustFailAsync(int code, string named, params string[] arguments)
    {
        using var directory = new TestDirectory();
        await MustFailInAsync(directory.Path, [], code, named, arguments);
    }

    private static async Task MustFailInAsync(
        string directory, Dictionary<string, string?> variables, int code, string named, params string[] arguments)
    {
        await using var start = ChildProcess.Start(Programs.Culvert, arguments, variables, directory);
        start.Input.Close();
        await start.MustExitAsync(code, TimeSpan.FromSeconds(30));
        var line = Assert.Single(start.Errors.Lines, l => !IsOfTheLog(l));
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Empty(start.Output.Lines);
        Bounded.Print($"exit code {code}: {line}");
    }

    // What it did before it met the trouble may stand in the log, as ever, but nothing there is an error.
    private static bool IsOfTheLog(string line) =>
        line.Length > 30 && char.IsAsciiDigit(line[0]) && line[25..30] is "info " or "warn ";

    /// <summary>Nothing is read-only to root but a file system that is.</summary>
    private static Task MakeReadOnlyAsync(string path) => Environment.UserName == "root"
        ? RunAsync("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", path)
        : RunAsync("chmod", "0500", path);

    private static Task MakeWritableAsync(string path) =>
        Environment.UserName == "root" ? RunAsync("umount", "-l", path) : RunAsync("chmod", "0700", path);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var run = await ChildProcess.RunAsync(TimeSpan.FromSeconds(20), program, arguments);
        await run.MustExitAsync(0, TimeSpan.FromSeconds(1));
    }
}
