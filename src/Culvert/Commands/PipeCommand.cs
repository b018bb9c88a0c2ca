using System.CommandLine;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary><c>culvert pipe</c>: joins any two ends.</summary>
internal sealed class PipeCommand
{
    private const int MaxLingerSeconds = 3600;
    private const int MinChunkBytes = 1024;
    private const int MaxChunkBytes = 64 * 1024;
    private const int MostRedirects = 10;

    private readonly Terminal _terminal;
    private readonly IServerParts _server;

    private readonly Argument<string> _first = new("a") { HelpName = "A", Description = "The first end; see below." };

    private readonly Argument<string> _second = new("b") { HelpName = "B", Description = "The second end." };

    private readonly Option<string> _framing = new("--framing")
    {
        HelpName = "FRAMING",
        Description = "How messages of a WebSocket stand in the bytes of the other end: raw, one after the other; "
            + "line, each with a line feed behind it; split-line, also those with line feeds in them; json-line and "
            + "base64-line, each in that form; length, each behind its length (4 bytes, big-endian); typed-length, "
            + "with a byte before that, 1 for a text and 2 for a binary one. Default raw.",
        DefaultValueFactory = static _ => "raw",
    };

    private readonly Option<bool> _text = new("--text")
    {
        Description = "Bytes become text messages, and must be UTF-8. The default for lines but those of base64; "
            + "otherwise they become binary ones.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<int?> _chunk = new("--chunk")
    {
        HelpName = "BYTES",
        Description = "Largest message made of raw bytes, and largest frame made of a line; 1024 to 65536. Default "
            + "16384.",
    };

    private readonly Option<bool> _split = new("--split-large-frames")
    {
        Description = "Between two WebSockets, frames go on in several while they come, so that the end of a peer in "
            + "the middle of one is told with a Close 1011, and not by a broken connection.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _abort = new("--abort-on-client-loss")
    {
        Description = "A client of ws-listen: that is lost without a Close resets the bytes at the other end, instead "
            + "of ending them.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _closesOnEof = new("--close-on-eof")
    {
        Description = "The end of bytes closes the WebSocket at once, also where a caller might wait for an answer.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<int> _redirects = new("--max-redirects")
    {
        HelpName = "COUNT",
        Description = "How many redirects of a ws:// or wss:// server to follow, up to 10; never from TLS to none, and "
            + "without credentials and headers of yours to another origin. Default 0.",
    };

    private readonly Option<bool> _once = new("--one")
    {
        Description = "Ends after the first connection of an end that listens. The default with stdio.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<int?> _linger = new("--linger")
    {
        HelpName = "SECONDS",
        Description = "How long one direction goes on, without anything coming, after the other has ended. Default "
            + "30; 2 when stdin has ended and the other end is a WebSocket, which cannot be told only half of it.",
    };

    private readonly Option<bool> _halfClose = new("--half-close")
    {
        Description = "A Close 1000 ends its direction alone, and is answered when the other one ends: for WebSockets "
            + "whose other side does the same. Browsers do not, so pages are not let in.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<string[]> _subprotocols = new("--subprotocol")
    {
        HelpName = "NAME",
        Description = "A WebSocket subprotocol to offer or accept; may be repeated, the best first. Default: what the "
            + "client offers is offered further.",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string[]> _headers = new("--header", "-H")
    {
        HelpName = "\"N: V\"",
        Description = "A header of outgoing WebSocket handshakes; may be repeated.",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string?> _origin = new("--origin")
    {
        HelpName = "URL",
        Description = "The header Origin of outgoing WebSocket handshakes. Default none.",
    };

    private readonly Option<string[]> _allowedOrigins = new("--allow-origin")
    {
        HelpName = "URL",
        Description = "Lets web pages of this origin connect to ws-listen:, * those of any; may be repeated. Default: "
            + "only pages that have the address itself as origin, and everything that is no browser.",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string?> _proxy = new("--proxy")
    {
        HelpName = "URL",
        Description = "The HTTP proxy for ws://, wss:// and tcp:, or none. Default HTTPS_PROXY for wss://, HTTP_PROXY "
            + "for ws://, except for NO_PROXY and this machine.",
    };

    private readonly Option<string?> _authorities = new("--ca")
    {
        HelpName = "FILE",
        Description = "The authorities (PEM) to trust for wss://. Default the system's.",
    };

    private readonly Option<bool> _anyCertificate = new("--dangerous-accept-any-certificate")
    {
        Description = "Does not check who answers wss://: whoever sits on the way reads and changes everything.",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v")
    {
        Description = "Shows on stderr what each end sends, > from A and < from B: frames with opcode, length, start.",
        Arity = ArgumentArity.Zero,
    };

    private PipeCommand(Terminal terminal, IServerParts server, Command command)
    {
        _terminal = terminal;
        _server = server;
        command.Add(_first);
        command.Add(_second);
        command.Add(_framing);
        command.Add(_text);
        command.Add(_chunk);
        command.Add(_split);
        command.Add(_abort);
        command.Add(_closesOnEof);
        command.Add(_redirects);
        command.Add(_once);
        command.Add(_linger);
        command.Add(_halfClose);
        command.Add(_subprotocols);
        command.Add(_headers);
        command.Add(_origin);
        command.Add(_allowedOrigins);
        command.Add(_proxy);
        command.Add(_authorities);
        command.Add(_anyCertificate);
        command.Add(_verbose);
    }

    /// <summary>Declares the command.</summary>
    public static Command Create(Terminal terminal, IServerParts server)
    {
        var command = new CommandPage("pipe", "Joins any two ends: WebSockets, TCP, sockets, programs, stdio.")
        {
            Notes =
            [
                "Ends: tcp:HOST:PORT, unix:PATH, ws://HOST/PATH, wss://HOST/PATH connect. tcp-listen:[HOST:]PORT, "
                    + "unix-listen:PATH, ws-listen:[HOST:]PORT[/PATH] wait for any number of clients; without a host, "
                    + "on 127.0.0.1. stdio (or -), exec:COMMAND, echo: and discard: are on this machine.",
                "An end is passed on, not more: after the end of its input a program can still answer. stdout gets "
                    + "data and nothing else; messages go to stderr, one a line.",
            ],
            Examples =
            [
                ("printf 'x\\n' | culvert pipe stdio tcp:127.0.0.1:9007", "send, and print the answer"),
                ("culvert pipe tcp-listen:9001 tcp:127.0.0.1:9007", "a port to another"),
                ("culvert pipe tcp-listen:9001 unix:db.sock", "a port to a socket file"),
                ("culvert pipe ws-listen:9001/chat tcp:127.0.0.1:9007", "a port to browsers"),
                ("culvert pipe tcp-listen:9001 ws://127.0.0.1:9007/", "a WebSocket to programs without one"),
                ("culvert pipe --framing line ws-listen:9001 exec:cat", "a program for each client, by lines"),
                ("culvert pipe stdio exec:sort < names.txt", "a program's input and output"),
                ("echo hi | culvert pipe --framing line stdio ws://127.0.0.1:9007/", "lines as messages, and back"),
                ("culvert pipe -v ws-listen:9001 ws://127.0.0.1:9007/", "a gateway that shows the frames"),
                ("culvert pipe --one tcp-listen:9001 stdio > received", "take one connection into a file"),
            ],
            ExitCodes =
            [
                (ExitCode.Done, "both ends ended properly"),
                (ExitCode.Failed, "an end said that it failed: a close code, an exit code, a broken rule"),
                (ExitCode.Usage, "the command line is wrong"),
                (ExitCode.CannotConnect, "an end cannot be reached, trusted or listened at"),
                (ExitCode.Refused, "a server or proxy says no (401, 403, 404, 407)"),
                (ExitCode.Broken, "a connection broke before its end"),
                (ExitCode.Interrupted, "Ctrl-C (143 after SIGTERM)"),
            ],
        };
        var pipe = new PipeCommand(terminal, server, command);
        command.SetAction(pipe.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var linger = result.GetValue(_linger);
        if (linger is < 1 or > MaxLingerSeconds)
        {
            throw new UsageException($"--linger: write 1 to {MaxLingerSeconds} seconds");
        }

        var chunk = result.GetValue(_chunk);
        if (chunk is < MinChunkBytes or > MaxChunkBytes)
        {
            throw new UsageException($"--chunk: write {MinChunkBytes} to {MaxChunkBytes} bytes");
        }

        var redirects = result.GetValue(_redirects);
        if (redirects is < 0 or > MostRedirects)
        {
            throw new UsageException($"--max-redirects: write 0 to {MostRedirects}");
        }

        var call = new PipeCall
        {
            First = result.GetRequiredValue(_first),
            Second = result.GetRequiredValue(_second),
            Framing = result.GetRequiredValue(_framing),
            Text = result.GetValue(_text),
            ChunkBytes = chunk,
            SplitsLargeFrames = result.GetValue(_split),
            AbortsOnClientLoss = result.GetValue(_abort),
            ClosesOnEof = result.GetValue(_closesOnEof),
            MaxRedirects = redirects,
            Once = result.GetValue(_once),
            Subprotocols = result.GetValue(_subprotocols) ?? [],
            Headers = result.GetValue(_headers) ?? [],
            Origin = result.GetValue(_origin),
            AllowedOrigins = result.GetValue(_allowedOrigins) ?? [],
            Proxy = result.GetValue(_proxy),
            AuthorityFile = Full(result.GetValue(_authorities)),
            DangerousAcceptAnyCertificate = result.GetValue(_anyCertificate),
            Linger = linger is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            HalfClose = result.GetValue(_halfClose),
            ShowsFrames = result.GetValue(_verbose),
        };
        return _server.PipeAsync(call, _terminal, cancellationToken);
    }

    private string? Full(string? file) => file is null ? null : Path.GetFullPath(file, _terminal.WorkingDirectory);
}
