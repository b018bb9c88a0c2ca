using System.Text.Json;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

/// <summary>Acts on what the other nodes wrote that must act on all of them.</summary>
/// <remarks>Rounds come one after another; everything else is safe from any thread.</remarks>
internal sealed partial class ControlLog
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int PageEntries = 500;

    private readonly INodeStore _store;
    private readonly NodeGate _gate;
    private readonly TimeProvider _time;
    private readonly Revocations _revocations;
    private readonly ILogger<ControlLog> _logger;
    private readonly ControlOutbox _outbox;
    private long _lastId = -1;

    public ControlLog(
        INodeStore store,
        NodeGate gate,
        TimeProvider time,
        Revocations revocations,
        ControlOutbox outbox,
        ILogger<ControlLog> logger)
    {
        _store = store;
        _gate = gate;
        _time = time;
        _revocations = revocations;
        _outbox = outbox;
        _logger = logger;
    }

    /// <summary>How far this node has acted on it; -1 before the first round.</summary>
    public long LastId => Interlocked.Read(ref _lastId);

    /// <summary>
    /// Tells the readers on this node that a user's name or picture is another. Set before the first round.
    /// </summary>
    public Func<long, CancellationToken, Task>? ProfileChanged { get; set; }

    /// <summary>Believes a secret of this hash no longer. Must not wait; set before the first round.</summary>
    public Action<CredentialHash>? Replaced { get; set; }

    /// <summary>Reads and acts on all there is. The first round only finds the end: nothing is cached yet.</summary>
    /// <exception cref="StoreException">The store does not say; the gate closes by itself in time.</exception>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
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

    private async ValueTask ActAsync(ControlEntry entry, CancellationToken cancellationToken)
    {
        // Ids have no holes, so a jump says that this node was away for longer than entries are kept.
        if (entry.Id != _lastId + 1)
        {
            Log.Missed(_logger);
            _revocations.Act(Revocation.OfEverybody());
        }

        Interlocked.Exchange(ref _lastId, entry.Id);
        if (_outbox.TakeOwn(entry.Id) || Parse(entry) is not { } body)
        {
            return;
        }

        if (body.Revoked is { } revoked)
        {
            _revocations.Act(revoked);
        }

        if (body.Replaced is { Length: CredentialHash.Bytes } replaced)
        {
            Replaced?.Invoke(new CredentialHash(replaced));
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
