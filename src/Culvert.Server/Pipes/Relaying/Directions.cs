namespace Culvert.Server.Pipes.Relaying;

/// <summary>Chooses how one leg is passed on to another.</summary>
internal static class Directions
{
    public static Direction Make(Relay relay, Leg from, Leg to, bool fromFirst)
    {
        var rules = relay.Rules;
        return (from.Kind, to.Kind) switch
        {
            (LegKind.Bytes, LegKind.Bytes) => new ByteDirection(relay, from, to, fromFirst),
            (LegKind.Bytes, _) => new BytesToMessages(relay, from, to, fromFirst),
            (_, LegKind.Bytes) => new MessagesToBytes(
                relay, from, to, fromFirst, Expect(from, rules, deflates: false, opens: true)),
            _ when rules.OpensMessages => new MessagesToMessages(
                relay,
                from,
                to,
                fromFirst,
                Expect(from, rules, fromFirst ? rules.FirstDeflates : rules.SecondDeflates, opens: true)),
            _ => MakeFrames(relay, from, to, fromFirst),
        };
    }

    private static FrameDirection MakeFrames(Relay relay, Leg from, Leg to, bool fromFirst)
    {
        var rules = relay.Rules;
        var splits = rules.SplitsLargeFrames && rules.Extensions is null;
        var expectation = Expect(from, rules, IsDeflate(rules), opens: splits || from.Kind == to.Kind);
        return new FrameDirection(relay, from, to, fromFirst, expectation, splits);
    }

    private static FrameExpectation Expect(Leg from, RelayRules rules, bool deflates, bool opens) => new()
    {
        Masked = from.Kind == LegKind.WebSocketServer,
        MaxFrameBytes = rules.MaxFrameBytes,

        // What does not compress gets longer by deflate's fixed codes, up to nine bits for a byte.
        MaxMessageBytes = rules.MaxMessageBytes + (deflates ? (rules.MaxMessageBytes / 8) + 64 : 0),
        AllowsCompressed = deflates,
        AllowsReserved = rules.Extensions is not null && !deflates,
        OpensFrames = opens,
    };

    private static bool IsDeflate(RelayRules rules) => rules.Extensions is { } extensions
        && extensions.AsSpan().TrimStart().StartsWith("permessage-deflate", StringComparison.OrdinalIgnoreCase);
}
