namespace Culvert.Tests.CommandLine;

/// <summary>Wrong command lines: one line that says what, where and what to do; exit code 2.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("tial x", "culvert", "unknown command 'tial'. Did you mean tail?")]
    [InlineData(
        "frobnicate",
        "culvert",
        "unknown command 'frobnicate'. The commands are serve, files, tail, publish, pipe, tunnel, user, backup, "
            + "verify, migrate, bench.")]
    [InlineData("--verson", "culvert", "unknown option --verson. Did you mean --version?")]
    [InlineData("tail", "culvert tail", "ROOM|URL is missing.")]
    [InlineData("tail lobby --sinc 5", "culvert tail", "unknown option --sinc. Did you mean --since?")]
    [InlineData("tail --sinc=5 lobby", "culvert tail", "unknown option --sinc. Did you mean --since?")]
    [InlineData("tail lobby --since", "culvert tail", "--since needs a value: --since WHERE.")]
    [InlineData(
        "tail lobby --since 12",
        "culvert tail",
        "--since: '12' is not a cursor, start, now or last:N, N from 1 to 10000.")]
    [InlineData(
        "tail lobby --since last:0",
        "culvert tail",
        "--since: 'last:0' is not a cursor, start, now or last:N, N from 1 to 10000.")]
    [InlineData("tail lobby --since now --since start", "culvert tail", "--since is given more than once.")]
    [InlineData("tail lobby --format xml", "culvert tail", "--format: 'xml' is not one of text and json.")]
    [InlineData("tail lobby --idle -3", "culvert tail", "--idle: '-3' is not a number of seconds.")]
    [InlineData(
        "tail lobby --follow --no-follow",
        "culvert tail",
        "--follow and --no-follow exclude each other; give one of them.")]
    [InlineData("tail ftp://x/y", "culvert tail", "'ftp://x/y' is not an http:// or https:// URL.")]
    [InlineData(
        "tail http://127.0.0.1:1/x --since start",
        "culvert tail",
        "--since needs a room, or the URL of one; other streams begin where they begin.")]
    [InlineData(
        "tail lobby --server chat.example",
        "culvert tail",
        "--server: 'chat.example' is not an address; write http://HOST:PORT.")]
    [InlineData("publish", "culvert publish", "ROOM is missing.")]
    [InlineData(
        "publish lobby two words",
        "culvert publish",
        "unexpected argument 'words'. A text of several words needs quotes.")]
    [InlineData(
        "publish lobby -v",
        "culvert publish",
        "unknown option -v. If it is text and no option, write -- before it.")]
    [InlineData(
        "publish lobby hi --key é",
        "culvert publish",
        "--key: write 1 to 100 printable ASCII characters without spaces.")]
    [InlineData(
        "publish lobby hi --token é",
        "culvert publish",
        "--token: the token is empty or has characters that no token has.")]
    [InlineData("user", "culvert user", "a command is missing: add, reset, list.")]
    [InlineData("user ad x", "culvert user", "unknown command 'ad'. Did you mean add?")]
    [InlineData("user add", "culvert user add", "NAME is missing.")]
    [InlineData(
        "user add x --role king",
        "culvert user add",
        "--role: 'king' is not one of owner, moderator and member.")]
    [InlineData("backup", "culvert backup", "TARGET is missing.")]
    [InlineData("serve --pipe /echo", "culvert serve", "--pipe: '/echo' lacks an =; write PATH=TARGET.")]
    [InlineData("serve here", "culvert serve", "unexpected argument 'here'. A text of several words needs quotes.")]
    public async Task A_wrong_command_line_is_explained_in_one_line(string line, string name, string error)
    {
        var run = new CommandRun();

        var code = await run.RunAsync(line.Split(' '));

        Assert.Equal($"{name}: {error} See `{name} --help`.\n", run.Error);
        Assert.Equal(2, code);
        Assert.Empty(run.Output);
        Assert.Null(run.Served);
    }

    [Fact]
    public async Task A_text_on_a_terminal_is_asked_for()
    {
        var run = new CommandRun { InputIsTerminal = true };

        var code = await run.RunAsync("publish", "lobby");

        Assert.Equal(2, code);
        Assert.StartsWith("culvert publish: TEXT is missing; give the text, or -", run.Error);
    }

    [Theory]
    [InlineData("tial", "tail")]
    [InlineData("publsh", "publish")]
    [InlineData("pub", "publish")]
    [InlineData("zzz", null)]
    [InlineData("x", null)]
    public void The_nearest_word_is_found(string word, string? nearest)
    {
        Assert.Equal(nearest, Arguments.EditDistance.Nearest(word, ["serve", "tail", "publish", "user"]));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void A_swap_counts_as_one_change(string left, string right, int distance)
    {
        Assert.Equal(distance, Arguments.EditDistance.Between(left, right));
    }
}
