using System.Collections.Frozen;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>The tickets of a server that is alone: in memory only.</summary>
internal sealed class TicketOffice : ITickets, IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly int _maxTickets;
    private readonly int _maxPerUser;
    private readonly Lock _lock = new();
    private readonly Dictionary<CredentialHash, Entry> _entries = [];
    private readonly Dictionary<long, int> _countByUser = [];

    // All tickets live equally long, so the oldest ends first. Used ones stay here until their time is up.
    private readonly Queue<(CredentialHash Hash, long IssuedAt)> _byAge = [];
    private readonly IDisposable _subscription;

    public TicketOffice(AccountOptions options, TimeProvider time, Revocations revocations)
    {
        _time = time;
        _lifetime = options.TicketLifetime;
        _maxTickets = options.Tickets;
        _maxPerUser = options.TicketsPerUser;
        _subscription = revocations.Subscribe(Forget);
    }

    public ValueTask<Ticket?> IssueAsync(
        Caller caller, FrozenSet<string>? rooms, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Issue(caller, rooms));

    public ValueTask<CallerFeature?> RedeemAsync(string secret, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Redeem(secret));

    /// <summary>
    /// Makes a ticket that lets its bearer act once as the caller, in <paramref name="rooms"/> only (name keys; null
    /// for the caller's own). Null when too many are unused.
    /// </summary>
    public Ticket? Issue(Caller caller, FrozenSet<string>? rooms)
    {
        var secret = Secrets.New();
        var hash = CredentialHash.Of(secret);
        var feature = new CallerFeature(caller with { Rooms = rooms ?? caller.Rooms, ByCookie = false });
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            RemoveExpired(now);
            var count = _countByUser.GetValueOrDefault(caller.UserId);

            // The queue is what is bounded: who uses tickets at once may not have more of them in it.
            if (_byAge.Count >= _maxTickets || (count >= _maxPerUser && !caller.IsUnlimited))
            {
                return null;
            }

            _countByUser[caller.UserId] = count + 1;
            _entries[hash] = new Entry(feature, caller);
            _byAge.Enqueue((hash, now));
        }

        return new Ticket(secret, _lifetime);
    }

    /// <summary>Uses up the ticket. Null when there is no such ticket, not any more, or its credential ended.</summary>
    public CallerFeature? Redeem(ReadOnlySpan<char> secret)
    {
        if (!CredentialHash.TryOf(secret, out var hash))
        {
            return null;
        }

        lock (_lock)
        {
            RemoveExpired(_time.GetTimestamp());
            if (!_entries.Remove(hash, out var entry))
            {
                return null;
            }

            CountDown(entry.UserId);
            return _time.GetUtcNow().ToUnixTimeMilliseconds() < entry.ExpiresAt ? entry.Feature : null;
        }
    }

    public void Dispose() => _subscription.Dispose();

    private void Forget(Revocation revocation)
    {
        lock (_lock)
        {
            foreach (var (hash, entry) in _entries)
            {
                if (revocation.Ends(entry.Caller))
                {
                    _entries.Remove(hash);
                    CountDown(entry.UserId);
                }
            }
        }
    }

    private void RemoveExpired(long now)
    {
        while (_byAge.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.IssuedAt, now) >= _lifetime)
        {
            _byAge.Dequeue();
            if (_entries.Remove(oldest.Hash, out var entry))
            {
                CountDown(entry.UserId);
            }
        }
    }

    private void CountDown(long userId)
    {
        if (--_countByUser[userId] == 0)
        {
            _countByUser.Remove(userId);
        }
    }

    private readonly struct Entry(CallerFeature feature, Caller caller)
    {
        public CallerFeature Feature { get; } = feature;

        public Caller Caller { get; } = caller;

        public long UserId => Caller.UserId;

        public long ExpiresAt => Caller.ExpiresAt;
    }
}
