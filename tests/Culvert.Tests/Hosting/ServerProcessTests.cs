using System.Net;
using System.Net.Sockets;
using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Hosting;

public sealed class ServerProcessTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_prints_one_line_an_address_after_warming_up()
    {
        using var stop = new CancellationTokenSource();
        var warm = "";

        var code = await RunAsync(
            new ServerHooks
            {
                WarmUpAsync = (_, addresses, _) =>
                {
                    warm = string.Join(' ', addresses) + _output;
                    return Task.CompletedTask;
                },
                SeedAsync = (_, _) => Task.FromResult<string?>("seeded"),
                Hint = address =>
                {
                    stop.Cancel();
                    return $"try {address}";
                },
            },
            stop.Token,
            ("listen", "http://127.0.0.1:0,http://127.0.0.1:0"));

        Assert.Equal(0, code);
        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^listening on http://127\.0\.0\.1:[1-9]\d*$", line));
        Assert.Equal(string.Join(' ', lines.Select(line => line["listening on ".Length..])), warm);
        Assert.Contains("seeded", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("try http://127.0.0.1:", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_option_ends_it_with_2()
    {
        Assert.Equal(2, await RunAsync(new ServerHooks(), Cancel, ("lissen", "http://127.0.0.1:0")));
        Assert.Equal(
            "culvert: command line: unknown option lissen (docs/configuration.md lists them all)\n", _error.ToString());
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task A_store_that_does_not_answer_ends_it_with_2_and_one_line()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        var code = await RunAsync(
            new ServerHooks(), Cancel, ("store", $"Host=127.0.0.1;Port={port};Database=x;Username=x;Password=s3cret"));

        Assert.Equal(2, code);
        Assert.StartsWith(
            "culvert: store: PostgreSQL database x on 127.0.0.1 cannot be used: ", _error.ToString(),
            StringComparison.Ordinal);
        Assert.Single(_error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("s3cret", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_ends_it_with_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var code = await RunAsync(
            new ServerHooks(), Cancel, ("listen", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}"));

        Assert.Equal(1, code);
        var line = Assert.Single(
            _error.ToString().Split('\n'), line => line.StartsWith("culvert: ", StringComparison.Ordinal));
        Assert.Contains("already in use", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_ends_it_with_one_line()
    {
        await File.WriteAllTextAsync(_directory.File("file"), "", Cancel);

        Assert.Equal(1, await RunAsync(new ServerHooks(), Cancel, ("data", _directory.File("file"))));
        Assert.DoesNotContain("   at ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_users_keep_their_password_over_restarts()
    {
        var notices = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            await using var server = await CulvertServer.StartAsync(
                new ServerOptions
                {
                    Listen = ["http://127.0.0.1:0"],
                    Data = _directory.Path,
                    Accounts = new AccountOptions { PasswordIterations = 10_000 },
                },
                new ServerHooks
                {
                    SeedAsync = async (services, token) => await services.GetRequiredService<DemoAccounts>()
                        .EnsureAsync(_directory.Path, token),
                },
                TextWriter.Null,
                TimeProvider.System,
                Cancel);
            notices.Add(server.Notice);
            var password = server.Notice!.Split(' ')[^1];
            var signedIn = await server.Services.GetRequiredService<SessionService>()
                .SignInAsync(new SignInRequest("eve", password, null, "", null), Cancel);
            Assert.True(signedIn.IsDone);
        }

        Assert.Equal(notices[0], notices[1]);
    }

    private Task<int> RunAsync(
        ServerHooks hooks, CancellationToken stop, params (string Key, string Value)[] settings)
    {
        var all = settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)).ToList();
        if (!all.Exists(setting => setting.Key == "data"))
        {
            all.Add(KeyValuePair.Create("data", (string?)_directory.Path));
        }

        return ServerProcess.RunAsync(
            null, all, hooks, TextWriter.Synchronized(_output), TextWriter.Synchronized(_error), stop);
    }
}
