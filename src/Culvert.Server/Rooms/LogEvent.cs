using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>One committed event, owned: as another node tells of it, or as it was read from the store.</summary>
/// <remarks>Immutable; its memory is never changed.</remarks>
internal sealed record LogEvent
{
    public required EventKind Kind { get; init; }

    public required long Offset { get; init; }

    /// <summary>Number of the message it is or is about; 0 when it is about none.</summary>
    public long Seq { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long At { get; init; }

    public int Rev { get; init; }

    /// <summary>UTF-8 name of who acted; empty for the server itself.</summary>
    public ReadOnlyMemory<byte> Actor { get; init; }

    /// <summary>Idempotency key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Compact JSON of a message or edit; empty for other kinds, and when erased.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>True when the text was erased meanwhile; only from the store.</summary>
    public bool Erased { get; init; }

    /// <summary>As <see cref="Append.Detail"/>.</summary>
    public ReadOnlyMemory<byte> Detail { get; init; }

    /// <summary>Bytes it holds, about.</summary>
    public int Length => Data.Length + Detail.Length + Actor.Length + (Key?.Length ?? 0);

    /// <summary>The event of a change that was committed.</summary>
    public static LogEvent Of(Append append) => new()
    {
        Kind = append.Kind,
        Offset = append.Offset,
        Seq = append.Seq,
        At = append.At,
        Rev = append.Rev,
        Actor = append.ActorName,
        Key = append.Key,
        Data = append.Data,
        Detail = append.Detail,
    };

    /// <summary>A copy of what a store shows.</summary>
    public static LogEvent Of(in RoomEventView view) => new()
    {
        Kind = view.Kind,
        Offset = view.Offset,
        Seq = view.Seq,
        At = view.At,
        Rev = view.Rev,
        Actor = view.Actor.ToArray(),
        Key = view.Key.IsEmpty ? null : Encoding.UTF8.GetString(view.Key),
        Data = view.Data.ToArray(),
        Erased = view.Erased,
        Detail = view.Detail.ToArray(),
    };

    /// <summary>The name of the user that a change of a membership is about; null where none is named.</summary>
    public string? FindUser()
    {
        var json = new byte[Detail.Length + 2];
        json[0] = (byte)'{';
        Detail.Span.CopyTo(json.AsSpan(1));
        json[^1] = (byte)'}';
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("user"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }
            }
        }
        catch (JsonException)
        {
            // Another node wrote what this one does not understand: the event is about anybody.
        }

        return null;
    }
}
