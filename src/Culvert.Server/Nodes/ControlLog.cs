using System.Text.Json;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

/// <summary>Writes what must act on all nodes, and acts on what the others wrote.</summary>
/// <remarks>Rounds come one after another; everything else is safe from any thread.</remarks>
internal sealed partial class ControlLog
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int PageEntries = 500;

    // A server that cannot reach its store ends few sessions.
    private const int MaxUntold = 10_000;

    private readonly INodeStore _store;
    private readonly IRoomBus _bus;
    private readonly NodeGate _gate;
    private readonly TimeProvider _time;
    private readonly Revocations _revocations;
    private readonly ILogger<ControlLog> _logger;
    private readonly string _by = Guid.NewGuid().ToString("N");
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _untold = [];
    private long _lastId = -1;

    public ControlLog(
        INodeStore store,
        IRoomBus bus,
        NodeGate gate,
        TimeProvider time,
        Revocations revocations,
        ILogger<ControlLog> logger)
    {
        _store = store;
        _bus = bus;
        _gate = gate;
        _time = time;
        _revocations = revocations;
        _logger = logger;
    }

    /// <summary>How far this node has acted on it; -1 before the first round.</summary>
    public long LastId => Interlocked.Read(ref _lastId);

    /// <summary>
    /// Tells the readers on this node that a user's name or picture is another. Set before the first round.
    /// </summary>
    public Func<long, CancellationToken, Task>? ProfileChanged { get; set; }

    /// <summary>Tells the other nodes. When it returns, no node misses it that takes part at all.</summary>
    /// <exception cref="StoreException">
    /// Not told yet: it is tried again with each round, but whoever asked cannot be told that it is done.
    /// </exception>
    public ValueTask TellAsync(Revocation revocation) =>
        TellAsync(new ControlBody { By = _by, Revoked = revocation });

    /// <summary>As <see cref="TellAsync(Revocation)"/>: the user's name or picture is another.</summary>
    public ValueTask TellProfileAsync(long userId) => TellAsync(new ControlBody { By = _by, Profile = userId });

    private async ValueTask TellAsync(ControlBody told)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(told, NodeJson.Default.ControlBody);
        try
        {
            await AppendAsync(body, CancellationToken.None);
        }
        catch (StoreException exception)
        {
            lock (_lock)
            {
                if (_untold.Count < MaxUntold)
                {
                    _untold.Enqueue(body);
                }
            }

            Log.NotTold(_logger, exception.Message);
            throw;
        }
    }

    /// <summary>Reads and acts on all there is. The first round only finds the end: nothing is cached yet.</summary>
    /// <exception cref="StoreException">The store does not say; the gate closes by itself in time.</exception>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        await TellUntoldAsync(cancellationToken);
        var began = _time.GetTimestamp();
        if (_lastId < 0)
        {
            Interlocked.Exchange(ref _lastId, await _store.LastControlAsync(cancellationToken));
        }

        int count;
        do
        {
            var entries = await _store.ReadControlAsync(_lastId, PageEntries, cancellationToken);
            foreach (var entry in entries)
            {
                await ActAsync(entry, cancellationToken);
            }

            count = entries.Count;
        }
        while (count == PageEntries);

        _gate.SawControl(began);
    }

    /// <summary>
    /// What other nodes and this one ended after an entry. Null when that is no longer known.
    /// </summary>
    public async ValueTask<IReadOnlyList<Revocation>?> ReadAfterAsync(long id, CancellationToken cancellationToken)
    {
        var entries = await _store.ReadControlAsync(id, PageEntries, cancellationToken);
        return entries.Count == PageEntries || (entries.Count > 0 && entries[0].Id != id + 1)
            ? null
            : [.. entries.Select(entry => Parse(entry)?.Revoked).OfType<Revocation>()];
    }

    private async Task TellUntoldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            byte[]? body;
            lock (_lock)
            {
                if (!_untold.TryPeek(out body))
                {
                    return;
                }
            }

            await AppendAsync(body, cancellationToken);
            lock (_lock)
            {
                _untold.Dequeue();
            }
        }
    }

    private async ValueTask AppendAsync(byte[] body, CancellationToken cancellationToken) =>
        _bus.Send(new BusMessage.Control(await _store.AppendControlAsync(body, cancellationToken)));

    private async ValueTask ActAsync(ControlEntry entry, CancellationToken cancellationToken)
    {
        // Ids have no holes, so a jump says that this node was away for longer than entries are kept.
        if (entry.Id != _lastId + 1)
        {
            Log.Missed(_logger);
            _revocations.Act(Revocation.OfEverybody());
        }

        Interlocked.Exchange(ref _lastId, entry.Id);
        if (Parse(entry) is not { } body || body.By == _by)
        {
            return;
        }

        if (body.Revoked is { } revoked)
        {
            _revocations.Act(revoked);
        }

        if (body.Profile != 0 && ProfileChanged is not null)
        {
            await ProfileChanged(body.Profile, cancellationToken);
        }
    }

    private ControlBody? Parse(ControlEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize(entry.Body.Span, NodeJson.Default.ControlBody);
        }
        catch (JsonException exception)
        {
            Log.Unreadable(_logger, entry.Id, exception.Message);
            return null;
        }
    }
}
