using System.Text.RegularExpressions;
using Culvert.Commands;
using Culvert.Terminals;

namespace Culvert.Tests.CommandLine;

/// <summary>Help pages teach: options with defaults, examples, exit codes; none is wider than a terminal.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Names { get; } =
    [
        "serve", "files", "tail", "publish", "pipe", "tunnel", "backup", "verify", "migrate sqlite-to-postgres",
        "bench seed", "user add", "user reset", "user list",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_has_options_examples_and_exit_codes(string command)
    {
        var run = new CommandRun();

        var code = await run.RunAsync([.. command.Split(' '), "--help"]);

        Assert.Equal(0, code);
        Assert.Empty(run.Error);
        Assert.Contains($"\nUsage:\n  culvert {command}", run.Output);
        Assert.InRange(Regex.Count(run.Output, "\n  # "), 3, 10);
        Assert.Contains("\nExit codes:\n  0", run.Output);
        Assert.DoesNotContain(run.Output.Split('\n'), l => l.Length > 100);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_example_is_a_command_line_that_parses(string command)
    {
        var run = new CommandRun();
        await run.RunAsync([.. command.Split(' '), "--help"]);

        foreach (var example in Regex.Matches(run.Output, @"\n  # .*\n  (.*)").Select(m => m.Groups[1].Value))
        {
            foreach (Match part in Regex.Matches(example, "(?<![/\\w])culvert ([^|&<>;]*)"))
            {
                var words = part.Groups[1].Value
                    .Replace("\"hello, all\"", "hello", StringComparison.Ordinal)
                    .Replace("$(date +%F)", "day", StringComparison.Ordinal)
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.Null(WhatIsWrong(words));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task The_first_page_lists_the_commands(string line)
    {
        var run = new CommandRun();

        var code = await run.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(0, code);
        Assert.Contains("\n  publish  Publishes a text to a room", run.Output);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var run = new CommandRun();

        var code = await run.RunAsync("--version");

        Assert.Equal(0, code);
        Assert.Matches(@"^culvert \d+\.\d+\.\d+\S*\n$", run.Output);
    }

    private static string? WhatIsWrong(string[] words)
    {
        var terminal = new Terminal
        {
            Input = Stream.Null,
            Output = Stream.Null,
            Error = TextWriter.Null,
            Variables = new Dictionary<string, string>(),
            WorkingDirectory = "/",
        };
        return new CulvertCommandLine(terminal, new CommandRun()).Check(words);
    }
}
