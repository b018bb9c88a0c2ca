using System.Collections.Concurrent;

namespace Culvert.IntegrationTests.Crashes;

/// <summary>What publishers were promised. Thread-safe.</summary>
internal sealed class AckBook
{
    private readonly ConcurrentDictionary<string, Ack> _acks = new(StringComparer.Ordinal);
    private long _retries;
    private long _duplicates;

    public IReadOnlyDictionary<string, Ack> Acks => _acks;

    public int Count => _acks.Count;

    /// <summary>Publishes that had to be sent again.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Retries of what was in the log already: the crash had come between commit and answer.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    public void Add(string key, Ack ack)
    {
        if (ack.Duplicate)
        {
            Interlocked.Increment(ref _duplicates);
        }

        if (!_acks.TryAdd(key, ack))
        {
            throw new InvalidOperationException($"{key} was answered twice");
        }
    }

    public void Retried(int count) => Interlocked.Add(ref _retries, count);
}
