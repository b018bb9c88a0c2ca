using System.Buffers;

namespace Culvert.Server.Storage.Sql;

/// <summary>Walks the reactions of a page beside its messages and writes those of each as one JSON member.</summary>
internal sealed class ReactionReader
{
    private const string Sql = """
        select seq, emoji, user_id from reactions
        where room_id = ?1 and seq between ?2 and ?3 order by seq, emoji, user_id
        """;

    private readonly SqlSession _session;
    private readonly UserNames _names;
    private readonly SqlStatement _statement;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private bool _hasRow;

    public ReactionReader(SqlSession session, UserNames names, long roomId, long firstSeq, long lastSeq)
    {
        _session = session;
        _names = names;
        _statement = session.Prepare(Sql).Bind(1, roomId).Bind(2, firstSeq).Bind(3, lastSeq);
        _hasRow = _statement.Step();
    }

    /// <summary>
    /// <c>"reactions":{"👍":["alice","bob"]}</c>, or nothing; valid until the next call. Calls come in ascending order.
    /// </summary>
    public ReadOnlySpan<byte> ReadFor(long seq)
    {
        if (!_hasRow || _statement.Int64(0) != seq)
        {
            return default;
        }

        _buffer.ResetWrittenCount();
        _buffer.Write("\"reactions\":{"u8);
        for (var isFirst = true; _hasRow && _statement.Int64(0) == seq; isFirst = false)
        {
            _buffer.Write(isFirst ? default : ","u8);
            WriteEmoji(seq, _statement.Bytes(1).ToArray());
        }

        _buffer.Write("}"u8);
        return _buffer.WrittenSpan;
    }

    private void WriteEmoji(long seq, byte[] emoji)
    {
        WriteString(emoji);
        _buffer.Write(":["u8);
        for (var isFirst = true; IsOf(seq, emoji); isFirst = false)
        {
            _buffer.Write(isFirst ? default : ","u8);
            WriteString(_names.Find(_session, _statement.Int64(2)));
            _hasRow = _statement.Step();
        }

        _buffer.Write("]"u8);
    }

    private bool IsOf(long seq, byte[] emoji) =>
        _hasRow && _statement.Int64(0) == seq && _statement.Bytes(1).SequenceEqual(emoji);

    /// <summary>A JSON string; by hand because the framework's encoders write every emoji as two escapes.</summary>
    private void WriteString(ReadOnlySpan<byte> utf8)
    {
        _buffer.Write("\""u8);
        foreach (var value in utf8)
        {
            if (value < ' ')
            {
                _buffer.Write("\\u00"u8);
                _buffer.Write([Hex(value >> 4), Hex(value & 15)]);
            }
            else if (value is (byte)'"' or (byte)'\\')
            {
                _buffer.Write([(byte)'\\', value]);
            }
            else
            {
                _buffer.Write([value]);
            }
        }

        _buffer.Write("\""u8);
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}
