namespace Culvert.Protocol.Rooms;

/// <summary>Reads replies to commands, on the client's side. Thread-safe; never throws for bad input.</summary>
public static class ReplyReader
{
    /// <summary>Reads a reply; false when the line is not a JSON object with the member <c>re</c>.</summary>
    /// <param name="line">UTF-8 without line break; copied.</param>
    /// <param name="reply">The reply, null on failure.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, out CommandReply? reply)
    {
        reply = null;
        return false;
    }
}
