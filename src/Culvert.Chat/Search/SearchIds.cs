namespace Culvert.Chat.Search;

/// <summary>
/// Ids of messages in the index: they grow with the time, so a time is a range and the newest come first.
/// </summary>
internal static class SearchIds
{
    /// <summary>1 January 2020. What claims to be older counts as that old.</summary>
    private const long Start = 1_577_836_800_000;

    private const int SeqBits = 20;

    /// <summary>
    /// The id of a message, unless another room's message of the same millisecond has it: then the next free one.
    /// </summary>
    public static long Of(long at, long seq) => FirstAt(at) | (seq & ((1L << SeqBits) - 1));

    /// <summary>How far ids grow in a time.</summary>
    public static long Of(long milliseconds) => milliseconds << SeqBits;

    /// <summary>The lowest id that a message of this time or later can have.</summary>
    public static long FirstAt(long at) => Math.Clamp(at - Start, 0, (1L << 42) - 1) << SeqBits;
}
