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
        Description = "One attempt: ends when everything up to now is printed, or at the first break with an exit code "
            + "that says what happened.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Waits for a server that is not there yet. Default: the first attempt has to find it.",
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

    private long _badLines;

    private TailCommand(Terminal terminal, Command command)
    {
        _terminal = terminal;
        _idle.Validators.Add(NotNegative);
        command.Add(_source);
        command.Add(_since);
        command.Add(_follow);
        command.Add(_noFollow);
        command.Add(_wait);
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
                "A break is no end: tail says on stderr what happened and when it tries again, at random within a "
                    + "bound that grows from 0.5 to 30 s, and no sooner than the server asks. A room goes on with what "
                    + "is missing and nothing twice; so do events with ids (SSE). Lines without ids begin where their "
                    + "server begins.",
                "A clean end of lines (NDJSON) is the end: `the stream is over`. After one of events tail comes back, "
                    + "as a browser does, until the server answers 204. A line that cannot be read, or is longer than "
                    + "1 MiB, is reported and skipped. A status of 400 to 499 ends it, except 408, 425 and 429.",
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
                (ExitCode.Done, "all was printed, or the stream is over; also SIGTERM, or nobody reads any more"),
                (ExitCode.Failed, "as 0 but lines were skipped; or the server failed (500 to 599) or is busy (429)"),
                (ExitCode.Usage, "the command line is wrong"),
                (ExitCode.CannotConnect, "no server answers at the start, without --wait; or at all, with --no-follow"),
                (ExitCode.Refused, "the server says no (400 to 499), has no stream there, or sent tail away"),
                (ExitCode.Broken, "the stream was cut, with --no-follow"),
                (ExitCode.Silent, "the stream fell silent (--idle), with --no-follow"),
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

        if (result.GetValue(_wait) && result.GetValue(_noFollow))
        {
            throw new UsageException("--wait and --no-follow exclude each other; give one of them.");
        }

        var source = result.GetRequiredValue(_source);
        var format = Format(result);
        var output = new OutputBuffer(_terminal.Output);
        try
        {
            return source.Contains("://", StringComparison.Ordinal)
                ? await UrlAsync(result, source, format, output, cancellationToken)
                : await CallAsync(
                    result,
                    _server.Find(result, _terminal),
                    (client, options) => RoomsAsync(
                        client.Follow(source, Since(result), options), format, false, output, cancellationToken));
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

        // A proxy may have put the server below a path of its own.
        var isRoom = url.Segments is [.., "v1/", "rooms/", _, "events"];
        var target = _server.FindFor(url, result, _terminal);
        if (isRoom || url.Segments is [.., "v1/", "events"])
        {
            var address = result.GetValue(_since) is null && url.Query.Contains("since=", StringComparison.Ordinal)
                ? url
                : new Uri($"{url}{(url.Query.Length == 0 ? '?' : '&')}since={Since(result)}");
            return CallAsync(result, target, (client, options) => RoomsAsync(
                client.Follow(address, options), format, !isRoom, output, cancellationToken));
        }

        if (result.GetValue(_since) is not null)
        {
            throw new UsageException("--since needs a room, or the URL of one; other streams begin where they begin.");
        }

        return CallAsync(
            result,
            target,
            (client, options) => LinesAsync(client.FollowLines(url, options), output, cancellationToken));
    }

    private Task<int> CallAsync(
        ParseResult result, ServerTarget target, Func<CulvertClient, FollowOptions, Task<int>> work) =>
        ServerCall.RunAsync(
            _terminal, Name, target, client => work(client, Options(result, target)), codeOf: CodeOf);

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
        switch (end)
        {
            case { Kind: FollowEndKind.Dismissed }:
                Note($"the server ended it: {end.Why} ({end.Code})");
                return end.Code == StreamCloseCode.Unsubscribed.Code ? ExitCode.Done : ExitCode.Refused;
            case { Kind: FollowEndKind.Completed }:
                Note("the stream is over");
                break;
            default:
                break;
        }

        return _badLines == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static int CodeOf(CulvertException failure) => failure switch
    {
        // Whatever the status: the server is there, and another attempt would bring the same.
        CulvertProblemException { Retry: false, Status: < 500 } => ExitCode.Refused,
        _ => ServerCall.Code(failure),
    };

    private FollowOptions Options(ParseResult result, ServerTarget target)
    {
        var idle = result.GetValue(_idle);
        var follows = !result.GetValue(_noFollow);
        var (breaks, connections) = (0, 0);
        return new FollowOptions
        {
            Live = follows,
            Reconnect = follows,
            WaitForServer = result.GetValue(_wait),
            IdleTimeout = idle == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(idle),
            OnBadLine = bad =>
            {
                _badLines++;
                Note($"skipped a line: {bad.Why}{Start(bad)}");
            },
            OnBreak = stop =>
            {
                // A first failure may be a slip, and is explained; the others are what they are.
                var isFirst = breaks++ == 0 && connections == 0;
                var what = isFirst && stop.Error is CulvertException e ? ServerCall.Explain(e, target) : stop.Why;
                var seconds = stop.Delay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
                Note($"{what.TrimEnd('.')}; trying again in {seconds} s");
            },
            OnConnected = _ =>
            {
                if (breaks > 0)
                {
                    Note(connections == 0 ? "connected" : "connected again");
                }

                connections++;
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
        if (bad.Bytes.IsEmpty)
        {
            return "";
        }

        var text = DisplayText.Of(Terminal.Utf8.GetString(bad.Bytes.Span));
        return ": " + (text.Length > shown ? text[..shown] + "…" : text);
    }

    private static void NotNegative(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }] && !uint.TryParse(text, CultureInfo.InvariantCulture, out _))
        {
            result.AddError($"--idle: '{text}' is not a number of seconds.");
        }
    }

    private void Note(string text)
    {
        var line = $"{Name}: {DisplayText.Of(text)}";
        _terminal.WriteErrorLine(_terminal.ErrorHasColours ? $"\e[33m{line}\e[0m" : line);
    }
}
