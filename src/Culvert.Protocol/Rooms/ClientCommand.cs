namespace Culvert.Protocol.Rooms;

/// <summary>
/// One command of a client as <see cref="CommandParser"/> read it; which members count depends on the op.
/// </summary>
/// <remarks>
/// Valid only as long as the line it was read from: <see cref="Data"/> and <see cref="Batch"/> borrow it.
/// </remarks>
public ref struct ClientCommand
{
    /// <summary>The id, 0 to 2^53 - 1, that the reply repeats; null when the command has none.</summary>
    public long? Id { get; set; }

    /// <summary>What to do.</summary>
    public CommandOp Op { get; set; }

    /// <summary>Name of the room as written, at most 256 characters, not checked further; empty when absent.</summary>
    public string Room { get; set; }

    /// <summary><c>since</c> of <c>sub</c>; <see cref="Since.Now"/> when absent.</summary>
    public Since Since { get; set; }

    /// <summary><c>gap</c> of <c>sub</c>; <see cref="GapPolicy.Oldest"/> when absent.</summary>
    public GapPolicy Gap { get; set; }

    /// <summary>Idempotency key of <c>pub</c>: 1 to 128 printable ASCII characters; null when absent.</summary>
    public string? Key { get; set; }

    /// <summary>Raw JSON of <c>data</c>: valid, but not yet compact; empty when absent.</summary>
    public ReadOnlySpan<byte> Data { get; set; }

    /// <summary>Raw JSON array of <c>batch</c>, to be read with <see cref="PublishBody"/>; empty when absent.</summary>
    public ReadOnlySpan<byte> Batch { get; set; }

    /// <summary><c>ifOffset</c> of <c>pub</c>: commit only if this is the last offset; null for no condition.</summary>
    public long? IfOffset { get; set; }

    /// <summary>Number of the message that is meant; 0 when absent.</summary>
    public long Seq { get; set; }

    /// <summary>
    /// The reaction of <c>react</c>, 1 to 64 bytes of UTF-8 without control characters; empty when absent.
    /// </summary>
    public string Emoji { get; set; }

    /// <summary><c>on</c> of <c>react</c>: false removes the reaction; true when absent.</summary>
    public bool On { get; set; }

    /// <summary><c>why</c> of <c>erase</c>, at most 500 characters; null when absent.</summary>
    public string? Why { get; set; }

    /// <summary><c>token</c> of <c>auth</c>, at most 4096 characters; empty when absent.</summary>
    public string Token { get; set; }

    /// <summary><c>limit</c> of <c>hist</c>: 1 to 500 messages; 50 when absent.</summary>
    public int Limit { get; set; }

    /// <summary><c>hist</c>: the newest messages with a seq below this one; null when absent.</summary>
    public long? Before { get; set; }

    /// <summary><c>hist</c>: the oldest messages with a seq above this one; null when absent.</summary>
    public long? After { get; set; }

    /// <summary><c>hist</c>: half a page on each side of this seq; null when absent.</summary>
    public long? Around { get; set; }

    /// <summary>
    /// <c>hist</c>: from the first message at or after this time, UTC Unix milliseconds; null when absent.
    /// </summary>
    public long? At { get; set; }
}
