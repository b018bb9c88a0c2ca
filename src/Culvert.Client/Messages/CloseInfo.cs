using System.Globalization;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>How a connection ended. Immutable.</summary>
/// <param name="Code">
/// The close code: the one that was sent or received, 1005 for a Close without one, 1006 when no Close came.
/// </param>
/// <param name="Reason">In the words of whoever closed; may be empty. Of the peer's making: do not trust it.</param>
/// <param name="By">Who ended it.</param>
/// <param name="IsClean">Whether Close frames went both ways (RFC 6455 §7.1.4).</param>
/// <param name="Cause">
/// What lies beneath, when there is more to say: a broken transport, a <see cref="TimeoutException"/> of the keepalive,
/// a <see cref="MessageTooBigException"/>; otherwise null.
/// </param>
public sealed record CloseInfo(int Code, string Reason, CloseSide By, bool IsClean, Exception? Cause = null)
{
    /// <summary>Whether this is an ordinary end: 1000, 1001 or a Close without a code.</summary>
    public bool IsOk => Code is CloseCode.Normal or CloseCode.GoingAway or CloseCode.NoStatus;

    internal string Describe()
    {
        var who = By switch
        {
            CloseSide.Local => "this side",
            CloseSide.Remote => "the other side",
            _ => "a gateway between",
        };
        var reason = Reason.Length > 0 ? $": {Reason}" : "";
        var cause = Cause is null || Cause.Message == Reason ? "" : $" ({Cause.Message})";
        return Code == CloseCode.Abnormal
            ? $"the connection broke off without a Close{reason}{cause}"
            : string.Create(CultureInfo.InvariantCulture, $"{who} closed with {Code}{reason}{cause}");
    }

    internal ConnectionClosedException ToException() =>
        IsOk ? new ConnectionClosedOkException(this) : new ConnectionClosedErrorException(this);
}
