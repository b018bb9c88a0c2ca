namespace Culvert.Client.Tunnels;

/// <summary>A tunnel could not do what it was asked to; says at which step, and what the server answered.</summary>
public sealed class TunnelException : CulvertException
{
    /// <summary><see cref="Code"/> where the connection to the server broke meanwhile.</summary>
    public const string CarrierLost = "carrier_lost";

    /// <summary><see cref="Code"/> where there was no connection to the server for too long.</summary>
    public const string NotConnected = "not_connected";

    /// <summary><see cref="Code"/> where the server did not answer in time.</summary>
    public const string NoAnswer = "no_answer";

    /// <summary><see cref="Code"/> where the session was disposed of.</summary>
    public const string Closed = "closed";

    /// <summary><see cref="Code"/> of an answer that has none.</summary>
    public const string Refused = "refused";

    /// <summary>Makes the exception.</summary>
    /// <param name="stage">The step that failed.</param>
    /// <param name="code">The word for programs; see <see cref="Code"/>.</param>
    /// <param name="message">What happened, for people.</param>
    /// <param name="innerException">The failure beneath; null for an answer.</param>
    public TunnelException(TunnelStage stage, string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Stage = stage;
        Code = code;
    }

    /// <summary>The step that failed.</summary>
    public TunnelStage Stage { get; }

    /// <summary>
    /// The stable word that programs compare: one of the catalogue in docs/protocol.md, such as <c>name_absent</c> or
    /// <c>target_not_allowed</c>, or one of the constants of this class. A newer server may use other words.
    /// </summary>
    public string Code { get; }

    /// <summary>The HTTP status of the server's answer, 300 to 599; 0 when there was none.</summary>
    public int Status { get; init; }

    /// <summary>How long the server asks to wait before the next attempt; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same may succeed later without a change.</summary>
    public bool MayPass { get; init; }
}
