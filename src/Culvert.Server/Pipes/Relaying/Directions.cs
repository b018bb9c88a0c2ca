namespace Culvert.Server.Pipes.Relaying;

/// <summary>Chooses how one leg is passed on to another.</summary>
internal static class Directions
{
    public static Direction Make(Relay relay, Leg from, Leg to, bool fromFirst) => (from.Kind, to.Kind) switch
    {
        (LegKind.Bytes, LegKind.Bytes) => new ByteDirection(relay, from, to, fromFirst),
        (LegKind.Bytes, _) => new BytesToMessages(relay, from, to, fromFirst),
        (_, LegKind.Bytes) => new MessagesToBytes(
            relay, from, to, fromFirst, Expect(from, relay.Rules) with { OpensFrames = true }),
        _ when from.Kind != to.Kind => new FrameDirection(relay, from, to, fromFirst, Expect(from, relay.Rules)),
        _ => new MaskDirection(relay, from, to, fromFirst, Expect(from, relay.Rules) with { OpensFrames = true }),
    };

    private static FrameExpectation Expect(Leg from, RelayRules rules)
    {
        var isDeflate = rules.Extensions is { } extensions
            && extensions.AsSpan().TrimStart().StartsWith("permessage-deflate", StringComparison.OrdinalIgnoreCase);
        return new FrameExpectation
        {
            Masked = from.Kind == LegKind.WebSocketServer,
            MaxFrameBytes = rules.MaxFrameBytes,

            // What does not compress gets longer by deflate's fixed codes, up to nine bits for a byte.
            MaxMessageBytes = rules.MaxMessageBytes + (isDeflate ? (rules.MaxMessageBytes / 8) + 64 : 0),
            AllowsCompressed = isDeflate,
            AllowsReserved = rules.Extensions is not null && !isDeflate,
        };
    }
}
