using System.Globalization;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests;

/// <summary>
/// The one-liners of docs/pipes.md, each run by a shell exactly as it stands there; only the port numbers are free
/// ones.
/// </summary>
public sealed partial class PipeCommandTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TestDirectory _directory = new();
    private readonly int _near = FreePort.Find();
    private readonly int _far = FreePort.Find();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_page_and_the_help_show_the_same_ten()
    {
        var help = await ChildProcess.RunAsync(Limit, Programs.Culvert, ["pipe", "--help"]);

        var shown = help.Output.Lines.Where(line => line.Contains("culvert pipe ", StringComparison.Ordinal))
            .Select(line => line.Trim());

        Assert.Equal(10, Documented.Length);
        Assert.Equal(Documented, shown.Where(line => !line.EndsWith("[options]", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_is_sent_and_the_answer_printed()
    {
        await using var peer = await SocatAsync($"TCP-LISTEN:{_far},bind=127.0.0.1,fork", "EXEC:tr a-z A-Z");

        await using var pipe = Start("printf 'x\\n' | culvert pipe stdio tcp:127.0.0.1:9007");

        await pipe.MustExitAsync(0, Limit);
        Assert.Equal(["X"], pipe.Output.Lines);
        Assert.Empty(pipe.Errors.Lines);
    }

    [Fact]
    public async Task A_port_leads_to_another()
    {
        await using var peer = await SocatAsync($"TCP-LISTEN:{_far},bind=127.0.0.1,fork", "EXEC:tr a-z A-Z");

        await using var pipe = await ListenAsync("culvert pipe tcp-listen:9001 tcp:127.0.0.1:9007");

        Assert.Equal(["HELLO"], await SayAsync($"TCP:127.0.0.1:{_near}", "hello"));
        Assert.Equal(["AGAIN"], await SayAsync($"TCP:127.0.0.1:{_near}", "again"));
    }

    [Fact]
    public async Task A_port_leads_to_a_socket_file()
    {
        await using var peer = await SocatAsync($"UNIX-LISTEN:{_directory.File("db.sock")},fork", "EXEC:tr a-z A-Z");

        await using var pipe = await ListenAsync("culvert pipe tcp-listen:9001 unix:db.sock");

        Assert.Equal(["HELLO"], await SayAsync($"TCP:127.0.0.1:{_near}", "hello"));
    }

    [Fact]
    public async Task A_program_gets_a_file_and_its_output_is_printed()
    {
        await File.WriteAllTextAsync(_directory.File("names.txt"), "b\nc\na\n", Bounded.Cancelled);

        await using var pipe = Start("culvert pipe stdio exec:sort < names.txt");

        await pipe.MustExitAsync(0, Limit);
        Assert.Equal(["a", "b", "c"], pipe.Output.Lines);
    }

    [Fact]
    public async Task Browsers_reach_a_tcp_server()
    {
        await using var peer = await SocatAsync($"TCP-LISTEN:{_far},bind=127.0.0.1,fork", "EXEC:cat");

        await using var pipe = await ListenAsync("culvert pipe ws-listen:9001/chat tcp:127.0.0.1:9007");

        var said = await PythonAsync("say_websockets.py", $"ws://127.0.0.1:{_near}/chat", "t:hi", "b:hi");
        Assert.Equal(["b'hi'", "b'hi'", "1000 "], said);
    }

    [Fact]
    public async Task Programs_without_websockets_reach_one()
    {
        await using var peer = await EchoAsync();

        await using var pipe = await ListenAsync("culvert pipe tcp-listen:9001 ws://127.0.0.1:9007/");

        await using var client = ChildProcess.Start("socat", ["-", $"TCP:127.0.0.1:{_near}"]);
        await client.Input.WriteLineAsync("hello".AsMemory(), Bounded.Cancelled);
        await client.Input.FlushAsync(Bounded.Cancelled);
        await client.Output.FirstAsync(line => line == "hello").Within(20);
    }

    [Fact]
    public async Task Each_client_gets_a_program_and_talks_in_lines()
    {
        await using var pipe = await ListenAsync("culvert pipe --framing line ws-listen:9001 exec:cat");

        var said = await PythonAsync("say_websockets.py", $"ws://127.0.0.1:{_near}/", "t:hi", "t:");

        // The reason tells how the program ended, when it was faster than the answer to the client's own Close.
        Assert.Equal(["'hi'", "''"], said.Take(2));
        Assert.StartsWith("1000 ", said[2]);
    }

    [Fact]
    public async Task Lines_are_sent_as_messages_and_the_answers_printed()
    {
        await using var peer = await EchoAsync();

        await using var pipe = Start("echo hi | culvert pipe --framing line stdio ws://127.0.0.1:9007/");

        await pipe.MustExitAsync(0, Limit);
        Assert.Equal(["hi"], pipe.Output.Lines);
    }

    [Fact]
    public async Task The_frames_are_shown_on_stderr()
    {
        await using var peer = await EchoAsync();

        await using var pipe = await ListenAsync("culvert pipe -v ws-listen:9001 ws://127.0.0.1:9007/");

        await PythonAsync("say_websockets.py", $"ws://127.0.0.1:{_near}/", "t:hi", "b:hi");
        await pipe.Errors.FirstAsync(line => line == "culvert pipe: > text 2 \"hi\"").Within(20);
        await pipe.Errors.FirstAsync(line => line == "culvert pipe: < binary 2 \"hi\"").Within(20);
        await pipe.Errors.FirstAsync(line => line.Contains("ended it: close; > 2 messages", StringComparison.Ordinal))
            .Within(20);
        Assert.Empty(pipe.Output.Lines);
    }

    [Fact]
    public async Task One_connection_goes_into_a_file()
    {
        await using var pipe = await ListenAsync("culvert pipe --one tcp-listen:9001 stdio > received");

        Assert.Empty(await SayAsync($"TCP:127.0.0.1:{_near}", "hello"));

        await pipe.MustExitAsync(0, Limit);
        Assert.Equal("hello\n", await File.ReadAllTextAsync(_directory.File("received"), Bounded.Cancelled));
    }

    [Theory]
    [InlineData("culvert pipe stdio tcp:127.0.0.1:1 < /dev/null", 3, "refused the connection: nobody listens there")]
    [InlineData("culvert pipe stdio 'exec:exit 7' < /dev/null", 1, "exec:exit ended with exit 7")]
    [InlineData("culvert pipe stdio - < /dev/null", 2, "both ends are stdio, and there is only one. See `culvert")]
    public async Task The_exit_code_and_one_line_say_how_it_ended(string line, int code, string message)
    {
        await using var pipe = Run(line);

        await pipe.MustExitAsync(code, Limit);
        Assert.Contains(message, Assert.Single(pipe.Errors.Lines), StringComparison.Ordinal);
        Assert.Empty(pipe.Output.Lines);
    }

    private static string[] Documented { get; } = Block().Match(
        File.ReadAllText(Path.Combine(Programs.Repository, "docs/pipes.md"))).Groups[1].Value.TrimEnd().Split('\n');

    private ChildProcess Start(string line)
    {
        Assert.Contains(line, Documented);
        return Run(line
            .Replace("9001", _near.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("9007", _far.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    private ChildProcess Run(string line)
    {
        var path = $"{Path.GetDirectoryName(Programs.Culvert)}:{Environment.GetEnvironmentVariable("PATH")}";
        var variables = new Dictionary<string, string?> { ["PATH"] = path };
        return ChildProcess.Start("/bin/sh", ["-c", line], variables, _directory.Path);
    }

    private async Task<ChildProcess> ListenAsync(string line)
    {
        var pipe = Start(line);
        await pipe.Errors.FirstAsync(l => l.StartsWith("culvert pipe: listening on ", StringComparison.Ordinal))
            .Within(30);
        return pipe;
    }

    private static async Task<ChildProcess> SocatAsync(string listening, string other)
    {
        var peer = ChildProcess.Start("socat", ["-d", "-d", listening, other]);
        await peer.Errors.FirstAsync(line => line.Contains("listening on", StringComparison.Ordinal)).Within(30);
        return peer;
    }

    /// <summary>Sends a line and the end, and returns what comes until the end.</summary>
    private static async Task<IReadOnlyList<string>> SayAsync(string address, string line)
    {
        await using var client = ChildProcess.Start("socat", ["-t", "20", "-", address]);
        await client.Input.WriteLineAsync(line.AsMemory(), Bounded.Cancelled);
        client.Input.Close();
        await client.MustExitAsync(0, Limit);
        return client.Output.Lines;
    }

    private async Task<ChildProcess> EchoAsync()
    {
        var peer = ChildProcess.Start(
            Programs.Python,
            [Programs.Peer("serve_websockets.py"), _far.ToString(CultureInfo.InvariantCulture)]);
        await peer.Output.FirstAsync(line => line == "listening").Within(30);
        return peer;
    }

    private static async Task<IReadOnlyList<string>> PythonAsync(string peer, params string[] arguments)
    {
        await using var client = ChildProcess.Start(Programs.Python, [Programs.Peer(peer), .. arguments]);
        client.Input.Close();
        await client.MustExitAsync(0, Limit);
        return client.Output.Lines;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
