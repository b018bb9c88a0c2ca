using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Connections to end, and how.</summary>
/// <param name="Who">Whose connections; called on the writer loops' threads.</param>
/// <param name="Code">What they are told.</param>
/// <param name="ShortestMilliseconds">The least time after which they are asked to come back.</param>
/// <param name="LongestMilliseconds">
/// The greatest; they are spread between the two, so that they do not come all at once. 0 for no such time.
/// </param>
internal sealed record Farewells(
    Func<Caller, bool> Who, StreamCloseCode Code, int ShortestMilliseconds = 0, int LongestMilliseconds = 0)
{
    private int _count;

    /// <summary>The wait of the next connection: an even spread, the same on every run.</summary>
    public int NextDelay()
    {
        if (LongestMilliseconds == 0)
        {
            return 0;
        }

        // 61.8 %: multiples of the golden section fill the interval evenly, however many there are.
        var fraction = Interlocked.Increment(ref _count) * 0.618_033_988_75 % 1;
        return ShortestMilliseconds + (int)((LongestMilliseconds - ShortestMilliseconds) * fraction);
    }
}
