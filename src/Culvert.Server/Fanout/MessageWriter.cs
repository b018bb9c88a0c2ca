using System.Buffers;
using Culvert.Server.Rooms;

namespace Culvert.Server.Fanout;

/// <summary>Writes one message: its kind, the length of its body, the body.</summary>
internal static class MessageWriter
{
    /// <summary>The message in bytes of its own.</summary>
    public static byte[] Write(BusMessage message)
    {
        var body = new ArrayBufferWriter<byte>(256);
        var kind = WriteBody(body, message);
        var whole = new ArrayBufferWriter<byte>(body.WrittenCount + 6);
        BodyWriter.Number(whole, (long)kind);
        BodyWriter.Bytes(whole, body.WrittenSpan);
        return whole.WrittenSpan.ToArray();
    }

    private static MessageKind WriteBody(ArrayBufferWriter<byte> output, BusMessage message)
    {
        switch (message)
        {
            case BusMessage.Moved moved:
                WriteMoved(output, moved);
                return MessageKind.Moved;
            case BusMessage.Presence presence:
                WritePresence(output, presence);
                return MessageKind.Presence;
            case BusMessage.Passing passing:
                BodyWriter.Number(output, passing.RoomId);
                BodyWriter.Bytes(output, passing.Name.Span);
                BodyWriter.Bytes(output, passing.Line.Span);
                BodyWriter.Number(output, passing.OnlyUser);
                BodyWriter.Number(output, passing.ExceptUser);
                return MessageKind.Passing;
            case BusMessage.News news:
                WriteNews(output, news);
                return MessageKind.News;
            case BusMessage.Away away:
                BodyWriter.Number(output, away.Incarnation);
                BodyWriter.Text(output, away.User);
                BodyWriter.Number(output, away.IsAway is { } isAway ? (isAway ? 1 : 0) : 2);
                return MessageKind.Away;
            case BusMessage.Control control:
                BodyWriter.Number(output, control.LastId);
                return MessageKind.Control;
            case BusMessage.SignInFailed failed:
                BodyWriter.Text(output, failed.NameKey);
                BodyWriter.Text(output, failed.Address);
                return MessageKind.SignInFailed;
            default:
                throw new ArgumentException($"A message of {message.GetType().Name} has no form.", nameof(message));
        }
    }

    private static void WriteMoved(ArrayBufferWriter<byte> output, BusMessage.Moved moved)
    {
        BodyWriter.Number(output, moved.RoomId);
        BodyWriter.Number(output, moved.LastOffset);
        BodyWriter.Number(output, moved.Events.Count);
        foreach (var one in moved.Events)
        {
            BodyWriter.Number(output, (long)one.Kind);
            BodyWriter.Number(output, one.Offset);
            BodyWriter.Number(output, one.Seq);
            BodyWriter.Number(output, one.At);
            BodyWriter.Number(output, one.Rev);
            BodyWriter.Number(output, (one.Key is null ? 0 : 1) | (one.Erased ? 2 : 0));
            BodyWriter.Bytes(output, one.Actor.Span);
            BodyWriter.Text(output, one.Key ?? "");
            BodyWriter.Bytes(output, one.Data.Span);
            BodyWriter.Bytes(output, one.Detail.Span);
        }
    }

    private static void WritePresence(ArrayBufferWriter<byte> output, BusMessage.Presence presence)
    {
        BodyWriter.Number(output, presence.Incarnation);
        BodyWriter.Number(output, presence.Version);
        BodyWriter.Number(output, presence.Changes.Count);
        foreach (var change in presence.Changes)
        {
            BodyWriter.Number(output, change.RoomId);
            BodyWriter.Number(output, change.UserId);
            BodyWriter.Text(output, change.UserName);
            BodyWriter.Flag(output, change.IsHere);
        }
    }

    private static void WriteNews(ArrayBufferWriter<byte> output, BusMessage.News news)
    {
        BodyWriter.Number(output, news.UserIds.Count);
        foreach (var id in news.UserIds)
        {
            BodyWriter.Number(output, id);
        }

        BodyWriter.Text(output, news.RoomKey);
        BodyWriter.Bytes(output, news.Name.Span);
        BodyWriter.Bytes(output, news.Line.Span);
    }
}
