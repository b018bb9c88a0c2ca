using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Walks the reactions of a page beside its messages and writes those of each as one JSON member.</summary>
internal sealed class ReactionReader
{
    private const string Sql = """
        select seq, emoji, user_id from reactions
        where room_id = ?1 and seq between ?2 and ?3 order by seq, emoji, user_id
        """;

    // The line is JSON in UTF-8 and never part of a page of HTML, so an emoji may stay one.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly SqliteSession _session;
    private readonly UserNames _names;
    private readonly Statement _statement;
    private ArrayBufferWriter<byte>? _buffer;
    private bool _hasRow;

    public ReactionReader(SqliteSession session, UserNames names, long roomId, long firstSeq, long lastSeq)
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

        _buffer ??= new ArrayBufferWriter<byte>();
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer, Options);
        writer.WriteStartObject();
        writer.WriteStartObject("reactions"u8);
        while (_hasRow && _statement.Int64(0) == seq)
        {
            WriteEmoji(writer, seq, _statement.Bytes(1).ToArray());
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return _buffer.WrittenSpan[1..^1];
    }

    private void WriteEmoji(Utf8JsonWriter writer, long seq, byte[] emoji)
    {
        writer.WriteStartArray(emoji);
        while (_hasRow && _statement.Int64(0) == seq && _statement.Bytes(1).SequenceEqual(emoji))
        {
            writer.WriteStringValue(_names.Find(_session, _statement.Int64(2)));
            _hasRow = _statement.Step();
        }

        writer.WriteEndArray();
    }
}
