using System.Text.Json;

namespace Culvert.Protocol.Rooms;

/// <summary>
/// One event line as a client sees it; members that the line does not have are null, or 0 for numbers.
/// </summary>
/// <remarks>Immutable. docs/protocol.md, "Event lines".</remarks>
public sealed record RoomEvent
{
    /// <summary>What happened, e.g. <c>msg</c>; a newer server may send names this version does not know.</summary>
    public required string Ev { get; init; }

    /// <summary>Name of the room.</summary>
    public string? Room { get; init; }

    /// <summary>Place in the log, from 1; 0 for ephemeral and control lines and for messages of a page.</summary>
    public long Offset { get; init; }

    /// <summary>Number of the message the event is about.</summary>
    public long Seq { get; init; }

    /// <summary>Revision of the text; 1 when the line does not say.</summary>
    public int Rev { get; init; } = 1;

    /// <summary>UTC Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Who speaks: of messages, reactions, joins, leaves, typing, read.</summary>
    public string? From { get; init; }

    /// <summary>Who did it: of every other durable event; null when the server itself did.</summary>
    public string? By { get; init; }

    /// <summary>Idempotency key of a message.</summary>
    public string? Key { get; init; }

    /// <summary>UTF-8 JSON of the message; empty when the line has none. A part of <see cref="Line"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>True when the text was erased.</summary>
    public bool Erased { get; init; }

    /// <summary>The user a moderation event is about.</summary>
    public string? User { get; init; }

    /// <summary>End of a ban or mute, UTC Unix milliseconds; null for none.</summary>
    public long? Until { get; init; }

    /// <summary>The reaction of <c>react</c>.</summary>
    public string? Emoji { get; init; }

    /// <summary>False when <c>react</c> removed the reaction.</summary>
    public bool On { get; init; } = true;

    /// <summary>The new topic of <c>topic</c>.</summary>
    public string? Topic { get; init; }

    /// <summary>Reason given by a moderator, or of a <c>gap</c> or <c>bye</c>.</summary>
    public string? Why { get; init; }

    /// <summary>Code of <c>bye</c>.</summary>
    public int Code { get; init; }

    /// <summary>Whether to come back after <c>bye</c>.</summary>
    public bool Retry { get; init; }

    /// <summary>Milliseconds to wait before coming back after <c>bye</c>; null when the line does not say.</summary>
    public int? AfterMs { get; init; }

    /// <summary>Cursor of <c>ready</c>: of one room, or a token of several when <see cref="Room"/> is null.</summary>
    public string? Cursor { get; init; }

    /// <summary>Presence version of <c>here</c> and <c>ready</c>; null when the line does not say.</summary>
    public long? Pv { get; init; }

    /// <summary>Events replayed before <c>ready</c>.</summary>
    public long Replayed { get; init; }

    /// <summary>Offset of the refused cursor in <c>gap</c>.</summary>
    public long Have { get; init; }

    /// <summary>The lowest offset that can be read, in <c>gap</c>.</summary>
    public long Floor { get; init; }

    /// <summary>Users who came online, in <c>here</c>.</summary>
    public IReadOnlyList<string> Join { get; init; } = [];

    /// <summary>Users who went offline, in <c>here</c>.</summary>
    public IReadOnlyList<string> Leave { get; init; } = [];

    /// <summary>The whole line, for members that have no property here; owned by this object.</summary>
    public ReadOnlyMemory<byte> Line { get; init; }

    /// <summary>The member <c>text</c> of the data; null when there is none, or the data are something else.</summary>
    public string? ReadText()
    {
        try
        {
            if (!JsonMembers.TryStart(Data.Span, out var reader))
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isText = reader.ValueTextEquals("text"u8);
                _ = reader.Read();
                if (isText)
                {
                    return JsonMembers.Text(ref reader);
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No data, or not what a Culvert server sends.
        }

        return null;
    }
}
