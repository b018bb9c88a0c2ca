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

        var isBroken = first.EndedAbnormally || second.EndedAbnormally;
        switch (end.Reason)
        {
            case RelayReason.Close:
                return OfClose(end, second);
            case RelayReason.Eof or RelayReason.HalfClose when !isBroken:
                return new PipeOutcome(PipeOutcomeKind.Done, null);
            case RelayReason.Eof or RelayReason.HalfClose:
                var name = first.EndedAbnormally ? first.Name : second.Name;
                return new PipeOutcome(PipeOutcomeKind.Broken, $"{name} broke the connection");
            case RelayReason.Disconnect:
                return new PipeOutcome(PipeOutcomeKind.Broken, $"{end.By} ended the connection without a Close");
            case RelayReason.Reset:
                return new PipeOutcome(PipeOutcomeKind.Broken, $"{end.By} broke the connection");
            case RelayReason.PingTimeout or RelayReason.Stalled or RelayReason.CloseTimeout:
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

    private static PipeOutcome OfClose(RelayEnd end, Leg second)
    {
        var (code, reason) = end.By == second.Name
            ? (end.SecondCode, end.SecondReason)
            : (end.FirstCode, end.FirstReason);
        if (code is CloseCode.Normal or CloseCode.GoingAway or CloseCode.NoStatus)
        {
            return new PipeOutcome(PipeOutcomeKind.Done, null);
        }

        var shown = string.Concat(reason.Where(character => !char.IsControl(character)));
        return new PipeOutcome(
            PipeOutcomeKind.Failed,
            string.Create(CultureInfo.InvariantCulture, $"{end.By} closed with {code} {shown}").TrimEnd());
    }
}
