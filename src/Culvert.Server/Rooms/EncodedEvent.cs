using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>One committed event with its wire forms, each built on first use and shared by every connection.</summary>
/// <remarks>
/// Safe for concurrent readers: the line is fixed at construction and a form that two threads build at once is the
/// same bytes twice. The arrays are never changed after they are published.
/// </remarks>
internal sealed class EncodedEvent
{
    private const int Forms = (int)Face.Line;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    private readonly Room _room;
    private readonly byte[] _line;
    private Built _built;

    private EncodedEvent(Room room, in RoomEventView view)
    {
        _room = room;
        Kind = view.Kind;
        Offset = view.Offset;
        Seq = view.Seq;
        At = view.At;
        Rev = view.Rev;
        var buffer = Scratch();
        EventWriter.Write(buffer, view);
        _line = buffer.WrittenSpan.ToArray();
    }

    public EventKind Kind { get; }

    public long Offset { get; }

    public long Seq { get; }

    public long At { get; }

    public int Rev { get; }

    public ReadOnlyMemory<byte> Actor { get; private init; }

    public string? Key { get; private init; }

    /// <summary>Bytes of the event line: what the ring's byte bound counts.</summary>
    public int Length => _line.Length;

    public static EncodedEvent Of(Room room, Append append) => new(room, new RoomEventView
    {
        Kind = append.Kind,
        Room = room.Utf8Name.Span,
        Offset = append.Offset,
        Seq = append.Seq,
        At = append.At,
        Rev = append.Rev,
        Actor = append.ActorName.Span,
        Key = append.Utf8Key.Span,
        Data = append.Data.Span,
        Detail = append.Detail.Span,
    })
    {
        Actor = append.ActorName,
        Key = append.Key,
    };

    public static EncodedEvent Of(Room room, LogEvent logged) => new(room, new RoomEventView
    {
        Kind = logged.Kind,
        Room = room.Utf8Name.Span,
        Offset = logged.Offset,
        Seq = logged.Seq,
        At = logged.At,
        Rev = logged.Rev,
        Actor = logged.Actor.Span,
        Key = logged.Key is null ? default : Encoding.UTF8.GetBytes(logged.Key),
        Data = logged.Data.Span,
        Erased = logged.Erased,
        Detail = logged.Detail.Span,
    })
    {
        Actor = logged.Actor,
        Key = logged.Key,
    };

    /// <summary>The same event with the current text of its message; empty data means the text was erased.</summary>
    public EncodedEvent WithText(ReadOnlySpan<byte> data, int rev)
    {
        Span<byte> key = stackalloc byte[128];
        var keyLength = Key is null ? 0 : Encoding.UTF8.GetBytes(Key, key);
        return new(_room, new RoomEventView
        {
            Kind = Kind,
            Room = _room.Utf8Name.Span,
            Offset = Offset,
            Seq = Seq,
            At = At,
            Rev = Kind == EventKind.Message ? rev : Rev,
            Actor = Actor.Span,
            Key = key[..keyLength],
            Data = data,
            Erased = data.IsEmpty,
        })
        {
            Actor = Actor,
            Key = Key,
        };
    }

    /// <summary>The event in one wire form.</summary>
    public ReadOnlySpan<byte> As(Face face)
    {
        if (face == Face.Line)
        {
            return _line;
        }

        return _built[(int)face] ??= Build(face);
    }

    private static ArrayBufferWriter<byte> Scratch()
    {
        var scratch = _scratch ??= new ArrayBufferWriter<byte>(1024);
        scratch.ResetWrittenCount();
        return scratch;
    }

    private byte[] Build(Face face)
    {
        var buffer = Scratch();
        FaceWriter.Write(buffer, face, _line, Kind, _room.Epoch, Offset);
        return buffer.WrittenSpan.ToArray();
    }

    [InlineArray(Forms)]
    private struct Built
    {
        private byte[]? _first;
    }
}
