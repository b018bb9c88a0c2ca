using System.Collections;
using Culvert.Tests.Client;
using Microsoft.AspNetCore.Http;
using static Culvert.Tests.Client.ScriptedServer;

namespace Culvert.Tests.CommandLine;

/// <summary>The account commands, and where a token comes from.</summary>
public sealed class UserTests
{
    private readonly List<string> _seen = [];

    [Fact(Timeout = 60_000)]
    public async Task A_made_up_password_is_alone_on_stdout()
    {
        await using var server = await StartAsync(Created, Created);
        var add = Run(server);
        var reset = Run(server);

        Assert.Equal(0, await add.RunAsync("user", "add", "alice"));
        Assert.Equal(0, await reset.RunAsync("user", "reset", "alice"));

        Assert.Equal("added alice (member); the password, shown only here:\n", add.Error);
        Assert.Equal("alice has a new password; the password, shown only here:\n", reset.Error);
        Assert.Matches("^[A-Za-z2-9]{20}\n$", add.Output);
        Assert.NotEqual(add.Output, reset.Output);
        Assert.Equal($$"""POST /v1/users  {"name":"alice","password":"{{add.Output.TrimEnd()}}"}""", _seen[0]);
        Assert.Equal($$"""POST /v1/users/alice/password  {"password":"{{reset.Output.TrimEnd()}}"}""", _seen[1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_password_of_ones_own_comes_from_the_first_line_of_input()
    {
        await using var server = await StartAsync(Created);
        var run = Run(server, "pass word\nmore\n");

        Assert.Equal(0, await run.RunAsync("user", "add", "bob", "--role", "moderator", "--password-stdin"));
        Assert.Equal(["""POST /v1/users  {"name":"bob","password":"pass word","role":"moderator"}"""], _seen);
        Assert.Equal("added bob (moderator)\n", run.Error);
        Assert.Equal("", run.Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_empty_password_is_a_usage_error()
    {
        await using var server = await StartAsync(Created);

        Assert.Equal(2, await Run(server, "\n").RunAsync("user", "add", "bob", "--password-stdin"));
        Assert.Empty(_seen);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_is_taken_is_a_failure()
    {
        await using var server = await StartAsync(Problem(409, "name_taken"));
        var run = Run(server);

        Assert.Equal(1, await run.RunAsync("user", "add", "bob"));
        Assert.Equal("culvert user add: Title. (name_taken, status 409)\n", run.Error);
        Assert.Equal("", run.Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_list_is_an_aligned_table()
    {
        await using var server = await StartAsync(Json(
            """
            {"users":[{"name":"alexandra","role":"owner","createdAt":1790000000000},
            {"name":"bo","role":"moderator","createdAt":0,"disabled":true}]}
            """));
        var run = new CommandRun { Variables = Variables(server), Time = new ManualTime() };

        Assert.Equal(0, await run.RunAsync("user", "list"));
        Assert.Equal(
            """
            NAME       ROLE       CREATED
            alexandra  owner      2026-09-21 14:13
            bo         moderator  1970-01-01 00:00  disabled

            """,
            run.Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_token_comes_from_the_option_the_environment_or_the_data_directory()
    {
        await using var server = await StartAsync(Created, Created, Created, Created);
        var directory = CommandRun.Temporary();
        var other = CommandRun.Temporary();
        Directory.CreateDirectory(Path.Combine(directory, "data"));
        await WriteTokenAsync(Path.Combine(directory, "data"), "file0\n");
        await WriteTokenAsync(other, "file1\n");
        var withVariable = Variables(server);
        withVariable["CULVERT_TOKEN"] = "variable";

        string[] reset = ["user", "reset", "a"];

        await new CommandRun { Variables = Variables(server), Directory = directory }.RunAsync(reset);
        await new CommandRun { Variables = Variables(server), Directory = directory }
            .RunAsync([.. reset, "--data", other]);
        await new CommandRun { Variables = withVariable, Directory = directory }.RunAsync(reset);
        await new CommandRun { Variables = withVariable, Directory = directory }
            .RunAsync([.. reset, "--token", "option"]);

        Assert.Equal(
            ["Bearer file0", "Bearer file1", "Bearer variable", "Bearer option"],
            _seen.Select(s => s.Split('{')[0].Split(' ', 3)[2].Trim()));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_of_one_server_is_not_sent_to_another()
    {
        var tokens = new List<string>();
        await using var stream = await StartAsync();
        stream.Otherwise = async context =>
        {
            tokens.Add(context.Request.Headers.Authorization.ToString());
            await Lines("1")(context);
        };
        var directory = CommandRun.Temporary();
        Directory.CreateDirectory(Path.Combine(directory, "data"));
        await WriteTokenAsync(Path.Combine(directory, "data"), "secret");
        var address = $"{stream.Address}stream";

        await new CommandRun { Directory = directory }.RunAsync("tail", address);
        await new CommandRun { Directory = directory, Variables = new Hashtable { ["CULVERT_TOKEN"] = "v" } }
            .RunAsync("tail", address);
        await new CommandRun { Directory = directory, Variables = Variables(stream) }.RunAsync("tail", address);
        await new CommandRun { Directory = directory }.RunAsync("tail", address, "--token", "meant");

        Assert.Equal(["", "", "Bearer secret", "Bearer meant"], tokens);
    }

    private async Task Created(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        lock (_seen)
        {
            var request = context.Request;
            _seen.Add($"{request.Method} {request.Path} {request.Headers.Authorization} {body}");
        }

        context.Response.StatusCode = 201;
    }

    private static CommandRun Run(ScriptedServer server, string input = "") =>
        new() { Input = input, Variables = Variables(server), Directory = Path.GetTempPath() };

    private static Task WriteTokenAsync(string directory, string token) => File.WriteAllTextAsync(
        Path.Combine(directory, "admin.token"), token, TestContext.Current.CancellationToken);

    private static Hashtable Variables(ScriptedServer server) =>
        new() { ["CULVERT_SERVER"] = server.Address.OriginalString };
}
