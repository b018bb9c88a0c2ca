namespace Culvert.Server.Pipes.Relaying;

/// <summary>Chooses how one leg is passed on to another.</summary>
internal static class Directions
{
    /// <exception cref="ArgumentException">Nothing here turns the one into the other.</exception>
    public static Direction Make(Relay relay, Leg from, Leg to, bool fromFirst) => (from.Kind, to.Kind) switch
    {
        (LegKind.Bytes, LegKind.Bytes) => new ByteDirection(relay, from, to, fromFirst),
        (LegKind.WebSocketServer, LegKind.WebSocketClient) or (LegKind.WebSocketClient, LegKind.WebSocketServer) =>
            new FrameDirection(relay, from, to, fromFirst, Expect(from, relay.Options)),
        _ => throw new ArgumentException($"No way from {from.Kind} to {to.Kind}."),
    };

    private static FrameExpectation Expect(Leg from, RelayOptions options)
    {
        var isDeflate = options.Extensions is { } extensions
            && extensions.AsSpan().TrimStart().StartsWith("permessage-deflate", StringComparison.OrdinalIgnoreCase);
        return new FrameExpectation
        {
            Masked = from.Kind == LegKind.WebSocketServer,
            MaxFrameBytes = options.MaxFrameBytes,
            MaxMessageBytes = options.MaxMessageBytes,
            AllowsCompressed = isDeflate,
            AllowsReserved = options.Extensions is not null && !isDeflate,
        };
    }
}
