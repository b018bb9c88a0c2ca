using System.Buffers;

namespace Culvert.Protocol.Rooms;

/// <summary>Writes replies to commands: one line each, without line break (docs/protocol.md, "Replies").</summary>
/// <remarks>
/// Thread-safe as long as no two calls share an output. No method allocates. <c>re</c> is the id of the command and
/// <c>null</c> when that had none, or when the line was too broken to find it.
/// </remarks>
public static class ReplyWriter
{
    /// <summary>Writes <c>{"re":7,"err":{"code","why","retry","after_ms"?}}</c>.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="id">Id of the command, null when it had none.</param>
    /// <param name="code">What went wrong.</param>
    /// <param name="why">A sentence that says more than the catalogue's; null for that one.</param>
    /// <param name="afterMilliseconds">When to try again; 0 or less to leave it out.</param>
    public static void WriteError(
        IBufferWriter<byte> output, long? id, ErrorCode code, string? why = null, int afterMilliseconds = 0)
    {
        ArgumentNullException.ThrowIfNull(code);
        var line = Begin(output, id, ",\"err\":"u8);
        WriteRefusal(ref line, code, why, afterMilliseconds);
        line.Raw("}"u8);
        line.Done();
    }

    /// <summary>
    /// Writes what stands in the place of a message of a batch that was refused:
    /// <c>{"err":{"code","why","retry","after_ms"?}}</c>.
    /// </summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="code">What went wrong.</param>
    /// <param name="why">A sentence that says more than the catalogue's; null for that one.</param>
    /// <param name="afterMilliseconds">When to try again; 0 or less to leave it out.</param>
    public static void WriteRefusal(
        IBufferWriter<byte> output, ErrorCode code, string? why = null, int afterMilliseconds = 0)
    {
        ArgumentNullException.ThrowIfNull(code);
        var line = new LineWriter(output);
        line.Raw("{\"err\":"u8);
        WriteRefusal(ref line, code, why, afterMilliseconds);
        line.Raw("}"u8);
        line.Done();
    }

    /// <summary>Writes <c>{"re":7,"ok":{}}</c>.</summary>
    public static void WriteOk(IBufferWriter<byte> output, long? id) => WriteOkRaw(output, id, default);

    /// <summary>Writes <c>{"re":7,"ok":{…}}</c>.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="id">Id of the command, null when it had none.</param>
    /// <param name="members">Compact JSON members without braces, copied unchecked; empty for none.</param>
    public static void WriteOkRaw(IBufferWriter<byte> output, long? id, ReadOnlySpan<byte> members)
    {
        var line = Begin(output, id, ",\"ok\":{"u8);
        line.Raw(members);
        End(ref line);
    }

    /// <summary>Writes the reply to <c>sub</c>; the replay and <c>ready</c> follow.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="id">Id of the command, null when it had none.</param>
    /// <param name="room">The name as its creator wrote it; events of the room carry exactly this one.</param>
    /// <param name="cursor">Where the replay starts: the cursor before the first event that will come.</param>
    /// <param name="floor">The lowest offset that can be read.</param>
    /// <param name="lastOffset">The last committed offset.</param>
    /// <param name="lastSeq">The last message number.</param>
    /// <param name="readSeq">The user's read cursor.</param>
    public static void WriteSubscribed(
        IBufferWriter<byte> output,
        long? id,
        string room,
        in RoomCursor cursor,
        long floor,
        long lastOffset,
        long lastSeq,
        long readSeq)
    {
        var line = Begin(output, id, ",\"ok\":{\"room\":"u8);
        line.Text(room);
        line.Raw(",\"epoch\":"u8);
        line.Text(cursor.Epoch);
        line.Raw(",\"cursor\":\""u8);
        EventWriter.WriteCursor(ref line, cursor);
        line.Raw("\",\"floor\":"u8);
        line.Number(floor);
        line.Raw(",\"last\":"u8);
        line.Number(lastOffset);
        line.Raw(",\"seq\":"u8);
        line.Number(lastSeq);
        line.Raw(",\"read\":"u8);
        line.Number(readSeq);
        End(ref line);
    }

    /// <summary>Writes the reply to <c>pub</c>, after the commit.</summary>
    /// <param name="output">Where the line goes.</param>
    /// <param name="id">Id of the command, null when it had none.</param>
    /// <param name="offset">Offset of the message, of the original when <paramref name="dup"/>.</param>
    /// <param name="seq">Number of the message, of the original when <paramref name="dup"/>.</param>
    /// <param name="dup">True when the key was used before with the same data.</param>
    /// <param name="durable"><c>disk</c> or <c>process</c>.</param>
    public static void WritePublished(
        IBufferWriter<byte> output, long? id, long offset, long seq, bool dup, string durable)
    {
        var line = Begin(output, id, ",\"ok\":"u8);
        WriteReceipt(ref line, offset, seq, dup, durable);
        line.Raw("}"u8);
        line.Done();
    }

    /// <summary>
    /// Writes the body of a publish answer: <c>{"offset","seq","dup","durable"}</c>, without <c>re</c>.
    /// </summary>
    /// <inheritdoc cref="WritePublished"/>
    public static void WriteReceipt(IBufferWriter<byte> output, long offset, long seq, bool dup, string durable)
    {
        var line = new LineWriter(output);
        WriteReceipt(ref line, offset, seq, dup, durable);
        line.Done();
    }

    private static void WriteRefusal(ref LineWriter line, ErrorCode code, string? why, int afterMilliseconds)
    {
        line.Raw("{\"code\":"u8);
        line.Text(code.Code);
        line.Raw(",\"why\":"u8);
        line.Text(why ?? code.Why);
        line.Raw(",\"retry\":"u8);
        line.Boolean(code.Retry);
        if (afterMilliseconds > 0)
        {
            line.Raw(",\"after_ms\":"u8);
            line.Number(afterMilliseconds);
        }

        line.Raw("}"u8);
    }

    private static void WriteReceipt(ref LineWriter line, long offset, long seq, bool dup, string durable)
    {
        line.Raw("{\"offset\":"u8);
        line.Number(offset);
        line.Raw(",\"seq\":"u8);
        line.Number(seq);
        line.Raw(",\"dup\":"u8);
        line.Boolean(dup);
        line.Raw(",\"durable\":"u8);
        line.Text(durable);
        line.Raw("}"u8);
    }

    private static LineWriter Begin(IBufferWriter<byte> output, long? id, ReadOnlySpan<byte> next)
    {
        var line = new LineWriter(output);
        line.Raw("{\"re\":"u8);
        if (id is { } number)
        {
            line.Number(number);
        }
        else
        {
            line.Raw("null"u8);
        }

        line.Raw(next);
        return line;
    }

    private static void End(ref LineWriter line)
    {
        line.Raw("}}"u8);
        line.Done();
    }
}
