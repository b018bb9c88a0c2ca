namespace Culvert.Client;

/// <summary>
/// A stream was cut or fell silent, and was not to be taken up again (<see cref="FollowOptions.Reconnect"/>).
/// </summary>
public sealed class CulvertStreamBrokenException : CulvertException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="why">What happened, in a few words.</param>
    /// <param name="cursor">Where to take the stream up again; null when nothing with a cursor came.</param>
    /// <param name="innerException">The failure beneath; null when the stream fell silent.</param>
    public CulvertStreamBrokenException(string why, string? cursor, Exception? innerException = null)
        : base($"the stream broke: {why}", innerException)
    {
        Why = why;
        Cursor = cursor;
    }

    /// <summary>What happened, in a few words: <c>the connection was cut</c>, <c>no byte for 45 s</c>.</summary>
    public string Why { get; }

    /// <summary>The cursor after the last item; pass it as <c>since</c> to go on. Null when there is none.</summary>
    public string? Cursor { get; }
}
