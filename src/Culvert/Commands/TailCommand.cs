using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Culvert.Arguments;
using Culvert.Client;
using Culvert.Protocol.Rooms;
using Culvert.Servers;
using Culvert.Tailing;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert tail</c>: follows a room or any stream.</summary>
internal sealed class TailCommand
{
    private const string Name = "culvert tail";
    private const int DefaultLast = 10;

    private readonly Terminal _terminal;
    private readonly ServerOptions _server;

    private readonly Argument<string> _source = new("source")
    {
        HelpName = "ROOM|URL",
        Description = "The room, or the http(s) URL of any stream of lines (NDJSON) or events (SSE).",
    };

    private readonly Option<string> _since = new("--since")
    {
        HelpName = "WHERE",
        Description = $"Where to begin: a cursor, start, now or last:N (messages). Default last:{DefaultLast}.",
    };

    private readonly Option<bool> _follow = new("--follow", "-f")
    {
        Description = "Stays for what comes, and comes back after breaks. The default.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _noFollow = new("--no-follow")
    {
        Description = "Ends when everything up to now is printed.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<string> _format = new("--format")
    {
        HelpName = "FORMAT",
        Description = "text (lines for people) or json (event lines, as they came). Default text on a terminal, json "
            + "into a pipe or file.",
    };

    private readonly Option<int> _idle = new("--idle")
    {
        HelpName = "SECONDS",
        Description = "Counts the stream as broken after this much silence, heartbeats included; 0 never does. "
            + "Default 45, three heartbeats.",
        DefaultValueFactory = static _ => 45,
    };

    private TailCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _idle.Validators.Add(NotNegative);
        command.Add(_source);
        command.Add(_since);
        command.Add(_follow);
        command.Add(_noFollow);
        command.Add(_format);
        command.Add(_idle);
        _server = new ServerOptions(command);
    }

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new CommandPage(
            "tail", "Prints the messages of a room, or the lines of any stream, as they come.")
        {
            Notes =
            [
                "A break is no end: tail comes back by itself, with what is missing and nothing twice, and says so on "
                    + "stderr. So it does with gaps and with lines that it cannot read. It ends without a word when "
                    + "nobody reads its output any more.",
            ],
            Examples =
            [
                ("culvert tail lobby", "the last 10 messages, then what comes"),
                ("culvert tail lobby --since start --no-follow > lobby.ndjson", "all there is, as JSON"),
                ("culvert tail lobby --since now | jq -r 'select(.ev == \"msg\").data.text'", "texts only"),
                ("culvert tail lobby --format text | grep -i error", "lines for people, in a pipe"),
                ("culvert tail http://127.0.0.1:8081/stream?name=me", "any stream of lines or events"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "the end was reached: --no-follow, or the stream is over; also SIGTERM"),
                (ExitCode.Failed, "something else went wrong; stderr says what"),
                (ExitCode.Usage, "the command line is wrong"),
                (ExitCode.CannotConnect, "no server answers"),
                (ExitCode.Refused, "not signed in, not allowed, no such room, or sent away while following"),
                (ExitCode.Broken, "a stream that cannot be resumed was cut, with --no-follow"),
                (ExitCode.Interrupted, "Ctrl-C"),
            ],
        };
        var tail = new TailCommand(terminal, command);
        command.SetAction(tail.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        if (result.GetValue(_follow) && result.GetValue(_noFollow))
        {
            throw new UsageException("--follow and --no-follow exclude each other; give one of them.");
        }

        var source = result.GetRequiredValue(_source);
        var format = Format(result);
        var output = new OutputBuffer(_terminal.Output);
        try
        {
            return source.Contains("://", StringComparison.Ordinal)
                ? await UrlAsync(result, source, format, output, cancellationToken)
                : await ServerCall.RunAsync(_terminal, Name, _server.Find(result, _terminal), async client =>
                {
                    var follower = client.Follow(source, Since(result), Options(result));
                    return await RoomsAsync(follower, format, false, output, cancellationToken);
                });
        }
        catch (OperationCanceledException)
        {
            // A supervisor that stops a follower wants no failure; a person's Ctrl-C is what shells call 130.
            return _terminal.WasTerminated() ? ExitCode.Done : ExitCode.Interrupted;
        }
    }

    private Task<int> UrlAsync(
        ParseResult result, string source, TailFormat format, OutputBuffer output, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(source, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"'{source}' is not an http:// or https:// URL.");
        }

        var isRoom = url.AbsolutePath.StartsWith("/v1/rooms/", StringComparison.Ordinal);
        var target = _server.FindFor(url, result, _terminal);
        if (isRoom || url.AbsolutePath == "/v1/events")
        {
            var address = result.GetValue(_since) is null && url.Query.Contains("since=", StringComparison.Ordinal)
                ? url
                : new Uri($"{url}{(url.Query.Length == 0 ? '?' : '&')}since={Since(result)}");
            return ServerCall.RunAsync(_terminal, Name, target, client => RoomsAsync(
                client.Follow(address, Options(result)), format, !isRoom, output, cancellationToken));
        }

        if (result.GetValue(_since) is not null)
        {
            throw new UsageException("--since needs a room, or the URL of one; other streams begin where they begin.");
        }

        return ServerCall.RunAsync(_terminal, Name, target, client => LinesAsync(
            client.FollowLines(url, Options(result) with { Reconnect = !result.GetValue(_noFollow) }),
            output,
            cancellationToken));
    }

    private async Task<int> RoomsAsync(
        Follower<RoomEvent> follower,
        TailFormat format,
        bool several,
        OutputBuffer output,
        CancellationToken cancellationToken)
    {
        var text = new EventText(_terminal.Time.LocalTimeZone, _terminal.OutputHasColours, several);
        await TailCopy.RunAsync(follower, Write, output, cancellationToken);
        return Code(follower.End);

        void Write(RoomEvent e, OutputBuffer o)
        {
            if (e.Ev == "gap")
            {
                Note($"events {e.Have + 1} to {e.Floor - 1} of {e.Room} are gone: {e.Why}");
            }

            if (format == TailFormat.Json)
            {
                TailCopy.WriteLine(o, e.Line.Span);
            }
            else if (text.Of(e) is { } line)
            {
                TailCopy.Write(o, line);
            }
        }
    }

    private async Task<int> LinesAsync(
        Follower<StreamLine> follower, OutputBuffer output, CancellationToken cancellationToken)
    {
        var forPeople = _terminal.OutputIsTerminal;
        await TailCopy.RunAsync(follower, Write, output, cancellationToken);
        return Code(follower.End);

        void Write(StreamLine line, OutputBuffer o)
        {
            if (forPeople)
            {
                TailCopy.Write(o, DisplayText.Of(Terminal.Utf8.GetString(line.Bytes.Span), indent: 1) + "\n");
            }
            else
            {
                TailCopy.WriteLine(o, line.Bytes.Span);
            }
        }
    }

    private int Code(FollowEnd? end)
    {
        if (end is not { Kind: FollowEndKind.Dismissed })
        {
            return ExitCode.Done;
        }

        Note($"the server ended it: {end.Why} ({end.Code})");
        return end.Code == StreamCloseCode.Unsubscribed.Code ? ExitCode.Done : ExitCode.Refused;
    }

    private FollowOptions Options(ParseResult result)
    {
        var idle = result.GetValue(_idle);
        var wasBroken = false;
        return new FollowOptions
        {
            Live = !result.GetValue(_noFollow),
            IdleTimeout = idle == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(idle),
            OnBadLine = bad => Note($"skipped a line: {bad.Why}: {Start(bad)}"),
            OnBreak = stop =>
            {
                wasBroken = true;
                var seconds = stop.Delay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
                Note($"{stop.Why}; trying again in {seconds} s");
            },
            OnConnected = _ =>
            {
                if (wasBroken)
                {
                    wasBroken = false;
                    Note("connected again");
                }
            },
        };
    }

    private TailFormat Format(ParseResult result) => result.GetValue(_format) switch
    {
        null => _terminal.OutputIsTerminal ? TailFormat.Text : TailFormat.Json,
        "text" => TailFormat.Text,
        "json" => TailFormat.Json,
        var other => throw new UsageException($"--format: '{other}' is not one of text and json."),
    };

    private Since Since(ParseResult result)
    {
        var text = result.GetValue(_since);
        if (text is null)
        {
            return Protocol.Rooms.Since.Last(DefaultLast);
        }

        return Protocol.Rooms.Since.TryParse(text, out var since)
            ? since
            : throw new UsageException($"--since: '{text}' is not a cursor, start, now or last:N, N from 1 to 10000.");
    }

    private static string Start(BadLine bad)
    {
        const int shown = 60;
        var text = DisplayText.Of(Terminal.Utf8.GetString(bad.Bytes.Span));
        return text.Length > shown ? text[..shown] + "…" : text;
    }

    private static void NotNegative(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }] && !uint.TryParse(text, CultureInfo.InvariantCulture, out _))
        {
            result.AddError($"--idle: '{text}' is not a number of seconds.");
        }
    }

    private void Note(string text) => _terminal.WriteErrorLine($"{Name}: {DisplayText.Of(text)}");
}
