using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Following;

/// <summary>
/// What the lines of a stream mean, and where it goes on after a break. Lives as long as its follower.
/// </summary>
internal interface IStreamReading<T>
    where T : class
{
    /// <summary>Where the stream goes on; null for where it began.</summary>
    string? Cursor { get; }

    /// <summary>True when a proper end without a <c>bye</c> means that there is no more.</summary>
    bool EndIsFinal { get; }

    /// <summary>What is wrong with a line whose verdict is <see cref="LineVerdict.Bad"/>.</summary>
    string WhyBad { get; }

    /// <summary>The last <c>bye</c>; set when the verdict is <see cref="LineVerdict.Bye"/>.</summary>
    RoomEvent? Bye { get; }

    /// <summary>The address for the next attempt, the cursor included where the address carries it.</summary>
    Uri Address { get; }

    /// <summary>A connection is open.</summary>
    void Opened(HttpResponseMessage answer);

    /// <summary>A connection is over, and everything it brought was read.</summary>
    /// <param name="lastEventId">What the event stream is resumed by, empty for nothing; null for lines.</param>
    void Closed(string? lastEventId);

    /// <summary>Reads one line.</summary>
    /// <param name="line">The line; valid until the call returns.</param>
    /// <param name="source">The event whose data the line is; null for NDJSON.</param>
    /// <param name="item">What to deliver.</param>
    LineVerdict Read(ReadOnlySpan<byte> line, ServerSentEvent? source, out T? item);
}
