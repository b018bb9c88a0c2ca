using System.Buffers;

namespace Culvert.Protocol.Rooms;

/// <summary>Writes event lines: compact JSON objects without a line break (docs/protocol.md, "Event lines").</summary>
/// <remarks>
/// Thread-safe as long as no two calls share an output. Nothing is kept of the arguments. No method allocates.
/// Texts are escaped as RFC 8259 §7 demands and no further.
/// </remarks>
public static class EventWriter
{
    /// <summary>The heartbeat line of transports that have no heartbeat of their own; static memory.</summary>
    public static ReadOnlySpan<byte> Heartbeat => "{\"ev\":\"hb\"}"u8;

    /// <summary>Writes one durable event.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="e">The event; <c>Data</c> and <c>Detail</c> are copied unchecked and must be compact JSON.</param>
    public static void Write(IBufferWriter<byte> output, in RoomEventView e)
    {
        var line = new LineWriter(output);
        line.Raw("{\"ev\":\""u8);
        line.Raw(EventNames.Of(e.Kind));
        line.Raw("\",\"room\":"u8);
        line.Text(e.Room);
        WriteNumbers(ref line, e);
        if (!e.Actor.IsEmpty)
        {
            line.Raw(IsFrom(e.Kind) ? ",\"from\":"u8 : ",\"by\":"u8);
            line.Text(e.Actor);
        }

        if (!e.Key.IsEmpty)
        {
            line.Raw(",\"key\":"u8);
            line.Text(e.Key);
        }

        if (e.Erased)
        {
            line.Raw(",\"erased\":true"u8);
        }
        else if (!e.Data.IsEmpty)
        {
            line.Raw(",\"data\":"u8);
            line.Raw(e.Data);
        }

        if (!e.Detail.IsEmpty)
        {
            line.Raw(","u8);
            line.Raw(e.Detail);
        }

        line.Raw("}"u8);
        line.Done();
    }

    /// <summary>Writes <c>here</c> (ephemeral): who came and who went since presence version <c>pv - 1</c>.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="room">Name of the room.</param>
    /// <param name="pv">The presence version after the change; contiguous.</param>
    /// <param name="join">Users who came online.</param>
    /// <param name="leave">Users whose last connection ended.</param>
    public static void WriteHere(
        IBufferWriter<byte> output,
        string room,
        long pv,
        IReadOnlyList<string> join,
        IReadOnlyList<string> leave)
    {
        ArgumentNullException.ThrowIfNull(join);
        ArgumentNullException.ThrowIfNull(leave);
        var line = Begin(output, "{\"ev\":\"here\",\"room\":"u8, room);
        line.Raw(",\"pv\":"u8);
        line.Number(pv);
        line.Raw(",\"join\":"u8);
        WriteNames(ref line, join);
        line.Raw(",\"leave\":"u8);
        WriteNames(ref line, leave);
        End(ref line);
    }

    /// <summary>Writes <c>typing</c> (ephemeral): the user is writing a message now.</summary>
    public static void WriteTyping(IBufferWriter<byte> output, string room, string from)
    {
        var line = Begin(output, "{\"ev\":\"typing\",\"room\":"u8, room);
        line.Raw(",\"from\":"u8);
        line.Text(from);
        End(ref line);
    }

    /// <summary>
    /// Writes <c>away</c> (ephemeral): nobody sits before the user's connections, or somebody is back.
    /// </summary>
    public static void WriteAway(IBufferWriter<byte> output, string room, string from, bool on)
    {
        var line = Begin(output, "{\"ev\":\"away\",\"room\":"u8, room);
        line.Raw(",\"from\":"u8);
        line.Text(from);
        line.Raw(",\"on\":"u8);
        line.Boolean(on);
        End(ref line);
    }

    /// <summary>Writes <c>profile</c> (ephemeral): a user has another display name or picture.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">The user's name.</param>
    /// <param name="title">The display name.</param>
    /// <param name="avatar">The version of the picture; 0 for none.</param>
    public static void WriteProfile(
        IBufferWriter<byte> output, string room, string from, string title, long avatar)
    {
        var line = Begin(output, "{\"ev\":\"profile\",\"room\":"u8, room);
        line.Raw(",\"from\":"u8);
        line.Text(from);
        line.Raw(",\"title\":"u8);
        line.Text(title);
        line.Raw(",\"avatar\":"u8);
        if (avatar == 0)
        {
            line.Raw("null"u8);
        }
        else
        {
            line.Number(avatar);
        }

        End(ref line);
    }

    /// <summary>Writes <c>read</c> (ephemeral): the user's read cursor moved; for the user's own connections.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">Whose cursor.</param>
    /// <param name="seq">Where it is now.</param>
    /// <param name="back">True when the user moved it back on purpose.</param>
    public static void WriteRead(IBufferWriter<byte> output, string room, string from, long seq, bool back = false)
    {
        var line = Begin(output, "{\"ev\":\"read\",\"room\":"u8, room);
        line.Raw(",\"from\":"u8);
        line.Text(from);
        line.Raw(",\"seq\":"u8);
        line.Number(seq);
        if (back)
        {
            line.Raw(",\"back\":true"u8);
        }

        End(ref line);
    }

    /// <summary>Writes <c>rooms</c> (control): whether the receiver belongs to a room has changed.</summary>
    public static void WriteRooms(IBufferWriter<byte> output, string room, bool joined)
    {
        var line = Begin(output, "{\"ev\":\"rooms\",\"room\":"u8, room);
        line.Raw(",\"joined\":"u8);
        line.Boolean(joined);
        End(ref line);
    }

    /// <summary>Writes <c>ready</c> of one room: what follows is live.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="room">Name of the room.</param>
    /// <param name="cursor">The cursor of the last event before this line.</param>
    /// <param name="pv">The presence version; negative to leave it out, where presence is not delivered.</param>
    /// <param name="replayed">Events that were replayed before this line.</param>
    public static void WriteReady(
        IBufferWriter<byte> output, string room, in RoomCursor cursor, long pv, long replayed)
    {
        var line = Begin(output, "{\"ev\":\"ready\",\"room\":"u8, room);
        line.Raw(",\"cursor\":\""u8);
        WriteCursor(ref line, cursor);
        line.Raw("\""u8);
        if (pv >= 0)
        {
            line.Raw(",\"pv\":"u8);
            line.Number(pv);
        }

        line.Raw(",\"replayed\":"u8);
        line.Number(replayed);
        End(ref line);
    }

    /// <summary>Writes <c>ready</c> of a stream of several rooms: every one of them is live.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="cursorToken">A token of <see cref="CursorSet"/>.</param>
    /// <param name="replayed">Events of all rooms that were replayed before this line.</param>
    public static void WriteReadyAll(IBufferWriter<byte> output, string cursorToken, long replayed)
    {
        var line = Begin(output, "{\"ev\":\"ready\",\"cursor\":"u8, cursorToken);
        line.Raw(",\"replayed\":"u8);
        line.Number(replayed);
        End(ref line);
    }

    /// <summary>Writes <c>gap</c>: events from <c>have + 1</c> up to <c>floor - 1</c> will not come.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="room">Name of the room.</param>
    /// <param name="have">The offset of the cursor that was asked for.</param>
    /// <param name="floor">The lowest offset that can be read.</param>
    /// <param name="why">One of <see cref="GapWhy"/>.</param>
    public static void WriteGap(IBufferWriter<byte> output, string room, long have, long floor, string why)
    {
        var line = Begin(output, "{\"ev\":\"gap\",\"room\":"u8, room);
        line.Raw(",\"have\":"u8);
        line.Number(have);
        line.Raw(",\"floor\":"u8);
        line.Number(floor);
        line.Raw(",\"why\":"u8);
        line.Text(why);
        End(ref line);
    }

    /// <summary>
    /// Writes <c>bye</c>: the last line of a stream that the server ends.
    /// </summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="code">Why it ends, of the catalogue.</param>
    /// <param name="why">Replaces the catalogue's word, e.g. with what a moderator wrote; null keeps it.</param>
    /// <param name="afterMilliseconds">How long to wait before coming back; 0 or less to leave it out.</param>
    /// <param name="room">The only room that ends, on a connection that goes on; null when all of it ends.</param>
    public static void WriteBye(
        IBufferWriter<byte> output,
        StreamCloseCode code,
        string? why = null,
        int afterMilliseconds = 0,
        string? room = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        var line = new LineWriter(output);
        line.Raw("{\"ev\":\"bye\""u8);
        if (room is not null)
        {
            line.Raw(",\"room\":"u8);
            line.Text(room);
        }

        line.Raw(",\"code\":"u8);
        line.Number(code.Code);
        line.Raw(",\"why\":"u8);
        line.Text(why ?? code.Why);
        line.Raw(",\"retry\":"u8);
        line.Boolean(code.Retry);
        if (afterMilliseconds > 0)
        {
            line.Raw(",\"after_ms\":"u8);
            line.Number(afterMilliseconds);
        }

        End(ref line);
    }

    /// <summary>Writes <c>hello</c>: the first line of a WebSocket, with the protocol version and all limits.</summary>
    public static void WriteHello(IBufferWriter<byte> output, in ServerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var line = new LineWriter(output);
        line.Raw("{\"ev\":\"hello\",\"v\":1,\"server\":\"culvert/0.1.0\",\"limits\":{\"maxFrameBytes\":"u8);
        line.Number(limits.MaxFrameBytes);
        Limit(ref line, ",\"maxMessageBytes\":"u8, limits.MaxMessageBytes);
        Limit(ref line, ",\"maxRooms\":"u8, limits.MaxRooms);
        Limit(ref line, ",\"maxKeyLength\":"u8, limits.MaxKeyLength);
        Limit(ref line, ",\"maxBatch\":"u8, limits.MaxBatch);
        Limit(ref line, ",\"maxPage\":"u8, limits.MaxPage);
        Limit(ref line, ",\"maxDepth\":"u8, limits.MaxDepth);
        Limit(ref line, ",\"publishPerSecond\":"u8, limits.PublishPerSecond);
        Limit(ref line, ",\"publishBurst\":"u8, limits.PublishBurst);
        Limit(ref line, ",\"heartbeatMs\":"u8, limits.HeartbeatMilliseconds);
        Limit(ref line, ",\"idleMs\":"u8, limits.IdleMilliseconds);
        Limit(ref line, ",\"maxWaitSeconds\":"u8, limits.MaxWaitSeconds);
        line.Raw("}"u8);
        End(ref line);
    }

    internal static void WriteCursor(ref LineWriter line, in RoomCursor cursor)
    {
        Span<byte> text = stackalloc byte[RoomCursor.MaxLength];
        line.Raw(text[..cursor.Format(text)]);
    }

    private static LineWriter Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> start, string text)
    {
        var line = new LineWriter(output);
        line.Raw(start);
        line.Text(text);
        return line;
    }

    private static void End(ref LineWriter line)
    {
        line.Raw("}"u8);
        line.Done();
    }

    private static void WriteNumbers(ref LineWriter line, in RoomEventView e)
    {
        if (e.Offset > 0)
        {
            line.Raw(",\"offset\":"u8);
            line.Number(e.Offset);
        }

        if (e.Seq > 0)
        {
            line.Raw(",\"seq\":"u8);
            line.Number(e.Seq);
        }

        if (e.Rev > 1)
        {
            line.Raw(",\"rev\":"u8);
            line.Number(e.Rev);
        }

        line.Raw(",\"at\":"u8);
        line.Number(e.At);
    }

    // Whoever speaks for himself is "from"; whoever changes what is not only his is "by".
    private static bool IsFrom(EventKind kind) =>
        kind is EventKind.Message or EventKind.React or EventKind.Join or EventKind.Leave;

    private static void Limit(ref LineWriter line, ReadOnlySpan<byte> name, int value)
    {
        line.Raw(name);
        line.Number(value);
    }

    private static void WriteNames(ref LineWriter line, IReadOnlyList<string> names)
    {
        line.Raw("["u8);
        for (var index = 0; index < names.Count; index++)
        {
            if (index > 0)
            {
                line.Raw(","u8);
            }

            line.Text(names[index]);
        }

        line.Raw("]"u8);
    }
}
