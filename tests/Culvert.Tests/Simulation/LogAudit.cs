using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>Every event that was ever committed, as the store committed it: what the rest is held against.</summary>
internal sealed class LogAudit
{
    private readonly Dictionary<(long Room, long Offset), AuditedEvent> _events = [];
    private readonly Dictionary<long, long> _lastOffsets = [];
    private readonly Dictionary<long, long> _lastAts = [];
    private readonly Dictionary<(long Room, long Actor, string Key), long> _keys = [];
    private readonly HashSet<(long Room, long Offset)> _acked = [];

    public long LastOffset(long roomId) => _lastOffsets.GetValueOrDefault(roomId);

    public AuditedEvent Find(long roomId, long offset)
    {
        Assert.True(_events.ContainsKey((roomId, offset)), $"Room {roomId} has no event {offset}.");
        return _events[(roomId, offset)];
    }

    /// <param name="batch">What was committed, in order.</param>
    /// <param name="floorOf">The lowest offset that a room has left: keys are forgotten with their messages.</param>
    public void Committed(IReadOnlyList<Append> batch, Func<long, long> floorOf)
    {
        foreach (var append in batch.Where(append => append.Outcome == AppendOutcome.Committed))
        {
            Assert.Equal(LastOffset(append.RoomId) + 1, append.Offset);
            Assert.True(append.At >= _lastAts.GetValueOrDefault(append.RoomId), "Time went backwards.");
            if (append.Key is not null)
            {
                var key = (append.RoomId, append.ActorId, append.Key);
                Assert.True(
                    _keys.GetValueOrDefault(key) < floorOf(append.RoomId), $"Key {key} is in the log twice.");
                _keys[key] = append.Offset;
            }

            _lastOffsets[append.RoomId] = append.Offset;
            _lastAts[append.RoomId] = append.At;
            var data = Encoding.UTF8.GetString(append.Data.Span);
            _events[(append.RoomId, append.Offset)] = new AuditedEvent(
                append.Kind, append.Seq, append.At, append.ActorId, append.Key, data);
        }
    }

    /// <summary>A publisher was told that its change is in the log.</summary>
    public void Acknowledged(Append append)
    {
        var logged = Find(append.RoomId, append.Offset);
        Assert.Equal((logged.Kind, logged.Seq, logged.ActorId), (append.Kind, append.Seq, append.ActorId));
        Assert.Equal(logged.Key, append.Key);
        if (append.Kind == EventKind.Message)
        {
            Assert.Equal(logged.Data, Encoding.UTF8.GetString(append.Data.Span));
        }

        if (append.Outcome == AppendOutcome.Committed)
        {
            Assert.True(_acked.Add((append.RoomId, append.Offset)), "Two publishers were given the same offset.");
        }
    }
}
