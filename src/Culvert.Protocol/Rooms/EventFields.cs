using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>The members of an event line while it is being read; then a <see cref="RoomEvent"/>.</summary>
internal struct EventFields
{
    private string? _ev;
    private string? _room;
    private long? _offset;
    private long? _seq;
    private int? _rev;
    private long? _at;
    private string? _from;
    private string? _by;
    private string? _key;
    private Range? _data;
    private bool _erased;
    private string? _user;
    private long? _until;
    private string? _emoji;
    private bool? _on;
    private string? _topic;
    private string? _why;
    private int? _code;
    private bool _retry;
    private int? _afterMs;
    private string? _cursor;
    private long? _pv;
    private long? _replayed;
    private long? _have;
    private long? _floor;
    private IReadOnlyList<string>? _join;
    private IReadOnlyList<string>? _leave;

    /// <summary>Takes one member; the reader is at its value and ends at the last token of it.</summary>
    public void Take(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "ev": _ev = JsonMembers.Text(ref reader); break;
            case "room": _room = JsonMembers.Text(ref reader); break;
            case "offset": _offset = JsonMembers.Number(ref reader); break;
            case "seq": _seq = JsonMembers.Number(ref reader); break;
            case "rev": _rev = JsonMembers.SmallNumber(ref reader); break;
            case "at": _at = JsonMembers.Number(ref reader); break;
            case "from": _from = JsonMembers.Text(ref reader); break;
            case "by": _by = JsonMembers.Text(ref reader); break;
            case "key": _key = JsonMembers.Text(ref reader); break;
            case "data": _data = JsonMembers.Raw(ref reader); break;
            case "erased": _erased = JsonMembers.Boolean(ref reader, false); break;
            default: TakeDetail(name, ref reader); break;
        }
    }

    /// <summary>The event; null when the line had no name of one.</summary>
    public readonly RoomEvent? ToEvent(ReadOnlyMemory<byte> line) => _ev is null ? null : new RoomEvent
    {
        Ev = _ev,
        Room = _room,
        Offset = _offset ?? 0,
        Seq = _seq ?? 0,
        Rev = _rev ?? 1,
        At = _at ?? 0,
        From = _from,
        By = _by,
        Key = _key,
        Data = _data is { } data ? line[data] : default,
        Erased = _erased,
        User = _user,
        Until = _until,
        Emoji = _emoji,
        On = _on ?? true,
        Topic = _topic,
        Why = _why,
        Code = _code ?? 0,
        Retry = _retry,
        AfterMs = _afterMs,
        Cursor = _cursor,
        Pv = _pv,
        Replayed = _replayed ?? 0,
        Have = _have ?? 0,
        Floor = _floor ?? 0,
        Join = _join ?? [],
        Leave = _leave ?? [],
        Line = line,
    };

    private void TakeDetail(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "user": _user = JsonMembers.Text(ref reader); break;
            case "until": _until = JsonMembers.Number(ref reader); break;
            case "emoji": _emoji = JsonMembers.Text(ref reader); break;
            case "on": _on = JsonMembers.Boolean(ref reader, true); break;
            case "topic": _topic = JsonMembers.Text(ref reader); break;
            case "why": _why = JsonMembers.Text(ref reader); break;
            case "code": _code = JsonMembers.SmallNumber(ref reader); break;
            case "retry": _retry = JsonMembers.Boolean(ref reader, false); break;
            case "after_ms": _afterMs = JsonMembers.SmallNumber(ref reader); break;
            case "cursor": _cursor = JsonMembers.Text(ref reader); break;
            case "pv": _pv = JsonMembers.Number(ref reader); break;
            case "replayed": _replayed = JsonMembers.Number(ref reader); break;
            case "have": _have = JsonMembers.Number(ref reader); break;
            case "floor": _floor = JsonMembers.Number(ref reader); break;
            case "join": _join = JsonMembers.Texts(ref reader); break;
            case "leave": _leave = JsonMembers.Texts(ref reader); break;
            default: reader.Skip(); break;
        }
    }
}
