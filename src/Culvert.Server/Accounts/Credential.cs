using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>A valid session or token as the cache keeps it. Shared between threads.</summary>
internal sealed class Credential
{
    private int _isRefreshing;

    /// <summary>What requests get.</summary>
    public required CallerFeature Feature { get; init; }

    public required Caller Caller { get; init; }

    public required bool IsSession { get; init; }

    /// <summary>UTC Unix milliseconds from which on the next use asks the store again.</summary>
    public required long RefreshAt { get; init; }

    /// <summary>True for the one request that has to ask; the others go on with what is known.</summary>
    public bool TryBeginRefresh() => Interlocked.Exchange(ref _isRefreshing, 1) == 0;

    /// <summary>Lets another request try: this one could not.</summary>
    public void AbandonRefresh() => Volatile.Write(ref _isRefreshing, 0);
}
