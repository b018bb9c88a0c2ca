using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Culvert.Arguments;
using Culvert.Client;
using Culvert.Publishing;
using Culvert.Servers;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert publish</c>: publishes a text, or every line of standard input.</summary>
internal sealed class PublishCommand
{
    private const string Name = "culvert publish";

    // The server's limit is the one that counts and may be higher than its default of 64 KiB; this one bounds memory.
    private const int MaxLineBytes = 1024 * 1024;
    private const int MaxKeyLength = 100;

    private readonly Terminal _terminal;
    private readonly ServerOptions _server;
    private readonly Argument<string> _room = new("room") { HelpName = "ROOM", Description = "The room." };

    private readonly Argument<string?> _text = new("text")
    {
        HelpName = "TEXT|-",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The text; - reads standard input, one message a line. Default -, unless that is a terminal.",
    };

    private readonly Option<string> _key = new("--key")
    {
        HelpName = "KEY",
        Description = "Publishes at most once however often this is run; line n of standard input uses KEY-n. "
            + "Default a random one, which makes retries within this run safe.",
    };

    private PublishCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        command.Add(_room);
        command.Add(_text);
        command.Add(_key);
        _server = new ServerOptions(command);
    }

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new CommandPage(
            "publish", "Publishes a text to a room, or every line of standard input, exactly once.")
        {
            Notes =
            [
                "It returns when the server has the messages on disk. Lines stay in order; up to "
                    + $"{LinePublisher.MaxBatchLines} go into one request while the server is busy. What may pass (a "
                    + "restart, a rate limit) is waited for, up to 60 s, and nothing is published twice.",
                "Blank lines are skipped. A line that is too long or not UTF-8 is named on stderr and skipped; the "
                    + "exit code is then 1.",
            ],
            Examples =
            [
                ("culvert publish lobby \"hello, all\"", "one message"),
                ("culvert publish lobby -- -v", "a text that looks like an option"),
                ("make 2>&1 | culvert publish builds", "every line of a program's output, as it comes"),
                ("culvert publish archive - --key import-7 < messages.txt", "may be run again after a failure"),
                ("CULVERT_TOKEN=… culvert publish lobby hi --server https://chat.example.org", "to another machine"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "everything is published"),
                (ExitCode.Failed, "something is not; stderr says what"),
                (ExitCode.Usage, "the command line is wrong"),
                (ExitCode.CannotConnect, "no server answers"),
                (ExitCode.Refused, "not signed in, not allowed, or no such room"),
                (ExitCode.Interrupted, "Ctrl-C before the end (143 after SIGTERM)"),
            ],
        };
        var publish = new PublishCommand(terminal, command);
        command.SetAction(publish.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var room = result.GetRequiredValue(_room);
        var text = result.GetValue(_text);
        var key = Key(result);
        var target = _server.Find(result, _terminal);
        if (text is null && _terminal.InputIsTerminal)
        {
            throw new UsageException("TEXT is missing; give the text, or - to type lines (Ctrl-D ends them).");
        }

        return text is null or "-"
            ? LinesAsync(room, key ?? NewRun(), target, cancellationToken)
            : ServerCall.RunAsync(
                _terminal,
                Name,
                target,
                async client =>
                {
                    await client.PublishAsync(room, text, key, cancellationToken: cancellationToken);
                    return ExitCode.Done;
                },
                Waiting);
    }

    private async Task<int> LinesAsync(
        string room, string run, ServerTarget target, CancellationToken cancellationToken)
    {
        using var progress = _terminal.ErrorIsTerminal ? new ProgressLine(_terminal) : null;
        LinePublisher? publisher = null;
        try
        {
            var code = await ServerCall.RunAsync(
                _terminal,
                Name,
                target,
                async client =>
                {
                    publisher = new LinePublisher(client, room, run)
                    {
                        OnFailed = (number, why) => Note(progress, $"line {number}: {why}"),
                        OnProgress = count => progress?.Show($"{Count(count)} published"),
                    };
                    var lines = new InputLines(_terminal.Input, MaxLineBytes).ReadAsync(cancellationToken);
                    await publisher.RunAsync(lines, cancellationToken);
                    return publisher.Counts.Failed == 0 ? ExitCode.Done : ExitCode.Failed;
                },
                notice => publisher?.IsTooManyAtOnce(notice) != true && Waiting(notice));
            return code;
        }
        finally
        {
            progress?.Clear();
            Summarise(publisher?.Counts ?? default);
        }
    }

    private void Summarise(PublishCounts counts)
    {
        var failed = counts.Failed == 0 ? "" : $", {Count(counts.Failed)} not";
        _terminal.WriteErrorLine($"{Count(counts.Published)} published{failed}");
    }

    private bool Waiting(RetryNotice notice)
    {
        // The first waits are too short to be worth a line.
        if (notice.Attempt >= 3 || notice.Delay >= TimeSpan.FromSeconds(2))
        {
            var seconds = notice.Delay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            _terminal.WriteErrorLine($"{Name}: {notice.Error.Message}; trying again in {seconds} s");
        }

        return true;
    }

    private void Note(ProgressLine? progress, string text)
    {
        progress?.Clear();
        _terminal.WriteErrorLine($"{Name}: {text}");
    }

    private string? Key(ParseResult result)
    {
        var key = result.GetValue(_key);
        if (key is null)
        {
            return null;
        }

        return key.Length is > 0 and <= MaxKeyLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? key
            : throw new UsageException($"--key: write 1 to {MaxKeyLength} printable ASCII characters without spaces.");
    }

    private static string NewRun() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);
}
