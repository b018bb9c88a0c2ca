using System.Globalization;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Says how a pipe ended, in a word for the exit code and a line for people.</summary>
internal static class PipeVerdict
{
    /// <summary>Of an end that could not be opened.</summary>
    public static PipeOutcome Of(EndpointException exception) => new(
        exception.Status is 401 or 403 or 404 or 407 ? PipeOutcomeKind.Refused : PipeOutcomeKind.CannotConnect,
        exception.Message);

    /// <summary>Of a session.</summary>
    public static PipeOutcome Of(RelayEnd end, Leg first, Leg second)
    {
        var failed = new[] { first, second }.FirstOrDefault(leg => leg is { EndedAbnormally: true, EndNote: not null });
        if (failed is not null)
        {
            return new PipeOutcome(PipeOutcomeKind.Failed, $"{failed.Name} ended with {failed.EndNote}");
        }

        if (end.CloseTimedOut)
        {
            var silent = end.By == first.Name ? second.Name : first.Name;
            return new PipeOutcome(PipeOutcomeKind.Broken, $"{silent} does not answer any more (close-timeout)");
        }

        switch (end.Reason)
        {
            case RelayReason.Close or RelayReason.Eof or RelayReason.HalfClose:
                var ofFirst = OfLeg(first, end.FirstCode, end.FirstReason, end.ToldFirst, end);
                var ofSecond = OfLeg(second, end.SecondCode, end.SecondReason, end.ToldSecond, end);
                return (end.By == second.Name ? ofSecond ?? ofFirst : ofFirst ?? ofSecond)
                    ?? new PipeOutcome(PipeOutcomeKind.Done, null);
            case RelayReason.Disconnect:
                return new PipeOutcome(PipeOutcomeKind.Broken, $"{end.By} ended the connection without a Close");
            case RelayReason.Reset:
                return new PipeOutcome(PipeOutcomeKind.Broken, $"{end.By} broke the connection");
            case RelayReason.PingTimeout or RelayReason.Stalled:
                return new PipeOutcome(PipeOutcomeKind.Broken, $"{end.By} does not answer any more ({end.Reason})");
            default:
                return new PipeOutcome(PipeOutcomeKind.Failed, $"{end.By} ended it: {end.Reason}");
        }
    }

    /// <summary>One line about a session.</summary>
    public static string Summary(RelayEnd end) => string.Create(
        CultureInfo.InvariantCulture,
        $"{end.By} ended it: {end.Reason}; > {end.MessagesThere} messages, {end.BytesThere} bytes; "
            + $"< {end.MessagesBack} messages, {end.BytesBack} bytes; {end.Duration.TotalSeconds:0.0} s");

    /// <summary>What speaks against a proper end; null for nothing.</summary>
    private static PipeOutcome? OfLeg(Leg leg, int code, string reason, int told, RelayEnd end)
    {
        switch (code)
        {
            case CloseCode.Normal or CloseCode.GoingAway or CloseCode.NoStatus:
                return null;
            case CloseCode.Abnormal:
                // After a Close nobody needs to say more, and who was sent one need not have answered in time.
                var isCut = leg.Kind != LegKind.Bytes && told != CloseCode.Normal;
                return end.Reason != RelayReason.Close && (leg.EndedAbnormally || isCut)
                    ? new PipeOutcome(PipeOutcomeKind.Broken, $"{leg.Name} broke the connection")
                    : null;
            default:
                var shown = string.Concat(reason.Where(character => !char.IsControl(character)));
                return new PipeOutcome(
                    PipeOutcomeKind.Failed,
                    string.Create(CultureInfo.InvariantCulture, $"{leg.Name} closed with {code} {shown}").TrimEnd());
        }
    }
}
