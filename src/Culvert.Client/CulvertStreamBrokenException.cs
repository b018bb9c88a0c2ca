namespace Culvert.Client;

/// <summary>
/// A stream was cut or fell silent, and was not to be taken up again (<see cref="FollowOptions.Reconnect"/>).
/// </summary>
public sealed class CulvertStreamBrokenException : CulvertException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="why">What happened, in a few words.</param>
    /// <param name="cursor">Where to take the stream up again; null when nothing with a cursor came.</param>
    /// <param name="wasSilent">True when the connection stood and nothing came.</param>
    /// <param name="innerException">The failure beneath; null for none.</param>
    public CulvertStreamBrokenException(
        string why, string? cursor, bool wasSilent = false, Exception? innerException = null)
        : base($"the stream broke: {why}", innerException)
    {
        Why = why;
        Cursor = cursor;
        WasSilent = wasSilent;
    }

    /// <summary>What happened, in a few words: <c>the connection was cut</c>, <c>no byte for 45 s</c>.</summary>
    public string Why { get; }

    /// <summary>
    /// True when nothing came for <see cref="FollowOptions.IdleTimeout"/>; false when the connection was cut.
    /// </summary>
    public bool WasSilent { get; }

    /// <summary>The cursor after the last item; pass it as <c>since</c> to go on. Null when there is none.</summary>
    public string? Cursor { get; }
}
