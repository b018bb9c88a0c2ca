namespace Culvert.Server.Pipes.Gateways;

/// <summary>
/// The targets of a route: the one with the fewest sessions is next, and one that failed is left alone for a while.
/// Safe for concurrent use.
/// </summary>
/// <remarks>
/// Health is passive: it is learnt from the clients' own attempts. A route with a single target tries it always, so
/// that a back end is used again from the first moment after its restart.
/// </remarks>
internal sealed class BackEnds(IReadOnlyList<IPipeTarget> targets, TimeProvider time)
{
    /// <summary>How long one that failed is left alone: short, because a restart is the usual cause.</summary>
    public static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);

    private readonly BackEnd[] _all = [.. targets.Select(target => new BackEnd(target))];
    private readonly Lock _gate = new();
    private int _turn;

    /// <summary>
    /// The next to try, which has to be let go with <see cref="Leave"/>; null when none is left.
    /// </summary>
    /// <param name="tried">Those that this client has tried already.</param>
    public BackEnd? Enter(IReadOnlyCollection<BackEnd> tried)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            BackEnd? best = null;
            _turn++;
            for (var i = 0; i < _all.Length; i++)
            {
                // Among equals each has its turn.
                var one = _all[(i + _turn) % _all.Length];
                var isUp = _all.Length == 1 || one.DownUntil <= now;
                if (isUp && !tried.Contains(one) && (best is null || one.Open < best.Open))
                {
                    best = one;
                }
            }

            if (best is not null)
            {
                best.Open++;
            }

            return best;
        }
    }

    /// <summary>The session, or the attempt, is over.</summary>
    public void Leave(BackEnd backEnd)
    {
        lock (_gate)
        {
            backEnd.Open--;
        }
    }

    /// <summary>What an attempt showed.</summary>
    public void Report(BackEnd backEnd, bool isUp)
    {
        lock (_gate)
        {
            var downTime = (long)(DownTime.TotalSeconds * time.TimestampFrequency);
            backEnd.DownUntil = isUp ? 0 : time.GetTimestamp() + downTime;
        }
    }
}
