using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Connections to end, and how.</summary>
/// <param name="Who">Whose connections; called on the writer loops' threads.</param>
/// <param name="Code">What they are told.</param>
/// <param name="SpreadMilliseconds">
/// They are asked to come back after a time between half of this and all of it, so that they do not come all at once.
/// </param>
internal sealed record Farewells(Func<Caller, bool> Who, StreamCloseCode Code, int SpreadMilliseconds)
{
    private int _count;

    /// <summary>The wait of the next connection: an even spread, the same on every run.</summary>
    public int NextDelay()
    {
        if (SpreadMilliseconds == 0)
        {
            return 0;
        }

        // 61.8 %: multiples of the golden section fill the interval evenly, however many there are.
        var fraction = Interlocked.Increment(ref _count) * 0.618_033_988_75 % 1;
        return (int)(SpreadMilliseconds * (0.5 + (fraction / 2)));
    }
}
