namespace Culvert.Server.Streams;

/// <summary>
/// Thrown by a source to end its stream in order after a failure that the client may know of: the client gets
/// <c>{"type":"error","reason":…}</c> (SSE: <c>event: error</c>) and a proper end. Any other exception cuts the
/// stream off, so that nobody takes it for complete, and its text stays in the log.
/// </summary>
/// <param name="reason">Sent to the client as it is.</param>
public sealed class StreamErrorException(string reason) : Exception(reason);
