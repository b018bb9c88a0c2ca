using System.Globalization;

namespace Culvert.Client.Messages;

/// <summary>A message was over a limit; says whose limit, which, and how large the message was.</summary>
public sealed class MessageTooBigException : CulvertException
{
    internal MessageTooBigException(
        CloseSide side, long limitBytes, long actualBytes, string limitName = nameof(MessageLimits.MaxMessageBytes))
        : base(Describe(side, limitBytes, actualBytes, limitName), null)
    {
        Side = side;
        LimitBytes = limitBytes;
        ActualBytes = actualBytes;
    }

    /// <summary>
    /// Whose limit it was: this side's <see cref="MessageLimits.MaxMessageBytes"/> or
    /// <see cref="MessageLimits.MaxPiecedMessageBytes"/>, or one of the other side.
    /// </summary>
    public CloseSide Side { get; }

    /// <summary>The limit in bytes; 0 when it is the other side's, which it does not tell.</summary>
    public long LimitBytes { get; }

    /// <summary>
    /// The size in bytes: what the refused message had announced by then, or, for the other side's limit, the largest
    /// message that was sent. 0 when it is not known.
    /// </summary>
    public long ActualBytes { get; }

    private static string Describe(CloseSide side, long limit, long actual, string name)
    {
        var size = actual > 0 ? string.Create(CultureInfo.InvariantCulture, $" of {actual} bytes") : "";
        return side == CloseSide.Local
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the message{size} is over this side's limit {name} = {limit} bytes")
            : $"a message is over the other side's limit; the largest that was sent to it is one{size}";
    }
}
