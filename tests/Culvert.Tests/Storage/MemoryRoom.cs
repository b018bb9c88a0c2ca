using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>One room of <see cref="MemoryRoomStore"/>: the plainest possible reading of the contract.</summary>
internal sealed class MemoryRoom(RoomRecord record)
{
    public RoomRecord Record { get; set; } = record;

    public Dictionary<long, Membership> Members { get; } = [];

    public Dictionary<long, long> JoinedAt { get; } = [];

    private SortedDictionary<long, MemoryEvent> Events { get; } = [];

    private SortedDictionary<long, MemoryMessage> Messages { get; } = [];

    public LogEnds Ends => new(
        Record.Epoch, Record.FloorOffset, Record.LastOffset, Record.FloorSeq, Record.LastSeq, Record.FloorWhy);

    public bool HasRowsBelowFloor =>
        (Events.Count > 0 && Events.First().Key < Record.FloorOffset)
        || (Messages.Count > 0 && Messages.First().Key < Record.FloorSeq);

    public void Apply(Append append, long now)
    {
        var at = Math.Max(now, Record.LastAt);
        var earlier = append is { Kind: EventKind.Message, Key: not null }
            ? Messages.Values.FirstOrDefault(m => m.AuthorId == append.ActorId && m.Key == append.Key)
            : null;
        if (earlier is not null)
        {
            var isSame = earlier.Data is null || append.Data.Span.SequenceEqual(earlier.Original);
            Set(append, isSame ? AppendOutcome.Duplicate : AppendOutcome.Conflict);
            if (isSame)
            {
                (append.Offset, append.Seq, append.At, append.Rev) =
                    (earlier.Offset, earlier.Seq, earlier.At, earlier.Rev);
            }
        }
        else if (append.IfOffset is { } expected && expected != Record.LastOffset)
        {
            Set(append, AppendOutcome.OffsetMismatch);
        }
        else if (append.Kind == EventKind.Message)
        {
            Add(append, at);
        }
        else if (append.Kind is EventKind.Edit or EventKind.Erase or EventKind.React)
        {
            Change(append, at);
        }
        else if (append.Change is RoomChange.OfMember { EndsOwnership: true } leaving && IsLastOwner(leaving.UserId))
        {
            Set(append, AppendOutcome.LastOwner);
        }
        else
        {
            Commit(append, at, append.TargetSeq, 0);
            ApplyChange(append);
        }
    }

    /// <summary>Who wrote the message; 0 when there is none.</summary>
    public long AuthorOf(long seq) => Messages.GetValueOrDefault(seq)?.AuthorId ?? 0;

    private bool IsLastOwner(long userId) =>
        Members.Where(member => member.Value is { Joined: true, Role: RoomRole.Owner }).Select(member => member.Key)
            .SequenceEqual([userId]);

    public LogEnds ReadEvents(long fromOffset, int limit, IEventSink sink, Func<long, byte[]> nameOf)
    {
        foreach (var row in Events.Values.Where(e => e.Offset >= Math.Max(fromOffset, Record.FloorOffset)).Take(limit))
        {
            var hasText = row.Kind is EventKind.Message or EventKind.Edit;
            var message = hasText && row.Seq >= Record.FloorSeq ? Messages.GetValueOrDefault(row.Seq) : null;
            var view = new RoomEventView
            {
                Kind = row.Kind,
                Room = Encoding.UTF8.GetBytes(Record.Name),
                Offset = row.Offset,
                Seq = row.Seq,
                At = row.At,
                Actor = nameOf(row.ActorId),
                Key = row.Kind == EventKind.Message ? Encoding.UTF8.GetBytes(message?.Key ?? "") : default,
                Data = message?.Data,
                Rev = row.Kind == EventKind.Message ? message?.Rev ?? row.Rev : row.Rev,
                Erased = hasText && message?.Data is null,
                Detail = row.Detail.Span,
            };
            if (!sink.OnEvent(in view))
            {
                break;
            }
        }

        return Ends;
    }

    public LogEnds ReadMessages(MessagePage page, IEventSink sink, Func<long, byte[]> nameOf)
    {
        var visible = Messages.Values.Where(m => m.Seq >= Record.FloorSeq).ToList();
        foreach (var message in Select(visible, page))
        {
            var view = new RoomEventView
            {
                Kind = EventKind.Message,
                Room = Encoding.UTF8.GetBytes(Record.Name),
                Offset = 0,
                Seq = message.Seq,
                At = message.At,
                Actor = nameOf(message.AuthorId),
                Key = Encoding.UTF8.GetBytes(message.Key ?? ""),
                Data = message.Data,
                Rev = message.Rev,
                Erased = message.Data is null,
                Detail = Reactions(message, nameOf),
            };
            if (!sink.OnEvent(in view))
            {
                break;
            }
        }

        return Ends;
    }

    public LogEnds ReadNotices(
        long firstSeq, long lastSeq, int limit, IEventSink sink, Func<long, byte[]> nameOf)
    {
        var seq = Record.FloorSeq - 1;
        List<(MemoryEvent Row, long After)> found = [];
        foreach (var row in Events.Values)
        {
            seq = row.Kind == EventKind.Message ? Math.Max(seq, row.Seq) : seq;
            var isAfterFirst = seq >= firstSeq || firstSeq <= Record.FloorSeq;
            if (row.Kind >= EventKind.Join && row.Offset >= Record.FloorOffset && isAfterFirst && seq <= lastSeq)
            {
                found.Add((row, seq));
            }
        }

        foreach (var (row, after) in Enumerable.Reverse(found).Take(limit))
        {
            var view = new RoomEventView
            {
                Kind = row.Kind,
                Room = Encoding.UTF8.GetBytes(Record.Name),
                Offset = row.Offset,
                Seq = after,
                At = row.At,
                Actor = nameOf(row.ActorId),
                Detail = row.Detail.Span,
            };
            if (!sink.OnEvent(in view))
            {
                break;
            }
        }

        return Ends;
    }

    public bool Trim(long now, int limit)
    {
        var floor = Record.FloorOffset;
        if (Record.RetainEvents > 0)
        {
            floor = Math.Max(floor, Record.LastOffset - Record.RetainEvents + 1);
        }

        while (Record.RetainMilliseconds > 0 && Events.TryGetValue(floor, out var row)
            && row.At < now - Record.RetainMilliseconds)
        {
            floor++;
        }

        if (floor > Record.FloorOffset)
        {
            var below = Messages.Values.Where(m => m.Offset < floor).Select(m => m.Seq).DefaultIfEmpty(0).Max();
            Record = Record with
            {
                FloorOffset = floor,
                FloorSeq = Math.Max(Record.FloorSeq, below + 1),
                FloorWhy = "retention",
            };
        }

        foreach (var seq in Messages.Keys.TakeWhile(seq => seq < Record.FloorSeq).Take(limit).ToList())
        {
            Messages.Remove(seq);
            limit--;
        }

        foreach (var offset in Events.Keys.TakeWhile(offset => offset < Record.FloorOffset).Take(limit).ToList())
        {
            Events.Remove(offset);
        }

        return HasRowsBelowFloor;
    }

    private void Add(Append append, long at)
    {
        var seq = Record.LastSeq + 1;
        Messages[seq] = new MemoryMessage
        {
            Seq = seq,
            Offset = Record.LastOffset + 1,
            AuthorId = append.ActorId,
            At = at,
            Key = append.Key,
            Original = append.Data.ToArray(),
            Data = append.Data.ToArray(),
        };
        Record = Record with { LastSeq = seq };
        Commit(append, at, seq, 1);
    }

    private void Change(Append append, long at)
    {
        var message = append.TargetSeq >= Record.FloorSeq ? Messages.GetValueOrDefault(append.TargetSeq) : null;
        if (message?.Data is null)
        {
            Set(append, AppendOutcome.NoSuchMessage);
        }
        else if (append.OwnOnly && append.Kind != EventKind.React && message.AuthorId != append.ActorId)
        {
            Set(append, AppendOutcome.NotAuthor);
        }
        else if (append.Change is RoomChange.OfReaction reaction && !React(message, append.ActorId, reaction))
        {
            Set(append, AppendOutcome.Unchanged);
            (append.Seq, append.Rev) = (message.Seq, message.Rev);
        }
        else
        {
            if (append.Kind == EventKind.Edit)
            {
                message.Data = append.Data.ToArray();
                message.Rev++;
            }
            else if (append.Kind == EventKind.Erase)
            {
                message.Data = null;
                message.Reactions.Clear();
            }

            Commit(append, at, message.Seq, message.Rev);
        }
    }

    private static bool React(MemoryMessage message, long userId, RoomChange.OfReaction reaction)
    {
        if (reaction.On)
        {
            message.Reactions.TryAdd(reaction.Emoji, []);
            return message.Reactions[reaction.Emoji].Add(userId);
        }

        if (!message.Reactions.TryGetValue(reaction.Emoji, out var users) || !users.Remove(userId))
        {
            return false;
        }

        if (users.Count == 0)
        {
            message.Reactions.Remove(reaction.Emoji);
        }

        return true;
    }

    private void ApplyChange(Append append)
    {
        switch (append.Change)
        {
            case RoomChange.OfMember change:
                ChangeMember(change, append.At);
                break;
            case RoomChange.OfSettings change:
                Record = Record.With(change);
                break;
            case RoomChange.OfClear:
                Record = Record with
                {
                    FloorOffset = append.Offset,
                    FloorSeq = Record.LastSeq + 1,
                    FloorWhy = "cleared",
                };
                break;
        }
    }

    public void ChangeMember(RoomChange.OfMember change, long at)
    {
        var member = Members.GetValueOrDefault(change.UserId, Membership.None);
        if (change.Joined == true && !member.Joined)
        {
            JoinedAt[change.UserId] = at;
        }

        Members[change.UserId] = member with
        {
            Joined = change.Joined ?? member.Joined,
            Role = change.Role ?? member.Role,
            MutedUntil = change.MutedUntil ?? member.MutedUntil,
            BannedUntil = change.BannedUntil ?? member.BannedUntil,
        };
    }

    private void Commit(Append append, long at, long seq, int rev)
    {
        var offset = Record.LastOffset + 1;
        Record = Record with { LastOffset = offset, LastAt = at };
        Events[offset] = new MemoryEvent(offset, append.Kind, seq, append.ActorId, at, rev, append.Detail.ToArray());
        Set(append, AppendOutcome.Committed);
        (append.Offset, append.Seq, append.At, append.Rev) = (offset, seq, at, rev);
    }

    private static void Set(Append append, AppendOutcome outcome) => append.Outcome = outcome;

    private static IEnumerable<MemoryMessage> Select(List<MemoryMessage> visible, MessagePage page)
    {
        switch (page.Anchor)
        {
            case PageAnchor.Latest:
                return visible.TakeLast(page.Limit);
            case PageAnchor.Before:
                return visible.Where(m => m.Seq < page.Value).TakeLast(page.Limit);
            case PageAnchor.After:
                return visible.Where(m => m.Seq > page.Value).Take(page.Limit);
            case PageAnchor.Time:
                return visible.Where(m => m.At >= page.Value).Take(page.Limit);
            default:
                var before = visible.Count(m => m.Seq < page.Value) - (page.Limit / 2);
                return visible.Skip(Math.Clamp(before, 0, Math.Max(0, visible.Count - page.Limit))).Take(page.Limit);
        }
    }

    private static byte[] Reactions(MemoryMessage message, Func<long, byte[]> nameOf)
    {
        if (message.Reactions.Count == 0)
        {
            return [];
        }

        var members = message.Reactions.Select(
            pair => $"{Quote(pair.Key)}:[{string.Join(',', pair.Value.Select(id => Quote(nameOf(id))))}]");
        return Encoding.UTF8.GetBytes($"\"reactions\":{{{string.Join(',', members)}}}");
    }

    private static string Quote(byte[] utf8) => Quote(Encoding.UTF8.GetString(utf8));

    /// <summary>Enough for the texts of tests, which hold no control characters.</summary>
    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
