using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>How a connection is ended from this side.</summary>
/// <param name="Code">Why, for the log; null when the peer asked for the end.</param>
/// <param name="Farewell">The last bytes to send, in the form of the connection.</param>
internal sealed record Goodbye(StreamCloseCode? Code, byte[] Farewell)
{
    public static Goodbye Of(Face face, StreamCloseCode code, int afterMilliseconds = 0) =>
        new(code, FaceWriter.Farewell(face, code, afterMilliseconds));
}
