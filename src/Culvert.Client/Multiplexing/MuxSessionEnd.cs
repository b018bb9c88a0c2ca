using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <summary>How a session ended. Immutable.</summary>
/// <param name="Kind">In one word.</param>
/// <param name="Why">In a few, for the log.</param>
/// <param name="Violation">With <see cref="MuxSessionEndKind.ProtocolError"/>: which.</param>
/// <param name="Error">What was caught, if anything.</param>
internal sealed record MuxSessionEnd(
    MuxSessionEndKind Kind, string Why, MuxViolation Violation = MuxViolation.None, Exception? Error = null)
{
    /// <summary>What the peer is told; null where it cannot be told any more.</summary>
    public GoAwayCode? Code => Kind switch
    {
        MuxSessionEndKind.CarrierLost => null,
        MuxSessionEndKind.ProtocolError => GoAwayCode.ProtocolError,
        MuxSessionEndKind.Faulted => GoAwayCode.InternalError,
        _ => GoAwayCode.Normal,
    };

    public static MuxSessionEnd Lost(string why, Exception? error = null) =>
        new(MuxSessionEndKind.CarrierLost, why, Error: error);
}
