using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Fanout;

/// <summary>Reads what <see cref="MessageWriter"/> wrote, and passes over kinds that a newer node may send.</summary>
internal static class MessageReader
{
    /// <summary>
    /// Reads one message; it holds slices of what the reader reads. Null for a kind that is not known here, and when
    /// it cannot be read: then the reader is bad.
    /// </summary>
    public static BusMessage? Read(ref BodyReader reader)
    {
        var kind = (MessageKind)reader.Number();
        var body = new BodyReader(reader.Bytes());
        if (reader.IsBad)
        {
            return null;
        }

        BusMessage? message = kind switch
        {
            MessageKind.Moved => ReadMoved(ref body),
            MessageKind.Presence => ReadPresence(ref body),
            MessageKind.Passing => new BusMessage.Passing(
                body.Number(), body.Bytes(), body.Bytes(), body.Number(), body.Number()),
            MessageKind.News => ReadNews(ref body),
            MessageKind.Away => new BusMessage.Away(
                body.Number(), body.Text(), body.Number() switch { 0 => false, 1 => true, _ => null }),
            MessageKind.Control => new BusMessage.Control(body.Number()),
            MessageKind.SignInFailed => new BusMessage.SignInFailed(body.Text(), body.Text()),
            _ => null,
        };

        // What a newer node adds at the end of a body is passed over too.
        if (body.IsBad)
        {
            reader.Fail();
            return null;
        }

        return message;
    }

    private static BusMessage.Moved ReadMoved(ref BodyReader body)
    {
        var (room, last) = (body.Number(), body.Number());
        var events = new LogEvent[body.Count()];
        for (var index = 0; index < events.Length && !body.IsBad; index++)
        {
            var kind = (EventKind)body.Number();
            var (offset, seq, at, rev) = (body.Number(), body.Number(), body.Number(), (int)body.Number());
            var flags = body.Number();
            var (actor, key) = (body.Bytes(), body.Text());
            events[index] = new LogEvent
            {
                Kind = kind,
                Offset = offset,
                Seq = seq,
                At = at,
                Rev = rev,
                Actor = actor,
                Key = (flags & 1) != 0 ? key : null,
                Erased = (flags & 2) != 0,
                Data = body.Bytes(),
                Detail = body.Bytes(),
            };
        }

        return new BusMessage.Moved(room, last, events);
    }

    private static BusMessage.Presence ReadPresence(ref BodyReader body)
    {
        var (incarnation, version) = (body.Number(), body.Number());
        var changes = new PresenceChange[body.Count()];
        for (var index = 0; index < changes.Length && !body.IsBad; index++)
        {
            changes[index] = new PresenceChange(body.Number(), body.Number(), body.Text(), body.Flag());
        }

        return new BusMessage.Presence(incarnation, version, changes);
    }

    private static BusMessage.News ReadNews(ref BodyReader body)
    {
        var users = new long[body.Count()];
        for (var index = 0; index < users.Length && !body.IsBad; index++)
        {
            users[index] = body.Number();
        }

        return new BusMessage.News(users, body.Text(), body.Bytes(), body.Bytes());
    }
}
