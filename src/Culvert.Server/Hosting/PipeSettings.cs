using System.Buffers;
using System.Net;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Gateways;

namespace Culvert.Server.Hosting;

/// <summary>Reads the options of pipes.</summary>
internal static class PipeSettings
{
    private const string Allowed = "ws://HOST/PATH or wss://HOST/PATH; or tcp:HOST:PORT, unix:PATH, exec:COMMAND or "
        + "discard:; or echo: alone";

    private static readonly SearchValues<char> NotInPaths = SearchValues.Create(" ?#{}*");

    public static PipeOptions Read(SettingReader reader)
    {
        var standard = new PipeOptions();
        var maxMessageBytes = (int)reader.Bytes("pipe:maxMessageBytes", standard.MaxMessageBytes, 1, 1 << 30);
        var routes = new Dictionary<string, PipeRouteOptions>();
        foreach (var path in reader.Names("pipes"))
        {
            if (path is not ['/', _, ..] || path.AsSpan().ContainsAny(NotInPaths))
            {
                throw reader.Bad("pipes", path, "paths such as /echo, without spaces, ?, #, braces or *");
            }

            routes[path] = ReadRoute(reader, $"pipes:{path}", maxMessageBytes);
        }

        return new PipeOptions { Pipes = routes, MaxMessageBytes = maxMessageBytes };
    }

    private static PipeRouteOptions ReadRoute(SettingReader reader, string key, int maxMessageBytes)
    {
        var standard = new PipeRouteOptions();
        var (none, second, hour, month) =
            (TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromDays(30));
        var targets = ReadTargets(reader, key);
        var mode = reader.Choice($"{key}:mode", standard.Mode);
        RefuseMisfits(reader, key, targets, mode);
        return new PipeRouteOptions
        {
            Targets = targets,
            Mode = mode,
            Compress = reader.Choice($"{key}:compress", standard.Compress),
            Types = reader.Choice($"{key}:types", standard.Types),
            Framing = reader.Choice($"{key}:framing", standard.Framing),
            Text = reader.Flag($"{key}:text", standard.Text),
            ChunkBytes = (int)reader.Bytes($"{key}:chunkBytes", standard.ChunkBytes, 1 << 10, 1 << 16),
            AbortOnClientLoss = reader.Flag($"{key}:abortOnClientLoss", standard.AbortOnClientLoss),
            SplitLargeFrames = reader.Flag($"{key}:splitLargeFrames", standard.SplitLargeFrames),
            MaxRedirects = reader.Int32($"{key}:maxRedirects", standard.MaxRedirects, 0, 10),
            PassRedirects = reader.Flag($"{key}:passRedirects", standard.PassRedirects),
            Subprotocols = reader.List(
                $"{key}:subprotocols",
                standard.Subprotocols,
                "names of subprotocols, without spaces",
                HttpHead.IsName),
            AcceptFirst = reader.Flag($"{key}:acceptFirst", standard.AcceptFirst),
            HalfClose = reader.Flag($"{key}:halfClose", standard.HalfClose),
            MaxMessageBytes = (int)reader.Bytes($"{key}:maxMessageBytes", maxMessageBytes, 1, 1 << 30),
            MaxFrameBytes = (int)reader.Bytes($"{key}:maxFrameBytes", standard.MaxFrameBytes, 1, 1 << 30),
            MaxMessagesPerSecond = reader.Int32(
                $"{key}:maxMessagesPerSecond", standard.MaxMessagesPerSecond, 0, 1_000_000),
            MaxSessions = reader.Int32($"{key}:maxSessions", standard.MaxSessions, 1, 1_000_000),
            MaxLifetime = reader.Time($"{key}:maxLifetime", standard.MaxLifetime, none, month),
            Idle = reader.Time($"{key}:idle", standard.Idle, none, month),
            PingInterval = reader.Time($"{key}:pingInterval", standard.PingInterval, none, hour),
            PongTimeout = reader.Time($"{key}:pongTimeout", standard.PongTimeout, second, hour),
            StallTimeout = reader.Time($"{key}:stallTimeout", standard.StallTimeout, second, hour),
            StallClose = reader.Choice($"{key}:stallClose", standard.StallClose),
            ConnectTimeout = reader.Time($"{key}:connectTimeout", standard.ConnectTimeout, second, hour),
            Accounts = reader.Flag($"{key}:accounts", standard.Accounts),
            Origins = reader.List(
                $"{key}:origins", standard.Origins, "origins such as https://app.example", ServerSettings.IsOrigin),
            PassCredentials = reader.Flag($"{key}:passCredentials", standard.PassCredentials),
            SetHeaders = reader.List(
                $"{key}:setHeaders", standard.SetHeaders, "headers such as X-Tenant: 7", IsHeader),
            AllowNetworks = reader.List(
                $"{key}:allowNetworks",
                standard.AllowNetworks,
                "networks such as 10.0.0.0/8",
                text => IPNetwork.TryParse(text, out _)),
        };
    }

    private static IReadOnlyList<string> ReadTargets(SettingReader reader, string key)
    {
        // The short form is the target alone; it may hold commas, so it is no list.
        IReadOnlyList<string> targets = reader.Text(key) is { } alone
            ? [alone]
            : reader.List($"{key}:targets", [], Allowed, _ => true);
        if (targets.Count == 0)
        {
            throw reader.Bad($"{key}:targets", "", Allowed);
        }

        foreach (var target in targets)
        {
            var isKnown = targets is ["echo:"]
                || (EndpointParser.Parse(target, out _) is { } end && GatewayRoute.CanDial(end.Kind)
                    && IsWebSocket(target) == IsWebSocket(targets[0]));
            if (!isKnown)
            {
                throw reader.Bad(reader.Text(key) is null ? $"{key}:targets" : key, target, Allowed);
            }
        }

        return targets;
    }

    /// <summary>An option that would do nothing is a mistake of whoever wrote it.</summary>
    private static void RefuseMisfits(
        SettingReader reader, string key, IReadOnlyList<string> targets, PipeMode mode)
    {
        var isEcho = targets is ["echo:"];
        var isBytes = !IsWebSocket(targets[0]);
        foreach (var name in reader.Names(key))
        {
            var use = name.ToLowerInvariant() switch
            {
                "targets" => null,
                _ when isEcho => "echo: without options",
                "mode" or "setheaders" or "passcredentials" or "splitlargeframes" or "maxredirects" or "passredirects"
                    when isBytes => "it with targets that are WebSockets only",
                "framing" or "text" or "chunkbytes" or "abortonclientloss" when !isBytes =>
                    "it with targets that are no WebSockets only",
                "text" when reader.Text($"{key}:framing") == "typedLength" => "it with other framings only",
                "splitlargeframes" when mode != PipeMode.Frames => "it with mode frames only",
                "passredirects" when reader.Flag($"{key}:acceptFirst", false) => "it without acceptFirst only",
                "compress" or "types" when isBytes || mode != PipeMode.Messages => "it with mode messages only",
                "halfclose" when mode == PipeMode.Transparent => "it with modes frames and messages only",
                "halfclose" when reader.Names($"{key}:origins").Count > 0 => "it without origins only",
                _ => null,
            };
            if (use is not null)
            {
                throw reader.Bad($"{key}:{name}", reader.Text($"{key}:{name}") ?? "", use);
            }
        }
    }

    private static bool IsWebSocket(string target) =>
        EndpointParser.Parse(target, out _)?.Kind == EndpointKind.WebSocket;

    private static bool IsHeader(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && HttpHead.IsName(text[..colon].Trim()) && HttpHead.IsValue(text[(colon + 1)..]);
    }
}
