using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A request that was checked. Immutable.</summary>
internal sealed record PipePlan
{
    private static readonly Dictionary<string, Framing> Framings = new()
    {
        ["raw"] = Framing.Raw,
        ["line"] = Framing.Line,
        ["split-line"] = Framing.SplitLine,
        ["json-line"] = Framing.JsonLine,
        ["base64-line"] = Framing.Base64Line,
        ["length"] = Framing.Length,
        ["typed-length"] = Framing.TypedLength,
    };

    private static readonly TimeSpan LingerAfterInput = TimeSpan.FromSeconds(2);

    /// <summary>The handshake's own; whoever sets them breaks it.</summary>
    private static readonly string[] OwnHeaders =
    [
        "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions", "Content-Length", "Transfer-Encoding",
    ];

    public required Endpoint First { get; init; }

    public required Endpoint Second { get; init; }

    public required DialRules Rules { get; init; }

    public required RelayRules Relaying { get; init; }

    /// <summary>Origins whose pages may connect besides its own address's; null when no page may.</summary>
    public required IReadOnlyList<string>? AllowedOrigins { get; init; }

    public bool ShowsFrames { get; init; }

    /// <summary>Ends after one session: asked for, or an end of it cannot be had twice.</summary>
    public bool EndsAfterOne { get; init; }

    public bool Listens => First.IsListening || Second.IsListening;

    /// <summary>Checks a request; null, with one line that says what is wrong, when it makes no sense.</summary>
    public static PipePlan? Read(PipeRequest request, out string error)
    {
        var first = EndpointParser.Parse(request.First, out error);
        var second = error.Length > 0 ? null : EndpointParser.Parse(request.Second, out error);
        if (first is null || second is null)
        {
            return null;
        }

        error = Misfit(request, first, second) ?? "";
        var rules = error.Length > 0 ? null : ReadRules(request, out error);
        return rules is null ? null : new PipePlan
        {
            First = first,
            Second = second,
            Rules = rules,
            AllowedOrigins =
                request.HalfClose ? null : [.. request.AllowedOrigins.Select(origin => origin.TrimEnd('/'))],
            ShowsFrames = request.ShowsFrames,
            EndsAfterOne = request.Once || first.Kind == EndpointKind.Stdio || second.Kind == EndpointKind.Stdio,
            Relaying = new RelayRules
            {
                // People and programs think for as long as they like. Pings find a dead WebSocket; a dead byte end
                // shows itself when something is sent to it.
                Idle = TimeSpan.Zero,
                Linger = request.Linger ?? Linger(first, second),
                FirstName = first.Name,
                SecondName = second.Name,
                FirstClosesOnEof = request.ClosesOnEof || ClosesOnEof(first),
                SecondClosesOnEof = request.ClosesOnEof || ClosesOnEof(second),
                FirstAbortsOnLoss = AbortsOnLoss(request, first),
                SecondAbortsOnLoss = AbortsOnLoss(request, second),
                SplitsLargeFrames = request.SplitsLargeFrames,
                ChunkBytes = request.ChunkBytes ?? new RelayRules().ChunkBytes,
                Framing = Framings.GetValueOrDefault(request.Framing),
                Text = request.Text,
                HalfClose = request.HalfClose,
            },
        };
    }

    /// <summary>A server that was called and has ended has no more to say; a caller may wait for the answer.</summary>
    private static bool ClosesOnEof(Endpoint endpoint) => !endpoint.IsListening && endpoint.Kind != EndpointKind.Stdio;

    private static bool AbortsOnLoss(PipeRequest request, Endpoint endpoint) =>
        request.AbortsOnClientLoss && endpoint.Kind == EndpointKind.WebSocketListen;

    private static TimeSpan Linger(Endpoint first, Endpoint second) =>
        (IsWebSocket(first) && second.Kind == EndpointKind.Stdio)
            || (IsWebSocket(second) && first.Kind == EndpointKind.Stdio)
            ? LingerAfterInput
            : new RelayRules().Linger;

    private static bool IsWebSocket(Endpoint endpoint) =>
        endpoint.Kind is EndpointKind.WebSocket or EndpointKind.WebSocketListen;

    private static bool IsMixed(Endpoint[] both) => both.Any(IsWebSocket) && !both.All(IsWebSocket);

    private static string? Misfit(PipeRequest request, Endpoint first, Endpoint second)
    {
        Endpoint[] both = [first, second];
        var dials = both.Any(end => end.Kind == EndpointKind.WebSocket);
        var serves = both.Any(end => end.Kind == EndpointKind.WebSocketListen);
        return true switch
        {
            _ when both.All(end => end.Kind == EndpointKind.Stdio) => "both ends are stdio, and there is only one",
            _ when both.All(end => end.Kind == EndpointKind.UnixListen) && first.Path == second.Path =>
                "both ends are the same socket",
            _ when !Framings.ContainsKey(request.Framing) =>
                $"--framing: '{request.Framing}' is none; write {string.Join(", ", Framings.Keys)}",
            _ when request.Framing != "raw" && both.All(IsWebSocket) => "--framing needs an end of bytes",
            _ when request.Framing != "raw" && !both.Any(IsWebSocket) => "--framing needs a WebSocket",
            _ when request.Text && !IsMixed(both) =>
                "--text needs a WebSocket and an end of bytes",
            _ when request.Text && request.Framing == "typed-length" => "--text: typed-length says it of each message",
            _ when request.ChunkBytes is not null && !IsMixed(both) => "--chunk needs a WebSocket and an end of bytes",
            _ when request.ClosesOnEof && !IsMixed(both) => "--close-on-eof needs a WebSocket and an end of bytes",
            _ when request.AbortsOnClientLoss && !(serves && IsMixed(both)) =>
                "--abort-on-client-loss needs a ws-listen: end and an end of bytes",
            _ when request.SplitsLargeFrames && !both.All(IsWebSocket) => "--split-large-frames needs two WebSockets",
            _ when request.MaxRedirects > 0 && !dials => "--max-redirects needs a ws:// or wss:// end",
            _ when request.HalfClose && !both.Any(IsWebSocket) => "--half-close needs a WebSocket",
            _ when request.HalfClose && request.AllowedOrigins.Count > 0 =>
                "--half-close lets no pages in: browsers cannot; leave out --allow-origin",
            _ when request.Once && !both.Any(end => end.IsListening) => "--one needs an end that listens",
            _ when request.Subprotocols.Count > 0 && !dials && !serves => "--subprotocol needs a WebSocket",
            _ when request.Headers.Count > 0 && !dials => "--header needs a ws:// or wss:// end",
            _ when request.Origin is not null && !dials => "--origin needs a ws:// or wss:// end",
            _ when request.AllowedOrigins.Count > 0 && !serves => "--allow-origin needs a ws-listen: end",
            _ when request.AuthorityFile is not null && !both.Any(end => end.IsSecure) => "--ca needs a wss:// end",
            _ when request.DangerousAcceptAnyCertificate && !both.Any(end => end.IsSecure) =>
                "--dangerous-accept-any-certificate needs a wss:// end",
            _ when request.Proxy is not (null or "none") && !dials && !both.Any(end => end.Kind == EndpointKind.Tcp) =>
                "--proxy needs a ws://, wss:// or tcp: end",
            _ => null,
        };
    }

    private static DialRules? ReadRules(PipeRequest request, out string error)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var authorities = ReadAuthorities(request.AuthorityFile, out error);
        foreach (var header in request.Headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? ("", "") : (header[..colon], header[(colon + 1)..].Trim());
            if (!HttpHead.IsName(name) || !HttpHead.IsValue(value))
            {
                error = $"--header: '{header.Split(':')[0]}' is no header; write \"Name: value\"";
            }
            else if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                error = $"--header: {name} belongs to the handshake and cannot be set";
            }

            headers.Add(new(name, value));
        }

        var subprotocols = request.Subprotocols;
        if (!subprotocols.All(HttpHead.IsName) || subprotocols.Distinct().Count() != subprotocols.Count)
        {
            error = "--subprotocol: write distinct names without spaces and commas";
        }

        if (request.Origin is { } origin && (origin.Length == 0 || !HttpHead.IsValue(origin)))
        {
            error = "--origin: write it as https://HOST";
        }

        var proxies = ReadProxies(request, ref error);
        return error.Length > 0 ? null : new DialRules
        {
            Subprotocols = subprotocols,
            Headers = headers,
            Origin = request.Origin,
            MaxRedirects = request.MaxRedirects,
            Authorities = authorities,
            DangerousAcceptAnyCertificate = request.DangerousAcceptAnyCertificate,
            Proxies = proxies,
        };
    }

    private static X509Certificate2Collection? ReadAuthorities(string? file, out string error)
    {
        error = "";
        if (file is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            error = $"--ca: {exception.Message}";
        }

        if (error.Length == 0 && authorities.Count == 0)
        {
            error = $"--ca: {file} holds no certificate in PEM";
        }

        return authorities;
    }

    private static ProxyRules ReadProxies(PipeRequest request, ref string error)
    {
        if (request.Proxy == "none")
        {
            return new ProxyRules();
        }

        return new ProxyRules
        {
            Always = Proxy("--proxy", request.Proxy, ref error),
            Plain = Proxy("HTTP_PROXY", Variable(request, "http_proxy"), ref error),
            Secure = Proxy("HTTPS_PROXY", Variable(request, "https_proxy"), ref error),
            Exceptions = Variable(request, "no_proxy")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
    }

    private static string? Variable(PipeRequest request, string name) =>
        request.Variable(name) ?? request.Variable(name.ToUpperInvariant());

    private static Uri? Proxy(string from, string? text, ref string error)
    {
        var proxy = text is null ? null : ProxyRules.Parse(text);
        if (text is not null && proxy is null)
        {
            error = $"{from}: write http://[USER:PASSWORD@]HOST:PORT";
        }

        return proxy;
    }
}
