using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>Which end of a pipe is which exit code, and in which words.</summary>
public sealed class PipeVerdictTests
{
    [Theory]
    [InlineData(RelayReason.Eof, 1000, 1000, 1000, PipeOutcomeKind.Done, null)]
    [InlineData(RelayReason.HalfClose, 1000, 1001, 1000, PipeOutcomeKind.Done, null)]
    [InlineData(RelayReason.HalfClose, 1000, 4001, 1000, PipeOutcomeKind.Failed, "w closed with 4001 why")]
    [InlineData(RelayReason.HalfClose, 1000, 1006, 1006, PipeOutcomeKind.Broken, "w broke the connection")]
    [InlineData(RelayReason.HalfClose, 1000, 1006, 1000, PipeOutcomeKind.Done, null)]
    [InlineData(RelayReason.Close, 1006, 1005, 1000, PipeOutcomeKind.Done, null)]
    [InlineData(RelayReason.Close, 1000, 1011, 1000, PipeOutcomeKind.Failed, "w closed with 1011 why")]
    [InlineData(
        RelayReason.Disconnect, 1000, 1006, 0, PipeOutcomeKind.Broken, "w ended the connection without a Close")]
    [InlineData(RelayReason.Reset, 1000, 1006, 1000, PipeOutcomeKind.Broken, "w broke the connection")]
    [InlineData(RelayReason.Stalled, 1000, 1006, 1000, PipeOutcomeKind.Broken, "w does not answer any more (stalled)")]
    [InlineData(RelayReason.TooBig, 1000, 1006, 1000, PipeOutcomeKind.Failed, "w ended it: too-big")]
    public async Task The_end_has_a_kind_and_a_line(
        string reason, int first, int second, int toldSecond, PipeOutcomeKind kind, string? message)
    {
        await using var bytes = new LoopLeg(echoes: false);
        await using var carrier = new NamedLeg("w");
        var end = new RelayEnd
        {
            By = "w",
            Reason = reason,
            FirstCode = first,
            FirstReason = "",
            SecondCode = second,
            SecondReason = "why\n",
            ToldFirst = CloseCode.Normal,
            ToldSecond = toldSecond,
            MessagesThere = 0,
            BytesThere = 0,
            MessagesBack = 0,
            BytesBack = 0,
            Duration = TimeSpan.Zero,
        };

        Assert.Equal(new PipeOutcome(kind, message), PipeVerdict.Of(end, bytes, carrier));
    }

    [Theory]
    [InlineData(0, PipeOutcomeKind.CannotConnect)]
    [InlineData(403, PipeOutcomeKind.Refused)]
    [InlineData(407, PipeOutcomeKind.Refused)]
    [InlineData(500, PipeOutcomeKind.CannotConnect)]
    public void A_refusal_differs_from_a_failure(int status, PipeOutcomeKind kind)
    {
        var exception = new EndpointException(EndpointFailure.HandshakeRefused, "no") { Status = status };

        Assert.Equal(new PipeOutcome(kind, "no"), PipeVerdict.Of(exception));
    }
}
